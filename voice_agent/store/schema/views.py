"""The sixteenth migration: filters that a person gave a name. Never edit a statement that has been released: add a migration."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    """CREATE TABLE views (
        id INTEGER PRIMARY KEY, user INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE, page TEXT NOT NULL, name TEXT NOT NULL,
        query TEXT NOT NULL, made_at REAL NOT NULL, UNIQUE (user, page, name)
    )""",
    "CREATE INDEX audit_user ON audit(user, id)",
    "CREATE INDEX audit_action ON audit(action, id)",
    # Health: what failed, without a walk over a million jobs that are done.
    "CREATE INDEX jobs_failed ON jobs(finished) WHERE state = 'failed'",
)
