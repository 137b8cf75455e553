"""The eleventh migration: which calls are still to be read for phrases. Never edit a statement that has been released."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # Calls that are still to be read; a new transcript puts its call here. ``phrase_book``: with which book the others were read.
    "CREATE TABLE phrase_todo (call INTEGER PRIMARY KEY REFERENCES calls(id) ON DELETE CASCADE)",
    "INSERT INTO phrase_todo SELECT DISTINCT call FROM transcripts",
    "CREATE TABLE phrase_book (digest TEXT NOT NULL)",
    "INSERT INTO phrase_book VALUES ('')",
)
