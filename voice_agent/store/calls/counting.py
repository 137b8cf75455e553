"""How many calls a filter chooses: from the kept sums where they know it, else by counting."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from dataclasses import replace

from voice_agent.store.calls.conditions import where
from voice_agent.store.calls.filters import EVERY_CALL, CallFilter
from voice_agent.store.calls.walks import walked
from voice_agent.store.database import Store
from voice_agent.store.statistics.breakdown import cube_for, from_sums

_COVERAGE = {
    "pending": ("pending",),
    "unanswered": ("unanswered",),
    "monitored": ("compliant", "non_compliant", "needs_review"),
    "not_monitored": ("gap", "no_recording", "bad_recording", "failure"),
}


def count_calls(store: Store, chosen: CallFilter = EVERY_CALL, *, most: int | None = None) -> int:
    """How many calls a filter chooses; the lists of a large store ask this with every page. Raises StoreError.

    ``most``: where calls must be counted one by one, stop at one more than this.
    """
    columns, rest = _summed_columns(chosen)
    cube = cube_for(rest, "total") if columns and (chosen.clerk is None or chosen.first) else None
    if cube:
        sql, values = from_sums("call_tally", columns, rest, "total", cube, rule=None)
        row = store.row(sql, values)
        return sum(row[name] for name in columns) if row else 0
    by_rule = _from_rules(store, chosen)
    if by_rule is not None:
        return by_rule
    condition, values = where(chosen)
    counted = f"SELECT count(*) FROM (SELECT 1 FROM {walked(chosen)} WHERE {condition} LIMIT ?)"
    return int(store.value(counted, [*values, -1 if most is None else most + 1]))


def _summed_columns(chosen: CallFilter) -> tuple[tuple[str, ...], CallFilter]:
    """The sums that answer a filter by review, verdict or coverage, and what is left of the filter; none for two of them.

    A verdict is counted in a column of its own, ``not_monitored`` in those of its causes.
    """
    given = [name for name in ("review", "verdict", "coverage") if getattr(chosen, name)]
    if not given:
        return ("calls",), chosen
    if len(given) > 1 or chosen.review not in (None, "waiting"):
        return (), chosen
    if chosen.review:
        return ("flagged",), replace(chosen, review=None)
    if chosen.coverage:
        return _COVERAGE[chosen.coverage], replace(chosen, coverage=None)
    columns = {name for verdict in chosen.verdict for name in _COVERAGE.get(verdict, (verdict,))}
    return tuple(sorted(columns)), replace(chosen, verdict=())


def _from_rules(store: Store, chosen: CallFilter) -> int | None:
    """The calls with a status of one rule, from the sums of that rule.

    Not for one clerk, unit or window: a list holds a transferred call under its first clerk, the sums under whom a finding is about.
    """
    rest = replace(chosen, rule=None, status=())
    cube = cube_for(rest, "total")
    if chosen.rule is None or cube is None or cube == "clerk" or chosen.unit is not None or chosen.node is not None:
        return None
    columns = chosen.status or ("faults",)
    sql, values = from_sums("rule_tally", columns, rest, "total", cube, rule=chosen.rule)
    row = store.row(sql, values)
    return sum(row[name] for name in columns) if row else 0
