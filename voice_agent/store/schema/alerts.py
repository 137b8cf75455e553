"""The thirty-second migration: alerts of calls that go on, and what of them is sent. They stay with the call after it is over."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``uniqueid`` is the call's, which is recorded only when it ends. ``acknowledged_*``: who took note, when, and what was written.
    """CREATE TABLE alerts (
        id INTEGER PRIMARY KEY, at REAL NOT NULL, rule TEXT NOT NULL, system TEXT NOT NULL, uniqueid TEXT NOT NULL, unit TEXT NOT NULL,
        clerk TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL, acknowledged_by INTEGER REFERENCES users(id),
        acknowledged_at REAL, note TEXT NOT NULL DEFAULT '', UNIQUE (system, uniqueid, rule)
    )""",
    "CREATE INDEX alerts_open ON alerts(unit) WHERE acknowledged_at IS NULL",
    "CREATE INDEX alerts_recent ON alerts(rule, clerk, at)",
    "CREATE INDEX alerts_at ON alerts(at)",
    # ``state``: waiting, sent or failed. ``due``: when it is tried (again), unix seconds.
    """CREATE TABLE alert_deliveries (
        id INTEGER PRIMARY KEY, alert INTEGER NOT NULL REFERENCES alerts(id) ON DELETE CASCADE, way TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')), tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL,
        sent_at REAL, error TEXT NOT NULL DEFAULT '', UNIQUE (alert, way)
    )""",
    "CREATE INDEX alert_deliveries_due ON alert_deliveries(due) WHERE state = 'waiting'",
)
