"""How statistics are asked for: by what they are broken down, and whether the kept sums can answer."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, Literal

from voice_agent.store.calls.conditions import places_of
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.people.tree import UNITS_UNDER
from voice_agent.store.statistics.periods import stretches

Breakdown = Literal["total", "clerk", "unit", "window", "hour", "day", "week", "month"]

#: Stands between unit and window in a key: windows of one name in different units are different windows.
BETWEEN = "\x1f"
#: Filters that the sums know about; any other one means counting the calls themselves.
_SUMMED = frozenset({"since", "until", "unit", "node", "window", "clerk", "hour"})
_TALLY_KEYS = {
    "total": "''", "clerk": "clerk", "unit": "unit", "window": "unit || char(31) || window", "hour": "hour",
    "day": "span", "week": "span", "month": "substr(span, 1, 7)",
}  # fmt: skip
_CALL_KEYS = {
    "total": "''", "clerk": "c.clerk", "unit": "c.unit", "window": "c.unit || char(31) || c.window", "hour": "c.hour",
    "day": "c.day", "week": "c.day", "month": "substr(c.day, 1, 7)",
}  # fmt: skip
_PLACES = {
    "clerk": "coalesce(p.clerk, c.clerk)",
    "unit": "coalesce(p.unit, c.unit)",
    "window": "coalesce(p.window, c.window)",
}
#: A finding counts for the clerk it is about, which after a transfer need not be the first.
_FINDING_KEYS = _CALL_KEYS | {
    "clerk": "coalesce(p.clerk, c.clerk)", "unit": "coalesce(p.unit, c.unit)",
    "window": "coalesce(p.unit, c.unit) || char(31) || coalesce(p.window, c.window)",
}  # fmt: skip
Query = tuple[str, list[Any]]


def cube_for(chosen: CallFilter, by: Breakdown) -> str | None:
    """The cube of sums that can answer, None when the calls themselves must be counted."""
    used = {field.name for field in fields(chosen) if getattr(chosen, field.name) not in (None, ())}
    # The sums count a call for its first clerk anyhow.
    used -= {"first"}
    if used - _SUMMED:
        return None
    axes = (used | {by}) & {"clerk", "window", "hour"}
    if not axes:
        return "unit"
    if axes == {"hour"}:
        return "hour"
    return None if "hour" in axes else "clerk"


def from_sums(
    table: str, columns: Iterable[str], chosen: CallFilter, by: Breakdown, cube: str, *, rule: str | None
) -> Query:
    """The query over ``rule_tally`` or ``call_tally``: key, (rule,) and the summed columns."""
    wanted = {"unit": chosen.unit, "window": chosen.window, "clerk": chosen.clerk, "hour": chosen.hour, "rule": rule}
    narrowed = {name: value for name, value in wanted.items() if value is not None}
    also = "".join(f" AND {name} = ?" for name in narrowed)
    if chosen.node is not None:
        also, narrowed = f"{also} AND unit IN ({UNITS_UNDER})", narrowed | {"node": chosen.node}
    keys = ("key", "rule") if table == "rule_tally" else ("key",)
    columns, group = tuple(columns), ", ".join(keys)
    parts, values = [], []
    for stretch in stretches(chosen.since, chosen.until, days_only=by in ("day", "week")):
        # Each stretch is summed by itself: the outer sum then sees a few lines instead of all.
        named, sums = f"{_TALLY_KEYS[by]} AS {group}", _sums(columns, stretch.sign)
        parts.append(
            f"SELECT {named}, {sums} FROM {table} WHERE cube = ? AND span BETWEEN ? AND ?{also} GROUP BY {group}"
        )
        values += [f"{cube}_{stretch.width}", stretch.first, stretch.last, *narrowed.values()]
    return f"SELECT {group}, {_sums(columns)} FROM ({' UNION ALL '.join(parts)}) GROUP BY {group}", values


def _sums(columns: Iterable[str], sign: int = 1) -> str:
    return ", ".join(f"{sign} * sum({name}) AS {name}" for name in columns)


def call_key(by: Breakdown) -> str:
    """The grouping expression over ``calls c``."""
    return _CALL_KEYS[by]


def finding_key(by: Breakdown) -> str:
    """The grouping expression over ``findings f``, ``calls c`` and ``call_clerks p``."""
    return _FINDING_KEYS[by]


def without_place(chosen: CallFilter) -> tuple[CallFilter, Query]:
    """The filter without clerk, unit and window, and the condition that a finding is about exactly these."""
    narrowed = places_of(chosen)
    condition = " AND ".join(part.format(column=_PLACES[name]) for name, (part, _) in narrowed) or "1"
    calls = replace(chosen, clerk=None, unit=None, window=None, node=None)
    return calls, (condition, [value for _, (_, value) in narrowed])
