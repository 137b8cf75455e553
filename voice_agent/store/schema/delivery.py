"""The thirty-third migration: how calls are talked (``voice_agent/speech/delivery.py``). NULL: cannot be told."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    """CREATE TABLE call_delivery (
        call INTEGER PRIMARY KEY REFERENCES calls(id) ON DELETE CASCADE, talk_share REAL, pace REAL, overlaps INTEGER NOT NULL,
        clerk_cuts INTEGER NOT NULL, caller_cuts INTEGER NOT NULL, longest_silence REAL NOT NULL, response REAL
    )""",
)
