"""The ninth migration: what follows from a confirmed fault. Never edit a statement that has been released: add a migration."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``clerk`` '' where several are meant. ``due`` is a local day. ``remark`` is the supervisor's, on acceptance or return.
    """CREATE TABLE rectifications (
        id INTEGER PRIMARY KEY, rule TEXT NOT NULL, clerk TEXT NOT NULL, unit TEXT NOT NULL, what TEXT NOT NULL, due TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'submitted', 'accepted')), proof TEXT NOT NULL DEFAULT '',
        made_by INTEGER NOT NULL REFERENCES users(id), made_at REAL NOT NULL, submitted_by INTEGER REFERENCES users(id),
        submitted_at REAL, decided_by INTEGER REFERENCES users(id), decided_at REAL, remark TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX rectifications_open ON rectifications(due) WHERE state <> 'accepted'",
    "CREATE INDEX rectifications_clerk ON rectifications(clerk, state)",
    """CREATE TABLE rectification_findings (
        rectification INTEGER NOT NULL REFERENCES rectifications(id) ON DELETE CASCADE,
        finding INTEGER NOT NULL UNIQUE REFERENCES findings(id) ON DELETE CASCADE, PRIMARY KEY (rectification, finding)
    ) WITHOUT ROWID""",
    """CREATE TABLE coaching (
        id INTEGER PRIMARY KEY, clerk TEXT NOT NULL, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE, text TEXT NOT NULL,
        made_by INTEGER NOT NULL REFERENCES users(id), made_at REAL NOT NULL, acknowledged_at REAL
    )""",
    "CREATE INDEX coaching_clerk ON coaching(clerk, acknowledged_at)",
    "CREATE INDEX coaching_call ON coaching(call)",
    # One row: so many confirmed faults of one rule by one clerk within so many days, and what follows.
    "CREATE TABLE escalation (times INTEGER NOT NULL, days INTEGER NOT NULL, measure TEXT NOT NULL)",
    "INSERT INTO escalation VALUES (3, 30, '由单位负责人约谈，列入重点辅导，一个月后复查')",
)
