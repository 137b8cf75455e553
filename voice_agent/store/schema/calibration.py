"""The thirteenth migration: draws that several reviewers review blind. Never edit a statement that has been released: add a migration."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # 0: an ordinary draw, 1: it is reviewed blind, 2: the meeting settles what differs.
    "ALTER TABLE draws ADD COLUMN calibration INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE calibration_people (
        draw INTEGER NOT NULL REFERENCES draws(id) ON DELETE CASCADE, user INTEGER NOT NULL REFERENCES users(id),
        PRIMARY KEY (draw, user)
    ) WITHOUT ROWID""",
    "CREATE INDEX calibration_people_user ON calibration_people(user, draw)",
    # First decisions: they touch neither the findings nor their history until the meeting has settled them.
    """CREATE TABLE calibration_decisions (
        draw INTEGER NOT NULL, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE, user INTEGER NOT NULL,
        rule TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, at REAL NOT NULL,
        PRIMARY KEY (draw, call, user, rule), FOREIGN KEY (draw, user) REFERENCES calibration_people(draw, user) ON DELETE CASCADE
    ) WITHOUT ROWID""",
    """CREATE TABLE calibration_done (
        draw INTEGER NOT NULL, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE, user INTEGER NOT NULL, at REAL NOT NULL,
        PRIMARY KEY (draw, call, user), FOREIGN KEY (draw, user) REFERENCES calibration_people(draw, user) ON DELETE CASCADE
    ) WITHOUT ROWID""",
    # What the meeting settled, or all had said; ``reason`` '' where nobody differed.
    """CREATE TABLE calibration_truth (
        draw INTEGER NOT NULL REFERENCES draws(id) ON DELETE CASCADE, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
        rule TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, settled_by INTEGER NOT NULL REFERENCES users(id), at REAL NOT NULL,
        PRIMARY KEY (draw, call, rule)
    ) WITHOUT ROWID""",
)
