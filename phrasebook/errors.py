"""Every error of the phrase book, in one tree. Messages are Chinese: they name the file, the line and the field.

PhraseBookError          a phrase book that cannot be used
├── BookFileError        a file is missing, unreadable, no TOML, or has an unknown name
├── EntryError           an entry is wrong: duplicate id, missing or unknown field, wrong type, bad date
│   └── UnknownReferenceError an entry names a rule, act, norm or phrase that does not exist
└── PatternError         a pattern cannot be parsed
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """Where in a phrase book something stands; ``line`` counts from 1 (None: the whole file), ``field`` may be empty."""

    file: Path
    line: int | None = None
    field: str = ""

    def __str__(self) -> str:
        """Say the place as a reviewer reads it: ``acts.toml 第 12 行，字段 patterns``."""
        line = f" 第 {self.line} 行" if self.line is not None else ""
        return f"{self.file}{line}" + (f"，字段 {self.field}" if self.field else "")


class PhraseBookError(Exception):
    """A phrase book that cannot be used; ``place`` says where, when known."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(f"{place}：{message}" if place else message)
        self.message = message
        self.place = place


class BookFileError(PhraseBookError):
    """A file of the phrase book is missing, unreadable, no TOML, or has an unknown name."""


class EntryError(PhraseBookError):
    """An entry is wrong: duplicate id, missing or unknown field, wrong type, bad date."""


class UnknownReferenceError(EntryError):
    """An entry names a rule, act, norm or phrase that does not exist."""


class PatternError(PhraseBookError):
    """A pattern cannot be parsed; ``position`` counts its characters from 0."""

    def __init__(self, message: str, place: Place | None = None, position: int = 0) -> None:
        super().__init__(message, place)
        self.position = position
