"""The twenty-third migration: complaints heard in calls, proposed to people. Never edit a statement that has been released: add a migration."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``began`` and ``ended`` are seconds on the call's time line; ``complaint`` is what it became when accepted.
    """CREATE TABLE heard_complaints (
        id INTEGER PRIMARY KEY, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE, act TEXT NOT NULL,
        probability REAL NOT NULL, began REAL NOT NULL, ended REAL NOT NULL, text TEXT NOT NULL, heard_at REAL NOT NULL,
        state TEXT NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'accepted', 'dismissed')),
        complaint INTEGER REFERENCES complaints(id) ON DELETE SET NULL, reason TEXT NOT NULL DEFAULT '',
        decided_by INTEGER REFERENCES users(id), decided_at REAL
    )""",
    "CREATE INDEX heard_complaints_call ON heard_complaints(call)",
    "CREATE INDEX heard_complaints_open ON heard_complaints(heard_at) WHERE state = 'proposed'",
)
