"""The twenty-first migration: what queue members did when. Never edit a statement that has been released: add a migration."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``state`` as the bridge tells it, 'unanswered' for a ringing that nobody answered, and 'watched' (member '') for the times in which
    # every member was known. ``ended`` NULL: still so. ``clerk``, ``unit`` and ``window`` as the roster said then ('' unknown).
    """CREATE TABLE presence (
        id INTEGER PRIMARY KEY, system TEXT NOT NULL, member TEXT NOT NULL, name TEXT NOT NULL, clerk TEXT NOT NULL, unit TEXT NOT NULL,
        window TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('free', 'ringing', 'talking', 'paused', 'away', 'unanswered', 'watched')),
        reason TEXT NOT NULL DEFAULT '', started REAL NOT NULL, ended REAL
    )""",
    "CREATE INDEX presence_started ON presence(started)",
    "CREATE INDEX presence_unit ON presence(unit, started)",
    "CREATE INDEX presence_watched ON presence(started) WHERE member = ''",
    "CREATE INDEX presence_open ON presence(system, member) WHERE ended IS NULL",
)
