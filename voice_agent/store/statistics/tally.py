"""Sums that the statistics pages read, kept true by the transaction that changes a call.

A call's contribution is taken out before a change and put back after it, so no code needs to know what changed.
``rebuild`` counts everything anew; a test holds both against each other.
"""

# ruff: noqa: S608 - only constants of this file are put in
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from voice_agent.store.database import Store
from voice_agent.store.statistics import phrase_sums
from voice_agent.store.statistics.columns import CALL_COLUMNS, RULE_COLUMNS, added, signed

# cube → what it may be broken down by: clerk (with window and unit), hour of day within a unit, unit alone.
_CUBES = "(SELECT 'clerk' AS cube UNION ALL SELECT 'hour' UNION ALL SELECT 'unit')"
# Each is kept for days (a date has 10 characters) and for whole months (7): a year is read from twelve rows instead of 365.
_SPANS = "(SELECT 10 AS width, '_day' AS name UNION ALL SELECT 7, '_month')"

_RULES_OF = f"""
INSERT INTO rule_tally (cube, span, unit, window, clerk, hour, rule, {", ".join(RULE_COLUMNS)})
SELECT k.cube || s.name, substr(c.day, 1, s.width) AS span, coalesce(p.unit, c.unit) AS unit,
       iif(k.cube = 'clerk', coalesce(p.window, c.window), '') AS window,
       iif(k.cube = 'clerk', coalesce(p.clerk, c.clerk), '') AS clerk, iif(k.cube = 'hour', c.hour, -1) AS hour, f.rule,
       {signed(RULE_COLUMNS)}
FROM calls c JOIN findings f ON f.judgement = c.judgement_id AND f.counted = 1
LEFT JOIN call_clerks p ON p.call = c.id AND p.position = f.position
CROSS JOIN {_CUBES} k CROSS JOIN {_SPANS} s
WHERE c.coverage <> 'not_monitored' AND {{which}}
GROUP BY 1, 2, 3, 4, 5, 6, 7
ON CONFLICT DO UPDATE SET {added(RULE_COLUMNS)}
"""

_CALLS_OF = f"""
INSERT INTO call_tally (cube, span, unit, window, clerk, hour, {", ".join(CALL_COLUMNS)})
SELECT k.cube || s.name, substr(c.day, 1, s.width) AS span, c.unit, iif(k.cube = 'clerk', c.window, '') AS window,
       iif(k.cube = 'clerk', c.clerk, '') AS clerk, iif(k.cube = 'hour', c.hour, -1) AS hour, {signed(CALL_COLUMNS)}
FROM calls c CROSS JOIN {_CUBES} k CROSS JOIN {_SPANS} s
WHERE {{which}}
GROUP BY 1, 2, 3, 4, 5, 6
ON CONFLICT DO UPDATE SET {added(CALL_COLUMNS)}
"""

# Two statements each: one that could mean either would be planned as a pass over all calls, with every decision.
_ONE, _EVERY = "c.id = :call", "(:only IS NULL OR (k.cube = :only AND s.width = 10))"
_RULES, _CALLS = _RULES_OF.format(which=_EVERY), _CALLS_OF.format(which=_EVERY)
_RULES_OF_ONE, _CALLS_OF_ONE = _RULES_OF.format(which=_ONE), _CALLS_OF.format(which=_ONE)


def add(store: Store, call: int) -> None:
    """Count a call that was not counted before."""
    _apply(store, call, 1)


def remove(store: Store, call: int) -> None:
    """Count a call no longer, before it is deleted."""
    _apply(store, call, -1)


@contextmanager
def changing(store: Store, call: int) -> Iterator[None]:
    """Around any change of a call's state: its old contribution goes, its new one comes, or neither."""
    with store.transaction():
        _apply(store, call, -1)
        yield
        _apply(store, call, 1)


def rebuild(store: Store) -> None:
    """Count all calls anew, after a bulk import: days from the calls, all coarser sums from the days. Raises StoreError."""
    with store.transaction():
        for table, sums in _SUMS.items():
            store.write(f"DELETE FROM {table}")
            for cube in ("clerk", "hour"):
                statement = _RULES if table == "rule_tally" else _CALLS
                store.write(statement, {"sign": 1, "only": cube})
            _coarsen(store, table, sums)
        phrase_sums.rebuild(store)


_SUMS = {"rule_tally": tuple(RULE_COLUMNS), "call_tally": tuple(CALL_COLUMNS)}


def _coarsen(store: Store, table: str, sums: tuple[str, ...]) -> None:
    rule, totals = ", rule" if table == "rule_tally" else "", ", ".join(f"sum({name})" for name in sums)
    store.write(
        f"INSERT INTO {table} SELECT 'unit_day', span, unit, '', '', -1{rule}, {totals} FROM {table}"
        f" WHERE cube = 'clerk_day' GROUP BY span, unit{rule}"
    )
    for cube in ("clerk", "hour", "unit"):
        store.write(
            f"INSERT INTO {table} SELECT ?, substr(span, 1, 7), unit, window, clerk, hour{rule}, {totals} FROM {table}"
            f" WHERE cube = ? GROUP BY substr(span, 1, 7), unit, window, clerk, hour{rule}",
            (f"{cube}_month", f"{cube}_day"),
        )


def _apply(store: Store, call: int, sign: int) -> None:
    store.write(_RULES_OF_ONE, {"call": call, "sign": sign})
    store.write(_CALLS_OF_ONE, {"call": call, "sign": sign})
    phrase_sums.count(store, call, sign)
