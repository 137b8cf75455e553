"""运行状况: is Asterisk followed, do jobs move, what was lost; and in a word, what the figures of a period lack."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ami_bridge.events import Gap
from voice_agent.store.calls.gaps import list_gaps
from voice_agent.store.database import Store
from voice_agent.store.statistics.figures import CallCounts

#: Seconds after which ``listen`` should have said anew that it follows Asterisk: it does so every few.
STALE = 60.0
#: Failed jobs and gaps that the page lists.
SHOWN = 20


@dataclass(frozen=True)
class Followed:
    """Until when (unix seconds) an Asterisk was followed without a break; ``live``: just now."""

    system: str
    until: float
    live: bool


@dataclass(frozen=True)
class FailedJob:
    """A call that could not be judged, why, and when it was given up (unix seconds)."""

    call_id: str
    error: str
    attempts: int
    finished: float


@dataclass(frozen=True)
class Health:
    """How things stand at ``now``; times are unix seconds, None where there is nothing yet.

    ``due`` jobs could be worked on now, the oldest since ``oldest``; ``waiting`` counts those that wait for a later try too; ``leased``
    are being worked on. ``book`` and ``model`` made the last judgement, ``recogniser`` the last transcript.
    """

    now: float
    followed: tuple[Followed, ...]
    open_gaps: tuple[Gap, ...]
    gaps: tuple[Gap, ...]
    last_call: float | None
    last_judged: float | None
    waiting: int
    due: int
    leased: int
    oldest: float | None
    failed: int
    failures: tuple[FailedJob, ...]
    book: str
    model: str
    recogniser: str


def health(store: Store, *, days: int = 7, now: float | None = None) -> Health:
    """How things stand; gaps of the last ``days``. A few indexed look-ups, whatever the size of the store. Raises StoreError."""
    moment = time.time() if now is None else now
    jobs = store.row(
        "SELECT count(state = 'waiting' OR NULL) AS waiting, count(state = 'leased' OR NULL) AS leased,"
        " count((state = 'waiting' AND not_before <= ?1) OR NULL) AS due, min(iif(not_before <= ?1, created, NULL)) AS oldest"
        " FROM jobs WHERE state IN ('waiting', 'leased')",
        (moment,),
    )
    last = store.row(
        "SELECT made_at, book_version, model FROM judgements WHERE book IS NOT NULL ORDER BY id DESC LIMIT 1"
    )
    found = list_gaps(store, since=moment - days * 86400.0)
    assert jobs is not None  # noqa: S101 - counting always gives a row
    return Health(
        moment, followed(store, moment), tuple(one for one in found if one.end is None), tuple(reversed(found[-SHOWN:])),
        store.value("SELECT max(started) FROM calls"), last["made_at"] if last else None, jobs["waiting"], jobs["due"], jobs["leased"],
        jobs["oldest"], store.value("SELECT count(*) FROM jobs WHERE state = 'failed'"), _failures(store),
        last["book_version"] if last else "", last["model"] if last else "",
        store.value("SELECT recogniser FROM transcripts ORDER BY id DESC LIMIT 1") or "",
    )  # fmt: skip


def followed(store: Store, now: float) -> tuple[Followed, ...]:
    """Every Asterisk that was ever followed. Raises StoreError."""
    rows = store.rows("SELECT system, until FROM followed ORDER BY system")
    return tuple(Followed(row["system"], row["until"], now - row["until"] < STALE) for row in rows)


def _failures(store: Store) -> tuple[FailedJob, ...]:
    rows = store.rows(
        "SELECT c.call_id, j.error, j.attempts, j.finished FROM jobs j JOIN calls c ON c.id = j.call WHERE j.state = 'failed'"
        " ORDER BY j.finished DESC LIMIT ?",
        (SHOWN,),
    )
    return tuple(FailedJob(*row) for row in rows)


@dataclass(frozen=True)
class Shortfall:
    """What the figures of a period lack: ``gaps`` of ``gap_seconds`` in all, in which ``lost`` calls are known to have been missed;
    calls not judged yet (``pending``) or not at all (``failed``); ``stopped_at`` (unix seconds): nobody has listened since.
    """

    gaps: int = 0
    gap_seconds: float = 0.0
    lost: int = 0
    pending: int = 0
    failed: int = 0
    stopped_at: float | None = None

    def __bool__(self) -> bool:
        return bool(self.gaps or self.lost or self.pending or self.failed or self.stopped_at)


def shortfall(
    store: Store, counts: CallCounts, since: date | None, until: date | None, *, now: float | None = None
) -> Shortfall:
    """What is missing between two local days (None: open), beside ``counts`` of that period. Raises StoreError."""
    moment = time.time() if now is None else now
    begin = _midnight(store, since) if since else 0.0
    end = min(moment, _midnight(store, until + timedelta(days=1)) if until else moment)
    gaps = [one for one in list_gaps(store, since=begin, until=end) if (one.end or end) > begin and one.start < end]
    seconds = sum(min(one.end or end, end) - max(one.start, begin) for one in gaps)
    stopped = None if any(one.end is None for one in gaps) else _stopped(store, begin, end, moment)
    return Shortfall(len(gaps), seconds, counts.gap, counts.pending, counts.failure, stopped)


def _stopped(store: Store, begin: float, end: float, now: float) -> float | None:
    """Since when nobody has followed an Asterisk, if that falls into the period and no other way to get calls took its place."""
    silent = [one.until for one in followed(store, now) if not one.live and one.until < end - STALE]
    if not silent or (store.value("SELECT max(started) FROM calls") or 0.0) > min(silent) + STALE:
        return None
    return max(min(silent), begin)


def _midnight(store: Store, day: date) -> float:
    return datetime.combine(day, datetime.min.time(), store.timezone).timestamp()
