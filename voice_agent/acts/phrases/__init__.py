"""Phrases of the book found by sound in a stream of syllables. Pure."""
