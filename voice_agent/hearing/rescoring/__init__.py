"""The second look: which of the recogniser's alternatives was said, and how sure its words are."""
