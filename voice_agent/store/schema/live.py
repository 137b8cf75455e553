"""Tables of the thirty-first migration: calls that go on. What stands here is passing; what counts is in ``calls``."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``version`` grows with every change of any call, so that a page can ask for what it missed. ``ended``: unix seconds, NULL while it goes on.
    """CREATE TABLE live_calls (
        system TEXT NOT NULL, uniqueid TEXT NOT NULL, version INTEGER NOT NULL, unit TEXT NOT NULL, clerk TEXT NOT NULL,
        started REAL NOT NULL, ended REAL, state TEXT NOT NULL, PRIMARY KEY (system, uniqueid)
    ) WITHOUT ROWID""",
    "CREATE INDEX live_calls_version ON live_calls(version)",
    # One row: the newest version, the newest that was cleared away, and what the hearing says of itself (JSON) and when (unix seconds).
    "CREATE TABLE live_status (version INTEGER NOT NULL, cleared INTEGER NOT NULL, at REAL NOT NULL, told TEXT NOT NULL)",
    "INSERT INTO live_status VALUES (0, 0, 0, '{}')",
)
