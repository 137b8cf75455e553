"""Phrase books on their way into force: drafts, back-tests and releases."""
