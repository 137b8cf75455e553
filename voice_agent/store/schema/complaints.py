"""The tenth migration: complaints of the public. Never edit a statement that has been released: add a migration."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``received`` and ``due`` are local days; '' is an unknown clerk, window or unit; ``outcome`` '' while open.
    """CREATE TABLE complaints (
        id INTEGER PRIMARY KEY, received TEXT NOT NULL, source TEXT NOT NULL, unit TEXT NOT NULL, window TEXT NOT NULL,
        clerk TEXT NOT NULL, call INTEGER REFERENCES calls(id) ON DELETE SET NULL, text TEXT NOT NULL, due TEXT NOT NULL,
        made_by INTEGER NOT NULL REFERENCES users(id), made_at REAL NOT NULL,
        outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'founded', 'partly', 'unfounded')),
        answer TEXT NOT NULL DEFAULT '', closed_by INTEGER REFERENCES users(id), closed_at REAL
    )""",
    "CREATE INDEX complaints_open ON complaints(due) WHERE outcome = ''",
    "CREATE INDEX complaints_place ON complaints(received, unit, window)",
    "CREATE INDEX complaints_call ON complaints(call) WHERE call IS NOT NULL",
)
