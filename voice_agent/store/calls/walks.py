"""Which index a list of calls walks. The planner guesses from averages; we know which filters choose few calls and which many.

A list is fast either way round: from a short index of the few calls, or along a covering index in the order shown until the
page is full. What must not happen is to collect a hundred thousand calls and then sort them.
"""

from __future__ import annotations

from typing import Literal

from voice_agent.store.calls.filters import CallFilter

Sort = Literal["urgency", "started", "score", "talk_seconds", "ring_seconds", "clerk", "unit", "verdict"]


def walked(chosen: CallFilter, sort: Sort | None = None) -> str:
    """``calls c``, with the index to use where it should not be left to SQLite. ``sort`` None: the calls are only counted."""
    index = _index(chosen, sort)
    return f"calls c INDEXED BY {index}" if index else "calls c"


def _index(chosen: CallFilter, sort: Sort | None) -> str | None:
    if chosen.draw is not None or chosen.text is not None or chosen.phrase is not None or chosen.rating is not None:
        # Few calls, by number.
        return None
    if chosen.review == "waiting":
        return "calls_queue"
    if chosen.review in ("objected", "claimed"):
        return f"calls_{chosen.review}"
    if chosen.clerk is not None:
        return None
    return "calls_list" if chosen.since is not None else _whole(chosen, sort)


def _whole(chosen: CallFilter, sort: Sort | None) -> str | None:
    """Over all time: the index in the order shown, so that reading ends with the page."""
    if sort in ("talk_seconds", "ring_seconds"):
        return f"calls_{sort}"
    if sort in ("urgency", "clerk", "unit", "verdict", "score"):
        return None
    scored = sort is None and (chosen.score_min is not None or chosen.score_max is not None)
    return None if scored else "calls_list"
