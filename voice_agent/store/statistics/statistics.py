"""How well the rules were kept, by whom, where and when; always with the counts behind a rate and with the coverage.

Periods, clerks, units, windows and hours are answered from kept sums (milliseconds for millions of findings); other filters
count the calls themselves.
"""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from voice_agent.store.calls.conditions import where
from voice_agent.store.calls.filters import EVERY_CALL, CallFilter
from voice_agent.store.database import Row, Store
from voice_agent.store.statistics.breakdown import (
    BETWEEN,
    Breakdown,
    call_key,
    cube_for,
    finding_key,
    from_sums,
    without_place,
)
from voice_agent.store.statistics.columns import CALL_COLUMNS, RULE_COLUMNS, counted
from voice_agent.store.statistics.figures import CallCounts, CallLine, RuleCounts, RuleLine
from voice_agent.store.statistics.periods import iso_week, previous_period
from voice_agent.values import EVERY_RULE, Status

_STATUSES: tuple[Status, ...] = get_args(Status)
_FINDINGS = """findings f JOIN calls c ON c.id = f.call AND f.counted = 1
    LEFT JOIN call_clerks p ON p.call = f.call AND p.position = f.position"""


@dataclass(frozen=True)
class StatusLine:
    """How many calls ended with this status of this rule."""

    rule: str
    status: Status
    calls: int


def rule_lines(store: Store, chosen: CallFilter = EVERY_CALL, by: Breakdown = "total") -> list[RuleLine]:
    """Compliance per rule, broken down: lines ordered by key, then by rule as in rules.md. Raises StoreError.

    ``chosen.rule`` narrows the lines to that rule (not the calls to its faults); clerk, unit and window are those that a
    finding is about.
    """
    labels = _labels(store, by)
    return [
        RuleLine(_last(key), labels.get(key, _named(key)), rule, RuleCounts(*sums), _unit(key))
        for (key, rule), sums in sorted(rule_sums(store, chosen, by).items(), key=_by_key_and_rule)
    ]


def rule_sums(store: Store, chosen: CallFilter, by: Breakdown) -> dict[tuple[str, str], tuple[int, ...]]:
    """The bare figures of ``rule_lines``: (key, rule) → as many as there are in ``RuleCounts``, in its order. Raises StoreError."""
    calls = replace(chosen, rule=None)
    cube = cube_for(calls, by)
    if cube:
        sql, values = from_sums("rule_tally", RULE_COLUMNS, calls, by, cube, rule=chosen.rule)
    else:
        sql, values = _count_findings(calls, by, chosen.rule)
    merged: dict[tuple[str, str], tuple[int, ...]] = {}
    for key, rule, *sums in store.rows(sql, values):
        name, known = (_key(key, by), rule), tuple(sums)
        # Days of one week arrive as several lines.
        merged[name] = tuple(map(sum, zip(merged[name], known, strict=True))) if name in merged else known
    return {name: sums for name, sums in merged.items() if any(sums)}


def call_lines(store: Store, chosen: CallFilter = EVERY_CALL, by: Breakdown = "total") -> list[CallLine]:
    """Calls, verdicts, coverage and waiting, broken down, ordered by key; a call counts for its first clerk. Raises StoreError."""
    cube = cube_for(chosen, by)
    if cube:
        sql, values = from_sums("call_tally", CALL_COLUMNS, chosen, by, cube, rule=None)
    else:
        sql, values = _count_calls(chosen, by)
    merged: dict[str, CallCounts] = {}
    for row in store.rows(sql, values):
        key = _key(row["key"], by)
        merged[key] = _sum(merged.get(key, CallCounts()), row)
    labels = _labels(store, by)
    return [
        CallLine(_last(key), labels.get(key, _named(key)), counts, _unit(key))
        for key, counts in sorted(merged.items())
        if counts.calls
    ]


def total(store: Store, chosen: CallFilter = EVERY_CALL) -> CallCounts:
    """Everything together; all zero when no call is chosen. Raises StoreError."""
    return next((line.counts for line in call_lines(store, chosen)), CallCounts())


def against_previous(store: Store, chosen: CallFilter) -> tuple[CallCounts, CallCounts | None]:
    """The period's figures and those of the period before (None for an open period). Raises StoreError."""
    before = previous_period(chosen)
    return total(store, chosen), total(store, before) if before else None


def status_lines(store: Store, chosen: CallFilter = EVERY_CALL) -> list[StatusLine]:
    """How often each status of each rule occurs, in the order of rules.md: the kinds of fault. Raises StoreError."""
    return statuses_of(rule_lines(store, chosen))


def statuses_of(lines: Sequence[RuleLine]) -> list[StatusLine]:
    """The same from lines that are at hand. Pure."""
    return [
        StatusLine(line.rule, status, number)
        for line in lines
        for status in _STATUSES
        if (number := getattr(line.counts, status))
    ]


def _count_findings(chosen: CallFilter, by: Breakdown, rule: str | None) -> tuple[str, list[Any]]:
    calls, (place, place_values) = without_place(chosen)
    condition, values = where(calls)
    sql = f"""SELECT {finding_key(by)} AS key, f.rule AS rule, {counted(RULE_COLUMNS)}
        FROM {_FINDINGS} WHERE (? IS NULL OR f.rule = ?) AND {condition} AND {place} GROUP BY 1, 2"""
    return sql, [rule, rule, *values, *place_values]


def _count_calls(chosen: CallFilter, by: Breakdown) -> tuple[str, list[Any]]:
    condition, values = where(replace(chosen, clerk=None))
    if chosen.clerk is not None:
        condition, values = f"{condition} AND c.clerk = ?", [*values, chosen.clerk]
    sql = f"SELECT {call_key(by)} AS key, {counted(CALL_COLUMNS)} FROM calls c WHERE {condition} GROUP BY 1"
    return sql, values


def _key(key: Any, by: Breakdown) -> str:
    if by == "hour":
        return f"{key:02d}"
    return iso_week(key) if by == "week" else str(key)


def _unit(key: str) -> str:
    """The unit of a window's key, '' for all other keys."""
    return key.partition(BETWEEN)[0] if BETWEEN in key else ""


def _last(key: str) -> str:
    return key.rpartition(BETWEEN)[2]


def _named(key: str) -> str:
    return key.replace(BETWEEN, " ").strip() if _last(key) else ""


def _sum(known: CallCounts, row: Row) -> CallCounts:
    whole = {
        name: int(getattr(known, name) + row[name]) for name in CALL_COLUMNS if name not in ("score_sum", "ring_sum")
    }
    return CallCounts(**whole, score_sum=known.score_sum + row["score_sum"], ring_sum=known.ring_sum + row["ring_sum"])


def _labels(store: Store, by: Breakdown) -> dict[str, str]:
    if by != "clerk":
        return {}
    return {
        row["job_number"]: row["name"] or row["job_number"] for row in store.rows("SELECT job_number, name FROM clerks")
    }


def _by_key_and_rule(item: tuple[tuple[str, str], object]) -> tuple[str, int]:
    (key, rule), _ = item
    return key, _order(rule)


def _order(rule: str) -> int:
    return EVERY_RULE.index(rule) if rule in EVERY_RULE else len(EVERY_RULE)
