"""What was said, as the rest reads it: syllables with times, turns, silences, how well it was heard. Pure."""
