"""From a recording to a transcript: sound, its quality, and the recognisers."""
