"""The eighth migration: a second level for objections, and what somebody has seen of the news.

Never edit a statement that has been released: add a migration.
"""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    """CREATE TABLE appeals (
        id INTEGER PRIMARY KEY, objection INTEGER NOT NULL UNIQUE REFERENCES objections(id) ON DELETE CASCADE,
        text TEXT NOT NULL, filed_at REAL NOT NULL, deadline REAL NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'rejected')),
        decided_by INTEGER REFERENCES users(id), decided_at REAL, answer TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX appeals_open ON appeals(deadline) WHERE state = 'open'",
    "CREATE INDEX objections_user ON objections(user, decided_at)",
    "ALTER TABLE users ADD COLUMN news_seen REAL NOT NULL DEFAULT 0",
)
