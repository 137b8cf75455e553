"""A CallFilter as SQL over ``calls c``. Values only ever travel as parameters."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.calls.present_state import has_status
from voice_agent.store.calls.words import match_expression
from voice_agent.store.people.tree import CHARGE_UNITS, UNITS_UNDER
from voice_agent.values import FAULTS

Condition = tuple[str, list[Any]]
_DAY = 86400.0
#: No place on earth is further from UTC (UTC+14), with room to spare.
_FURTHEST = 15 * 3600.0

_REVIEW = {
    "waiting": "c.flagged = 1",
    "claimed": "c.claimed_until > ?",
    "reviewed": "c.reviewed_at IS NOT NULL",
    "objected": "c.objected = 1",
}


def where(chosen: CallFilter) -> Condition:
    """``(sql, parameters)`` to stand behind WHERE; always valid, "1" for everything."""
    parts = [*_around(chosen), *_columns(chosen), *_special(chosen)]
    return " AND ".join(sql for sql, _ in parts) or "1", [value for _, values in parts for value in values]


def _columns(chosen: CallFilter) -> Iterator[Condition]:
    simple: dict[str, Any] = {
        "c.day >= ?": chosen.since and chosen.since.isoformat(),
        "c.day <= ?": chosen.until and chosen.until.isoformat(),
        "c.hour = ?": chosen.hour,
        "c.queue = ?": chosen.queue,
        "c.score >= ?": chosen.score_min,
        "c.score <= ?": chosen.score_max,
        "c.coverage = ?": chosen.coverage,
        "c.cause = ?": chosen.cause,
    }
    if not _is_about_findings(chosen) and chosen.rating is None:
        simple |= {"c.unit = ?": chosen.unit, "c.window = ?": chosen.window, f"c.unit IN ({UNITS_UNDER})": chosen.node}
    yield from ((sql, [value]) for sql, value in simple.items() if value is not None)
    if chosen.verdict:
        yield f"c.verdict IN ({marks(chosen.verdict)})", list(chosen.verdict)


def _special(chosen: CallFilter) -> Iterator[Condition]:
    if chosen.ring_over is not None:
        yield "c.answered IS NOT NULL AND c.ring_seconds > ?", [chosen.ring_over]
    if chosen.rating is not None:
        yield _rated(chosen)
    elif chosen.clerk is not None and chosen.first:
        yield "c.clerk = ?", [chosen.clerk]
    elif chosen.clerk is not None:
        # Transferred calls belong to each of their clerks; the second list is short and indexed.
        yield (
            "(c.clerk = ? OR c.id IN (SELECT call FROM call_clerks WHERE clerk = ? AND position > 0))",
            [chosen.clerk] * 2,
        )
    if chosen.rule is not None or chosen.status:
        yield from _findings(chosen)
    if chosen.review is not None:
        yield _REVIEW[chosen.review], [time.time()] if chosen.review == "claimed" else []
    if chosen.draw is not None:
        done = " AND done_at IS NOT NULL" if chosen.done else ""
        yield f"c.id IN (SELECT call FROM draw_calls WHERE draw = ?{done})", [chosen.draw]
    if chosen.charge is not None:
        yield f"c.unit IN ({CHARGE_UNITS})", [chosen.charge] * 2
    if chosen.phrase is not None:
        yield "c.id IN (SELECT call FROM phrase_uses WHERE phrase = ?)", [chosen.phrase]
    if chosen.text:
        yield "c.id IN (SELECT rowid FROM speech WHERE speech MATCH ?)", [match_expression(chosen.text)]


def _rated(chosen: CallFilter) -> Condition:
    """Whom a rating is about is who talked last, which after a transfer is not the first."""
    wanted = places_of(chosen)
    about = "".join(f" AND {condition.format(column=f'r.{name}')}" for name, (condition, _) in wanted)
    low = {"any": "", "good": " AND r.low = 0", "low": " AND r.low = 1"}[str(chosen.rating)]
    return f"c.id IN (SELECT r.call FROM ratings r WHERE r.call IS NOT NULL AND r.grade > 0{low}{about})", [
        value for _, (_, value) in wanted
    ]


def _findings(chosen: CallFilter) -> Iterator[Condition]:
    statuses = chosen.status or tuple(sorted(FAULTS))
    yield has_status(chosen.rule, statuses)
    wanted = places_of(chosen)
    if wanted:
        # Of a transferred call only what these did counts, not what colleagues did; most calls have one clerk alone.
        alone = " AND ".join(condition.format(column=f"c.{name}") for name, (condition, _) in wanted)
        about = " AND ".join(condition.format(column=f"p.{name}") for name, (condition, _) in wanted)
        values = [value for _, (_, value) in wanted]
        yield (
            f"""CASE WHEN c.id IN (SELECT call FROM call_clerks WHERE position > 0) THEN EXISTS (
            SELECT 1 FROM findings f JOIN call_clerks p ON p.call = f.call AND p.position = f.position
            WHERE f.judgement = c.judgement_id AND f.counted = 1 AND (? IS NULL OR f.rule = ?)
            AND f.status IN ({marks(statuses)}) AND {about}) ELSE {alone} END""",
            [chosen.rule, chosen.rule, *statuses, *values, *values],
        )


def places_of(chosen: CallFilter) -> list[tuple[str, tuple[str, str]]]:
    """What a filter says of the place: the column, a condition with ``{column}`` in it, and its one value."""
    given = (("clerk", chosen.clerk), ("unit", chosen.unit), ("window", chosen.window))
    equal = [(name, ("{column} = ?", value)) for name, value in given if value is not None]
    return equal + ([("unit", (f"{{column}} IN ({UNITS_UNDER})", chosen.node))] if chosen.node is not None else [])


def _is_about_findings(chosen: CallFilter) -> bool:
    """Then unit and window are those of the clerk whom a finding is about, as in the statistics."""
    return chosen.rule is not None or bool(chosen.status)


def _around(chosen: CallFilter) -> Iterator[Condition]:
    """Bounds of ``started`` that hold for every local day in any time zone: they let an index in order of time be entered
    where the period begins."""
    if chosen.since is not None:
        yield "c.started >= ?", [_midnight(chosen.since) - _FURTHEST]
    if chosen.until is not None:
        yield "c.started <= ?", [_midnight(chosen.until) + _DAY + _FURTHEST]


def _midnight(day: date) -> float:
    return (day - date(1970, 1, 1)).days * _DAY


def marks(values: tuple[Any, ...] | list[Any]) -> str:
    """As many question marks as values."""
    return ", ".join("?" * len(values))
