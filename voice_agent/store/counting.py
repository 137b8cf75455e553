"""How many calls a filter chooses: from the kept sums where they know it, else by counting."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from dataclasses import replace

from voice_agent.store.breakdown import cube_for, from_sums
from voice_agent.store.conditions import where
from voice_agent.store.database import Store
from voice_agent.store.filters import EVERY_CALL, CallFilter

_COVERAGE = {
    "pending": ("pending",),
    "unanswered": ("unanswered",),
    "monitored": ("compliant", "non_compliant", "needs_review"),
    "not_monitored": ("gap", "no_recording", "bad_recording", "failure"),
}


def count_calls(store: Store, chosen: CallFilter = EVERY_CALL) -> int:
    """How many calls a filter chooses; the lists of a large store ask this with every page. Raises StoreError."""
    columns, rest = _summed_columns(chosen)
    cube = cube_for(rest, "total") if columns and chosen.clerk is None else None
    if cube:
        sql, values = from_sums("call_tally", columns, rest, "total", cube, rule=None)
        row = store.row(sql, values)
        return sum(row[name] for name in columns) if row else 0
    condition, values = where(chosen)
    return int(store.value(f"SELECT count(*) FROM calls c WHERE {condition}", values))


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
