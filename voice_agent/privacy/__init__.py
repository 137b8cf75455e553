"""Personal data in what was said: found, hidden in text and sound, kept for a time, erased."""
