"""The fifteenth migration: who reviews what, and how much a day. Never edit a statement that has been released: add a migration."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # Calls that a reviewer is to review in a day; 0: nobody said.
    "ALTER TABLE users ADD COLUMN quota INTEGER NOT NULL DEFAULT 0",
    # The parts of the hierarchy (``kind`` node, by its code) and the units that a reviewer is responsible for; none: everything.
    """CREATE TABLE charges (
        user INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE, kind TEXT NOT NULL CHECK (kind IN ('node', 'unit')),
        name TEXT NOT NULL, PRIMARY KEY (user, kind, name)
    ) WITHOUT ROWID""",
    "CREATE INDEX closings_user ON closings(user, at)",
    "CREATE INDEX draw_calls_assignee ON draw_calls(assignee) WHERE done_at IS NULL",
)
