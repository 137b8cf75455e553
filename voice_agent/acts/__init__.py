"""What each utterance does: phrases by sound, numbers, units. Pure."""
