"""Sums that the statistics pages read, kept true by the transaction that changes a call.

A call's contribution is taken out before a change and put back after it, so no code needs to know what changed.
``rebuild`` counts everything anew; a test holds both against each other.
"""

# ruff: noqa: S608 - only constants of this file are put in
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from voice_agent.store.database import Store

#: GB/T 33358-2016: a call is answered within 15 s.
LATE_ANSWER_SECONDS = 15

# cube → what it may be broken down by: clerk (with window and unit), hour of day within a unit, unit alone.
_CUBES = "(SELECT 'clerk' AS cube UNION ALL SELECT 'hour' UNION ALL SELECT 'unit')"
# Each is kept for days (a date has 10 characters) and for whole months (7): a year is read from twelve rows instead of 365.
_SPANS = "(SELECT 10 AS width, '_day' AS name UNION ALL SELECT 7, '_month')"

_RULES = f"""
INSERT INTO rule_tally
SELECT k.cube || s.name, substr(c.day, 1, s.width) AS span, coalesce(p.unit, c.unit) AS unit,
       iif(k.cube = 'clerk', coalesce(p.window, c.window), '') AS window,
       iif(k.cube = 'clerk', coalesce(p.clerk, c.clerk), '') AS clerk, iif(k.cube = 'hour', c.hour, -1) AS hour, f.rule,
       :sign * sum(f.status = 'met'), :sign * sum(f.status IN ('missing', 'late', 'mismatch', 'violated')),
       :sign * sum(f.status = 'uncertain'), :sign * sum(f.status = 'not_applicable'),
       :sign * sum(f.status = 'missing'), :sign * sum(f.status = 'late'), :sign * sum(f.status = 'mismatch'),
       :sign * sum(f.status = 'violated')
FROM calls c JOIN findings f ON f.judgement = c.judgement_id AND f.counted = 1
LEFT JOIN call_clerks p ON p.call = c.id AND p.position = f.position
CROSS JOIN {_CUBES} k CROSS JOIN {_SPANS} s
WHERE c.coverage <> 'not_monitored' AND (:call IS NULL OR c.id = :call) AND (:only IS NULL OR (k.cube = :only AND s.width = 10))
GROUP BY 1, 2, 3, 4, 5, 6, 7
ON CONFLICT DO UPDATE SET met = met + excluded.met, faults = faults + excluded.faults,
       uncertain = uncertain + excluded.uncertain, not_applicable = not_applicable + excluded.not_applicable,
       missing = missing + excluded.missing, late = late + excluded.late, mismatch = mismatch + excluded.mismatch,
       violated = violated + excluded.violated
"""

_CALLS = f"""
INSERT INTO call_tally
SELECT k.cube || s.name, substr(c.day, 1, s.width) AS span, c.unit, iif(k.cube = 'clerk', c.window, '') AS window,
       iif(k.cube = 'clerk', c.clerk, '') AS clerk, iif(k.cube = 'hour', c.hour, -1) AS hour,
       :sign * count(*), :sign * sum(c.coverage = 'unanswered'), :sign * sum(c.coverage = 'pending'),
       :sign * sum(coalesce(c.verdict, '') = 'compliant'), :sign * sum(coalesce(c.verdict, '') = 'non_compliant'),
       :sign * sum(coalesce(c.verdict, '') = 'needs_review'),
       :sign * sum(c.cause = 'gap'), :sign * sum(c.cause = 'no_recording'), :sign * sum(c.cause = 'bad_recording'),
       :sign * sum(c.cause = 'failure'),
       :sign * sum(c.score IS NOT NULL), :sign * coalesce(sum(c.score), 0),
       :sign * sum(iif(c.answered IS NULL, 0, c.ring_seconds)),
       :sign * sum(c.answered IS NOT NULL AND c.ring_seconds > {LATE_ANSWER_SECONDS}), :sign * sum(c.flagged)
FROM calls c CROSS JOIN {_CUBES} k CROSS JOIN {_SPANS} s
WHERE (:call IS NULL OR c.id = :call) AND (:only IS NULL OR (k.cube = :only AND s.width = 10))
GROUP BY 1, 2, 3, 4, 5, 6
ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, unanswered = unanswered + excluded.unanswered,
       pending = pending + excluded.pending, compliant = compliant + excluded.compliant,
       non_compliant = non_compliant + excluded.non_compliant, needs_review = needs_review + excluded.needs_review,
       gap = gap + excluded.gap, no_recording = no_recording + excluded.no_recording,
       bad_recording = bad_recording + excluded.bad_recording, failure = failure + excluded.failure,
       scored = scored + excluded.scored, score_sum = score_sum + excluded.score_sum,
       ring_sum = ring_sum + excluded.ring_sum, late_answers = late_answers + excluded.late_answers,
       flagged = flagged + excluded.flagged
"""


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
                store.write(statement, {"call": None, "sign": 1, "only": cube})
            _coarsen(store, table, sums)


_SUMS = {
    "rule_tally": ("met", "faults", "uncertain", "not_applicable", "missing", "late", "mismatch", "violated"),
    "call_tally": (
        "calls", "unanswered", "pending", "compliant", "non_compliant", "needs_review", "gap", "no_recording", "bad_recording",
        "failure", "scored", "score_sum", "ring_sum", "late_answers", "flagged",
    ),
}  # fmt: skip


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
    store.write(_RULES, {"call": call, "sign": sign, "only": None})
    store.write(_CALLS, {"call": call, "sign": sign, "only": None})
