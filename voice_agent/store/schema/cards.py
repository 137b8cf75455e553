"""The eighteenth migration: rules of scoring and signed score cards. Never edit a statement that has been released: add a migration."""

from __future__ import annotations

import json

#: The first version of the rule of scoring; the page makes later ones.
_FIRST = {
    "weights": {
        "greeting": 10, "identity": 10, "job_number": 15, "need_inquiry": 5, "hold_notice": 5, "hold_return": 5, "referral": 8, "callback": 5,
        "absent_message": 4, "wrong_number": 3, "closing": 8, "one_time_notice": 12, "prohibited": 10,
    },
    "deductions": {"violations": [2, 10], "complaints": [3, 15], "late_items": [1, 5]},
    "rewards": {"clean": 1, "compliance": 2},
    "good_compliance": 0.95, "least": 20, "grades": [95, 85, 60], "models": 3,
}  # fmt: skip

STATEMENTS: tuple[str, ...] = (
    # The number is the version. What was once a rule stays, because signed cards rest on it.
    """CREATE TABLE schemes (
        id INTEGER PRIMARY KEY, content TEXT NOT NULL, note TEXT NOT NULL, made_by INTEGER REFERENCES users(id), made_at REAL NOT NULL
    )""",
    f"INSERT INTO schemes VALUES (1, '{json.dumps(_FIRST)}', '随软件附带的评分办法', NULL, 0)",  # noqa: S608 - a constant
    # ``subject``: a job number, a unit, or unit and window with U+001F between; ``unit`` is whose supervisors may see it.
    """CREATE TABLE cards (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('clerk', 'window', 'unit')), subject TEXT NOT NULL, unit TEXT NOT NULL,
        span TEXT NOT NULL, version INTEGER NOT NULL, scheme INTEGER NOT NULL REFERENCES schemes(id), content TEXT NOT NULL,
        remark TEXT NOT NULL, signed_by INTEGER NOT NULL REFERENCES users(id), signed_at REAL NOT NULL,
        UNIQUE (kind, subject, span, version)
    )""",
    "CREATE INDEX cards_span ON cards(kind, span, subject, version)",
    # What was signed is not changed any more, only followed by another version.
    "CREATE TRIGGER cards_fixed BEFORE UPDATE ON cards BEGIN SELECT RAISE(ABORT, 'a signed card is never changed'); END",
    "CREATE TRIGGER cards_kept BEFORE DELETE ON cards BEGIN SELECT RAISE(ABORT, 'a signed card is never removed'); END",
    "CREATE TRIGGER schemes_fixed BEFORE UPDATE ON schemes BEGIN SELECT RAISE(ABORT, 'a rule of scoring is never changed'); END",
    "CREATE TRIGGER schemes_kept BEFORE DELETE ON schemes BEGIN SELECT RAISE(ABORT, 'a rule of scoring is never removed'); END",
)
