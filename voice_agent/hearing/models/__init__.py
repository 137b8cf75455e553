"""Speech models on disk: which there are, how one is installed and loaded."""
