"""The sixth migration: which mandated phrases were said in which call. Never edit a statement that has been released."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # From which transcript and with which book (its digest) a call was read: a new one of either is read again.
    """CREATE TABLE phrase_reads (
        call INTEGER PRIMARY KEY REFERENCES calls(id) ON DELETE CASCADE, transcript INTEGER NOT NULL, book TEXT NOT NULL
    )""",
    """CREATE TABLE phrase_uses (
        phrase TEXT NOT NULL, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE, times INTEGER NOT NULL,
        PRIMARY KEY (phrase, call)
    ) WITHOUT ROWID""",
    "CREATE INDEX phrase_uses_call ON phrase_uses(call, phrase, times)",
)
