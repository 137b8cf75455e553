"""Kept sums of the mandated phrases, by day and month, unit and clerk: two hundred thousand calls cost no more than twenty thousand."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any, Literal

from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Row, Store
from voice_agent.store.people.tree import UNITS_UNDER
from voice_agent.store.statistics.periods import stretches

Cube = Literal["unit", "clerk"]
#: Filters that the sums know about; any other one means counting the calls themselves.
_SUMMED = frozenset({"since", "until", "unit", "node"})
#: What stands for the calls that were read, in place of a phrase.
READ = ""

_UPSERT = """INSERT INTO phrase_tally (cube, span, phrase, clerk, unit, calls, times)
SELECT k.cube || s.name, substr(c.day, 1, s.width), u.phrase, iif(k.cube = 'clerk', c.clerk, ''), c.unit, :sign * count(*), :sign * sum(u.times)
FROM ({uses}) u JOIN calls c ON c.id = u.call
CROSS JOIN (SELECT 'clerk' AS cube UNION ALL SELECT 'unit') k CROSS JOIN (SELECT 10 AS width, '_day' AS name UNION ALL SELECT 7, '_month') s
WHERE 1 GROUP BY 1, 2, 3, 4, 5 ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, times = times + excluded.times"""
_EVERY = "SELECT call, '' AS phrase, 0 AS times FROM phrase_reads{0} UNION ALL SELECT call, phrase, times FROM phrase_uses{0}"
_ONE, _ALL = (_UPSERT.format(uses=_EVERY.format(part)) for part in (" WHERE call = :call", ""))


def count(store: Store, call: int, sign: Literal[1, -1] | int) -> None:
    """Add what was said in a call (or take it off) within the open transaction."""
    store.write(_ONE, {"call": call, "sign": sign})


def rebuild(store: Store) -> None:
    """Count everything anew within the open transaction."""
    store.write("DELETE FROM phrase_tally")
    store.write(_ALL, {"sign": 1})


def answers(chosen: CallFilter) -> bool:
    """Do the sums know everything that this filter asks for?"""
    used = {field.name for field in fields(chosen) if getattr(chosen, field.name) not in (None, ())}
    return not used - _SUMMED - {"phrase"}


def sums(store: Store, chosen: CallFilter, cube: Cube, key: str, phrases: Sequence[str] = ()) -> list[Row]:
    """``key``, phrase, calls and times (of ``phrases`` alone, where given), each summed over the period and place. Raises StoreError."""
    place, place_values = _place(chosen)
    parts, values = [], list[Any]()
    only = f" AND phrase IN ({', '.join('?' * len(phrases))})" if phrases else ""
    for stretch in stretches(chosen.since, chosen.until, days_only=False):
        # The spans one by one, so that each phrase is found by the key instead of reading all of them.
        spans = "SELECT DISTINCT span FROM call_tally WHERE cube = ? AND span BETWEEN ? AND ?"
        parts.append(
            f"SELECT {key} AS key, phrase, {stretch.sign} * sum(calls) AS calls, {stretch.sign} * sum(times) AS times FROM phrase_tally"
            f" WHERE cube = ? AND span IN ({spans}){only}{place} GROUP BY 1, 2"
        )
        values += [
            f"{cube}_{stretch.width}",
            f"unit_{stretch.width}",
            stretch.first,
            stretch.last,
            *phrases,
            *place_values,
        ]
    return store.rows(
        f"SELECT key, phrase, sum(calls) AS calls, sum(times) AS times FROM ({' UNION ALL '.join(parts)}) GROUP BY 1, 2 HAVING sum(calls) > 0",
        values,
    )


def clerks(store: Store, chosen: CallFilter) -> dict[str, int]:
    """Phrase → how many clerks said it. Whoever did in a month that the period holds in part is looked for day by day. Raises StoreError."""
    place, place_values = _place(chosen)
    first, last = chosen.since or date.min, chosen.until or date.max
    rows = store.rows(
        f"""SELECT m.phrase, count(*) AS clerks FROM (
            SELECT DISTINCT phrase, clerk FROM phrase_tally
            WHERE cube = 'clerk_month' AND span BETWEEN ? AND ? AND phrase <> '' AND calls > 0{place}) m
        WHERE EXISTS (SELECT 1 FROM phrase_tally d WHERE d.cube = 'clerk_day' AND d.phrase = m.phrase AND d.clerk = m.clerk
            AND d.span BETWEEN ? AND ? AND d.calls > 0{place}) GROUP BY 1""",
        [f"{first:%Y-%m}", f"{last:%Y-%m}", *place_values, first.isoformat(), last.isoformat(), *place_values],
    )
    return {row["phrase"]: row["clerks"] for row in rows}


def _place(chosen: CallFilter) -> tuple[str, list[str]]:
    if chosen.unit is not None:
        return " AND unit = ?", [chosen.unit]
    return (f" AND unit IN ({UNITS_UNDER})", [chosen.node]) if chosen.node is not None else ("", [])
