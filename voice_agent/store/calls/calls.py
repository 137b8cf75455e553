"""Calls: recording them once, listing them, finding one."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ami_bridge.events import CallEnded, ClerkLeg
from voice_agent.errors import NotInStore
from voice_agent.store.calls import jobs
from voice_agent.store.calls.call_rows import CallRow, Page, call_row, ended_from
from voice_agent.store.calls.conditions import where
from voice_agent.store.calls.counting import count_calls as count_calls  # noqa: PLC0414 - callers find it with the calls
from voice_agent.store.calls.erased_names import erased_name
from voice_agent.store.calls.filters import EVERY_CALL, CallFilter
from voice_agent.store.calls.timelines import recordings_to_json, save_story
from voice_agent.store.calls.unmonitored import not_monitored
from voice_agent.store.calls.walks import Sort as Sort  # noqa: PLC0414 - callers find it with the calls
from voice_agent.store.calls.walks import walked
from voice_agent.store.database import Store
from voice_agent.store.people.directory import Clerk, clerk_of, unit_of_queue
from voice_agent.store.reviews.ratings import attach_ratings
from voice_agent.store.statistics import tally

#: Columns of an order; calls without a score come last whichever way they are sorted.
_SORTS = {
    "urgency": "c.urgency {way}, c.score", "started": "c.started", "score": "c.score", "talk_seconds": "c.talk_seconds", "ring_seconds": "c.ring_seconds",
    "clerk": "c.clerk", "unit": "c.unit", "verdict": "c.verdict",
}  # fmt: skip
#: The list's columns; ``clerks`` gives the name that the directory knows today.
_SELECT = "SELECT c.*, k.name AS clerk_name FROM calls c LEFT JOIN clerks k ON k.job_number = c.clerk"


@dataclass(frozen=True)
class Recorded:
    """The store's number of a call, and whether this was the first time it was recorded."""

    id: int
    new: bool


def record_call(store: Store, ended: CallEnded, *, system: str = "", now: float | None = None) -> Recorded:
    """Record a call that ended and, in the same transaction, enqueue its judging. Recording it again changes nothing.

    ``system`` names the Asterisk when several feed one store (their uniqueids may clash). Unanswered calls are kept for the
    statistics and not judged; a call touched by a monitoring gap is ``not_monitored`` at once, also if no answer was seen.
    Raises StoreError.
    """
    moment = time.time() if now is None else now
    with store.transaction():
        known = store.value(
            "SELECT id FROM calls WHERE system = ? AND uniqueid IN (?, ?)",
            (system, ended.uniqueid, erased_name(ended.uniqueid)),
        )
        if known is not None and not (_tells_more(ended) and _was_only_a_file(store, known)):
            return Recorded(known, new=False)
        if known is not None:
            _drop(store, known)
        number = _insert(store, ended, system)
        save_story(store, number, ended)
        attach_ratings(store, number, ended, system=system)
        tally.add(store, number)
        if ended.gaps:
            not_monitored(store, number, "gap", _gap_reason(store, ended), now=moment)
        elif ended.answered is not None:
            jobs.enqueue(store, number, now=moment)
    return Recorded(number, new=True)


def _tells_more(ended: CallEnded) -> bool:
    """Somebody followed this call: the richer record wins over what only a file told."""
    return bool(ended.clerks or ended.queue or ended.caller_number)


def _was_only_a_file(store: Store, number: int) -> bool:
    """Whether nothing but a recording's file told of the call so far: it was found after a gap, and the bridge knows better now."""
    told = store.row("SELECT 1 FROM call_clerks WHERE call = ?", (number,))
    row = store.row(
        "SELECT 1 FROM calls WHERE id = ? AND complete = 0 AND cause = 'gap' AND reviewed_by IS NULL"
        " AND queue IS NULL AND caller_number IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM purged WHERE call = calls.id)",
        (number,),
    )
    return row is not None and told is None


def _drop(store: Store, number: int) -> None:
    tally.remove(store, number)
    store.write("DELETE FROM calls WHERE id = ?", (number,))


def _gap_reason(store: Store, ended: CallEnded) -> str:
    start = datetime.fromtimestamp(ended.gaps[0].start, store.timezone)
    unknown = "，有没有人接听、由谁接听都不清楚" if ended.answered is None else ""
    return f"通话期间监测中断（{start:%Y-%m-%d %H:%M:%S} 起）{unknown}"


def _insert(store: Store, ended: CallEnded, system: str) -> int:
    local = datetime.fromtimestamp(ended.start, store.timezone)
    clerks = [clerk_of(store, leg, local.date()) or Clerk("") for leg in ended.clerks]
    unit = unit_of_queue(store, ended.queue)
    first = clerks[0] if clerks else Clerk("")
    row = {
        "call_id": f"{system}:{ended.uniqueid}" if system else ended.uniqueid,
        "system": system, "uniqueid": ended.uniqueid, "linkedid": ended.linkedid,
        "queue": ended.queue, "caller_number": ended.caller_number,
        "started": ended.start, "answered": ended.answered, "ended": ended.end,
        "ring_seconds": ended.ring_seconds, "talk_seconds": ended.talk_seconds,
        "hung_up_by": ended.hung_up_by, "transferred": int(ended.transferred), "complete": int(ended.complete),
        "holds": json.dumps([[hold.start, hold.end] for hold in ended.holds]),
        "gaps": json.dumps([[gap.start, gap.end, gap.reason] for gap in ended.gaps]), "recording": ended.recording,
        "recording_started": ended.recording_started, "direction": ended.direction,
        "queues": json.dumps(ended.queues, ensure_ascii=False), "recordings": recordings_to_json(ended.recordings),
        "clerk": first.job_number, "unit": first.unit or unit, "window": first.window,
        "day": local.date().isoformat(), "hour": local.hour,
        # With a gap the answer may have been missed: unknown is never "unanswered".
        "coverage": "unanswered" if ended.answered is None and not ended.gaps else "pending",
    }  # fmt: skip
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    number = store.write(f"INSERT INTO calls ({names}) VALUES ({values})", row).lastrowid
    assert number is not None  # noqa: S101 - an insert always has a row id
    _insert_clerks(store, number, list(zip(ended.clerks, clerks, strict=True)), unit)
    return number


def _insert_clerks(store: Store, number: int, legs: Sequence[tuple[ClerkLeg, Clerk]], unit: str) -> None:
    store.write_many(
        f"INSERT INTO call_clerks VALUES ({', '.join('?' * 12)})",
        [
            (
                number, position, clerk.job_number, clerk.unit or unit, clerk.window,
                leg.job_number, leg.member_name, leg.interface, leg.channel, leg.uniqueid, leg.start, leg.end,
            )
            for position, (leg, clerk) in enumerate(legs)
        ],
    )  # fmt: skip


def list_calls(
    store: Store,
    chosen: CallFilter = EVERY_CALL,
    *,
    sort: Sort = "started",
    descending: bool = True,
    limit: int = 50,
    offset: int = 0,
    most: int | None = None,
) -> Page:
    """One page of the chosen calls, with how many there are in all (``most``: or that there are more). Raises StoreError."""
    condition, values = where(chosen)
    way = "DESC" if descending else "ASC"
    last = " NULLS LAST" if sort == "score" else ""
    order = f"ORDER BY {_SORTS[sort].format(way=way)} {way}{last}, c.started {way}"
    # The inner query stays on a covering index; only the page's own rows are read in full.
    inner = f"SELECT c.id FROM {walked(chosen, sort)} WHERE {condition} {order} LIMIT ? OFFSET ?"
    rows = store.rows(f"{_SELECT} WHERE c.id IN ({inner}) {order}", [*values, limit, offset])
    # A page that is not full is the last one: nothing is left to be counted.
    total = offset + len(rows) if 0 < len(rows) < limit else count_calls(store, chosen, most=most)
    more = most is not None and total == most + 1
    return Page(tuple(call_row(row) for row in rows), total - more, offset, more)


def each_call(store: Store, chosen: CallFilter = EVERY_CALL) -> Iterator[CallRow]:
    """All chosen calls in order of time, one by one: for exports of any length. Raises StoreError."""
    condition, values = where(chosen)
    for row in store.each(f"{_SELECT} WHERE {condition} ORDER BY c.started, c.id", values):
        yield call_row(row)


def get_call(store: Store, number: int) -> CallRow:
    """One call by the store's number. Raises StoreError when there is none."""
    row = store.row(f"{_SELECT} WHERE c.id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的通话")
    return call_row(row)


def find_call(store: Store, name: str) -> CallRow:
    """One call by what a person types: its call id (Asterisk's uniqueid), else the store's number. Raises StoreError."""
    number = store.value("SELECT id FROM calls WHERE call_id = ?", (name,))
    if number is None and name.isascii() and name.isdigit() and len(name) < 19:
        return get_call(store, int(name))
    if number is None:
        raise NotInStore(f"没有通话 {name}；用 voice-agent calls 查看有哪些通话")
    return get_call(store, number)


def call_ended(store: Store, number: int) -> CallEnded:
    """What the bridge said about a call, exactly as recorded: what a worker needs to judge it. Raises StoreError."""
    row = store.row("SELECT * FROM calls WHERE id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的通话")
    return ended_from(row, store.rows("SELECT * FROM call_clerks WHERE call = ? ORDER BY position", (number,)))


def known_uniqueids(store: Store, *, since: float) -> set[str]:
    """The calls that started at ``since`` (unix seconds) or later, by uniqueid. Raises StoreError."""
    return {row["uniqueid"] for row in store.rows("SELECT uniqueid FROM calls WHERE started >= ?", (since,))}


def known_names(store: Store, *, since: float) -> set[str]:
    """Every identifier by which a recording of these calls may be named: of the call, of all its legs, of its clerks. Raises StoreError."""
    rows = store.rows(
        "SELECT c.uniqueid, c.linkedid, p.uniqueid AS clerk FROM calls c LEFT JOIN call_clerks p ON p.call = c.id WHERE c.started >= ?",
        (since,),
    )
    return {name for row in rows for name in row if name}


def clerks_of_call(store: Store, number: int) -> list[Clerk]:
    """The clerks of a call in turn, as they were then (name as known today, '' when unknown). Raises StoreError."""
    rows = store.rows(
        "SELECT p.clerk, p.unit, p.window, k.name FROM call_clerks p LEFT JOIN clerks k ON k.job_number = p.clerk"
        " WHERE p.call = ? ORDER BY p.position",
        (number,),
    )
    return [Clerk(row["clerk"], row["name"] or "", row["unit"], row["window"]) for row in rows]


def took_part(store: Store, number: int, job_number: str) -> bool:
    """Whether a clerk was on a call: staff may see their own calls only. Raises StoreError."""
    return bool(
        store.value("SELECT 1 FROM call_clerks WHERE call = ? AND clerk = ? AND clerk <> ''", (number, job_number))
    )


def units_of_call(store: Store, number: int) -> set[str]:
    """The units of all clerks on a call: after a transfer there may be several. Raises StoreError."""
    return {row["unit"] for row in store.rows("SELECT unit FROM call_clerks WHERE call = ?", (number,))}
