"""The twenty-second migration: the daily book of services. Never edit a statement that has been released: add a migration."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``matter`` and ``outcome`` are what is said now; ``heard`` the terms by which the machine knew the matter, '' if a person said it.
    """CREATE TABLE ledger (
        call INTEGER PRIMARY KEY REFERENCES calls(id) ON DELETE CASCADE, matter TEXT NOT NULL DEFAULT '', heard TEXT NOT NULL DEFAULT '',
        outcome TEXT NOT NULL DEFAULT '', by_person INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX ledger_matter ON ledger(matter, call)",
    """CREATE TABLE ledger_changes (
        id INTEGER PRIMARY KEY, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
        field TEXT NOT NULL CHECK (field IN ('matter', 'outcome')), before TEXT NOT NULL, after TEXT NOT NULL,
        user INTEGER NOT NULL REFERENCES users(id), at REAL NOT NULL
    )""",
    "CREATE INDEX ledger_changes_call ON ledger_changes(call)",
)
