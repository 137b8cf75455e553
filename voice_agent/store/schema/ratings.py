"""The twentieth migration: what callers think of the service. Never edit a statement that has been released: add a migration."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``call`` NULL: the call was not recorded (yet). ``label``, ``grade`` (1 best, 0 a key without meaning) and ``low`` are what the key
    # meant then; ``days`` the working days within which a low rating is followed up. ``clerk``, ``unit``, ``window``: whoever was last.
    """CREATE TABLE ratings (
        id INTEGER PRIMARY KEY, system TEXT NOT NULL, uniqueid TEXT NOT NULL, linkedid TEXT NOT NULL,
        call INTEGER REFERENCES calls(id) ON DELETE SET NULL, clerk TEXT NOT NULL DEFAULT '', unit TEXT NOT NULL DEFAULT '',
        window TEXT NOT NULL DEFAULT '', day TEXT NOT NULL DEFAULT '', keys TEXT NOT NULL, grade INTEGER NOT NULL, label TEXT NOT NULL,
        low INTEGER NOT NULL, days INTEGER NOT NULL, at REAL NOT NULL, source TEXT NOT NULL, UNIQUE (system, uniqueid)
    )""",
    "CREATE INDEX ratings_call ON ratings(call) WHERE call IS NOT NULL",
    "CREATE INDEX ratings_alone ON ratings(linkedid) WHERE call IS NULL",
    "CREATE INDEX ratings_day ON ratings(day, unit, window, clerk, grade, low) WHERE call IS NOT NULL",
    "CREATE INDEX ratings_unit ON ratings(unit, day, window, clerk, grade, low) WHERE call IS NOT NULL",
    # ``due`` is a local day; ``assignee`` NULL: nobody yet.
    """CREATE TABLE follow_ups (
        id INTEGER PRIMARY KEY, rating INTEGER NOT NULL UNIQUE REFERENCES ratings(id) ON DELETE CASCADE, due TEXT NOT NULL,
        opened_at REAL NOT NULL, assignee INTEGER REFERENCES users(id),
        outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'founded', 'unfounded', 'unreachable')),
        answer TEXT NOT NULL DEFAULT '', closed_by INTEGER REFERENCES users(id), closed_at REAL
    )""",
    "CREATE INDEX follow_ups_open ON follow_ups(due) WHERE outcome = ''",
)
