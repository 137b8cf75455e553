"""Compares the list of calls placed with the store: each exactly once, judged, or not monitored, or covered by a gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ami_bridge.events import Gap
from tests.chaos.witness import Seen
from voice_agent.store import Store
from voice_agent.store.calls import calls, gaps
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.statistics import tally


@dataclass
class Found:
    """What became of the calls (``fates``), and what must never be (``faults``)."""

    fates: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def check(store: Store, placed: Sequence[Seen], offsets: Iterable[float]) -> Found:
    """``offsets``: by how much the listener's clock was ever ahead; its gaps may be told by any of those clocks."""
    found, listed, clocks = Found(), gaps.list_gaps(store), sorted(set(offsets))
    rows = {row.call_id: row for row in calls.each_call(store, CallFilter())}
    for seen in placed:
        row = rows.get(seen.uniqueid)
        if row is not None:
            found.fates[_fate(row)] += 1
            found.faults += _wrong(seen, row)
        elif any(_covers(gap, seen, offset) for gap in listed for offset in clocks):
            found.fates["covered by a gap"] += 1
        elif (
            not seen.queued
        ):  # Asterisk was killed in the moment between: nobody was called, so it was no call of the hotline
            found.fates["ended before the queue"] += 1
        else:
            found.fates["LOST"] += 1
            found.faults.append(f"lost without a row or a gap: {seen}")
    found.faults += [f"invented: {name}" for name in rows.keys() - {seen.uniqueid for seen in placed}]
    found.faults += [
        *_doubled(store),
        *_inconsistent(store),
        *(f"a gap that never ended: {gap}" for gap in listed if gap.end is None),
    ]
    return found


def _fate(row: CallRow) -> str:
    if row.coverage == "not_monitored":
        return f"not monitored: {row.cause}"
    return {"monitored": "judged", "pending": "PENDING"}.get(row.coverage, row.coverage)


def _wrong(seen: Seen, row: CallRow) -> list[str]:
    faults = []
    if row.coverage == "pending":
        faults.append(f"never ended: {row.call_id}")
    if row.coverage == "unanswered" and seen.answered:
        faults.append(f"answered and called unanswered: {row.call_id}")
    if row.verdict == "compliant":  # what the clerks say in these calls is never enough
        faults.append(f"falsely compliant: {row.call_id}")
    if row.ended < row.started or row.talk_seconds < 0 or row.ring_seconds < 0:
        faults.append(f"a negative length: {row.call_id}")
    return faults


def _covers(gap: Gap, seen: Seen, offset: float) -> bool:
    """The gap overlaps the call, with its times put back by what the listener's clock was ahead."""
    end = float("inf") if gap.end is None else gap.end - offset
    return gap.start - offset <= (seen.ended or seen.began) and end >= seen.began


def _doubled(store: Store) -> list[str]:
    judged = store.rows(
        "SELECT call, count(*) AS n FROM judgements WHERE verdict <> 'not_monitored' GROUP BY call HAVING n > 1"
    )
    heard = store.rows("SELECT call, count(*) AS n FROM transcripts GROUP BY call HAVING n > 1")
    return [f"judged twice: call {row['call']}" for row in judged] + [
        f"kept twice: call {row['call']}" for row in heard
    ]


def _inconsistent(store: Store) -> list[str]:
    faults = []
    if (said := store.value("PRAGMA integrity_check")) != "ok":
        faults.append(f"integrity: {said}")
    if store.rows("PRAGMA foreign_key_check"):
        faults.append("broken references")
    ask = "SELECT * FROM call_tally ORDER BY cube, span, unit, window, clerk, hour"
    kept = [tuple(row) for row in store.rows(ask)]
    tally.rebuild(store)
    if kept != [tuple(row) for row in store.rows(ask)]:
        faults.append("sums differ from what they sum up")
    touched = store.rows("SELECT call_id FROM calls WHERE gaps <> '[]' AND coverage = 'monitored'")
    return faults + [f"judged in spite of a gap: {row['call_id']}" for row in touched]
