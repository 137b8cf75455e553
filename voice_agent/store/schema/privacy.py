"""The twenty-eighth migration: what was removed of which call, and who was erased when. Never edit a released statement."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``kind`` is one of ``privacy.kinds.KINDS``: what is gone need not be looked for again.
    """CREATE TABLE purged (
        call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE, kind TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (call, kind)
    ) WITHOUT ROWID""",
    # No word of whom it was about: only how much, when, by whom and why.
    """CREATE TABLE erasures (
        id INTEGER PRIMARY KEY, at REAL NOT NULL, user INTEGER, username TEXT NOT NULL, reason TEXT NOT NULL, calls INTEGER NOT NULL,
        counts TEXT NOT NULL, files_deleted INTEGER NOT NULL DEFAULT 0, files_kept INTEGER NOT NULL DEFAULT 0,
        left INTEGER
    )""",
)
