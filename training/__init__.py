"""The recipe that makes the bundled Mandarin model: from lists of recordings to a folder that stock Vosk loads."""
