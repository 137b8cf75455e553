"""The thirty-seventh migration: what a second judge, a large language model of the site, said of single findings.

Never edit a statement that has been released: add a migration.
"""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``control``: asked by lot, for comparison only. ``says`` is '' until an answer holds; ``void``: its quotes do not occur, or it is no answer.
    """CREATE TABLE opinions (
        id INTEGER PRIMARY KEY, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
        finding INTEGER NOT NULL UNIQUE REFERENCES findings(id) ON DELETE CASCADE, control INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'answered', 'void', 'failed')), attempts INTEGER NOT NULL DEFAULT 0,
        made_at REAL NOT NULL, answered_at REAL, seconds REAL, model TEXT NOT NULL DEFAULT '',
        says TEXT NOT NULL DEFAULT '' CHECK (says IN ('', 'fault', 'innocent', 'unknown')),
        quotes TEXT NOT NULL DEFAULT '[]', why TEXT NOT NULL DEFAULT '', withdrew INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX opinions_waiting ON opinions(id) WHERE state = 'waiting'",
    "CREATE INDEX opinions_call ON opinions(call)",
)
