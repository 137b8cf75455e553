"""Calls that took place and could not be watched: never compliant, always counted, with the reason."""

from __future__ import annotations

import time
from typing import Literal

from voice_agent.store.calls.present_state import refresh
from voice_agent.store.database import Store
from voice_agent.store.statistics import tally

#: gap: nobody listened to Asterisk; no_recording: none was found; bad_recording: empty, cut, silent, not audio; failure: an error.
Cause = Literal["gap", "no_recording", "bad_recording", "failure"]


def not_monitored(store: Store, call: int, cause: Cause, reason: str, *, now: float | None = None) -> int:
    """Write down that a call was not monitored and why (``reason`` Chinese, for people). Returns the judgement's number.

    It enters the history like any judgement, so a later successful judging replaces it visibly. Raises StoreError.
    """
    with tally.changing(store, call):
        number = store.write(
            "INSERT INTO judgements (call, made_at, occasion, verdict, score, reason, cause, book_version)"
            " VALUES (?, ?, 'call', 'not_monitored', NULL, ?, ?, '')",
            (call, now or time.time(), reason, cause),
        ).lastrowid
        store.write("UPDATE calls SET judgement_id = ? WHERE id = ?", (number, call))
        refresh(store, call)
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number
