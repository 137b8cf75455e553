"""The phrase book: mandated phrases, rules, prohibited speech and norms as data, and its loader."""

from phrasebook.book import load_book
from phrasebook.errors import PhraseBookError
from phrasebook.model import PhraseBook

__all__ = ["PhraseBook", "PhraseBookError", "load_book"]
