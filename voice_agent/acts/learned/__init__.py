"""Acts heard by a learned model: a small network over syllables, characters and turns. Pure but for reading the model's files."""
