"""A CallFilter as SQL over ``calls c``. Values only ever travel as parameters."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from voice_agent.events import FAULTS
from voice_agent.store.filters import CallFilter
from voice_agent.store.words import match_expression

Condition = tuple[str, list[Any]]

_REVIEW = {
    "waiting": "c.flagged = 1",
    "claimed": "c.claimed_until > ?",
    "reviewed": "c.reviewed_at IS NOT NULL",
    "objected": "c.objected = 1",
}


def where(chosen: CallFilter) -> Condition:
    """``(sql, parameters)`` to stand behind WHERE; always valid, "1" for everything."""
    parts = [*_columns(chosen), *_special(chosen)]
    return " AND ".join(sql for sql, _ in parts) or "1", [value for _, values in parts for value in values]


def _columns(chosen: CallFilter) -> Iterator[Condition]:
    simple = {
        "c.day >= ?": chosen.since and chosen.since.isoformat(),
        "c.day <= ?": chosen.until and chosen.until.isoformat(),
        "c.unit = ?": chosen.unit,
        "c.window = ?": chosen.window,
        "c.hour = ?": chosen.hour,
        "c.queue = ?": chosen.queue,
        "c.score >= ?": chosen.score_min,
        "c.score <= ?": chosen.score_max,
        "c.coverage = ?": chosen.coverage,
        "c.cause = ?": chosen.cause,
    }
    yield from ((sql, [value]) for sql, value in simple.items() if value is not None)
    if chosen.verdict:
        yield f"c.verdict IN ({marks(chosen.verdict)})", list(chosen.verdict)


def _special(chosen: CallFilter) -> Iterator[Condition]:
    if chosen.clerk is not None:
        # Transferred calls belong to each of their clerks; the second list is short and indexed.
        yield (
            "(c.clerk = ? OR c.id IN (SELECT call FROM call_clerks WHERE clerk = ? AND position > 0))",
            [chosen.clerk] * 2,
        )
    if chosen.rule is not None or chosen.status:
        yield _findings(chosen)
    if chosen.review is not None:
        yield _REVIEW[chosen.review], [time.time()] if chosen.review == "claimed" else []
    if chosen.draw is not None:
        yield "c.id IN (SELECT call FROM draw_calls WHERE draw = ?)", [chosen.draw]
    if chosen.text:
        yield "c.id IN (SELECT rowid FROM speech WHERE speech MATCH ?)", [match_expression(chosen.text)]


def _findings(chosen: CallFilter) -> Condition:
    statuses = chosen.status or tuple(sorted(FAULTS))
    sql = f"f.counted = 1 AND f.status IN ({marks(statuses)})"
    values: list[Any] = list(statuses)
    for condition, value in (("f.rule = ?", chosen.rule), ("f.day >= ?", chosen.since), ("f.day <= ?", chosen.until)):
        if value is not None:
            sql += f" AND {condition}"
            values.append(str(value))
    if chosen.clerk is not None:
        # Of a transferred call only what this clerk did, not what a colleague did.
        sql += " AND (SELECT p.clerk FROM call_clerks p WHERE p.call = f.call AND p.position = f.position) = ?"
        values.append(chosen.clerk)
    return f"c.id IN (SELECT f.call FROM findings f WHERE {sql})", values


def marks(values: tuple[Any, ...] | list[Any]) -> str:
    """As many question marks as values."""
    return ", ".join("?" * len(values))
