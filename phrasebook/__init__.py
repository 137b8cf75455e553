"""The phrase book: mandated phrases, rules, prohibited speech and norms as data, and its loader."""
