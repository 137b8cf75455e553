"""The page of one call: what was said and found, its sound, and what people do about it."""
