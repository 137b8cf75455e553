"""Tables of the fourth migration: what a call's recordings cover, who rang whom, and the call's story as it was followed."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE calls ADD COLUMN direction TEXT NOT NULL DEFAULT 'inbound'",
    "ALTER TABLE calls ADD COLUMN queues TEXT NOT NULL DEFAULT '[]'",
    # As the bridge told them: [[path, side, start, end, muted, bridged], …], unix seconds.
    "ALTER TABLE calls ADD COLUMN recordings TEXT NOT NULL DEFAULT '[]'",
    # Where they lie: {began, duration, talk, recorded, muted, share, doubt}; NULL until the call was heard.
    "ALTER TABLE calls ADD COLUMN timeline TEXT",
    # A leg put together from several files: [[path, column, at, start, end], …], and the seconds it is filled up to.
    "ALTER TABLE legs ADD COLUMN parts TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE legs ADD COLUMN length REAL",
    """CREATE TABLE stories (
        call INTEGER PRIMARY KEY REFERENCES calls(id) ON DELETE CASCADE, steps BLOB NOT NULL
    )""",
)
