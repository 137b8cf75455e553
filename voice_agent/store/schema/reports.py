"""The seventeenth migration: which reports were written to the folder. Never edit a statement that has been released: add a migration."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``place`` is node:CODE or unit:NAME ('node:' is everything), ``span`` 2026-11, 2026-Q4 or 2026; ``first`` is its first day.
    """CREATE TABLE reports_made (
        kind TEXT NOT NULL, place TEXT NOT NULL, span TEXT NOT NULL, first TEXT NOT NULL, file TEXT NOT NULL, made_at REAL NOT NULL,
        PRIMARY KEY (kind, place, span)
    ) WITHOUT ROWID""",
)
