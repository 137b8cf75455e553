"""When the clerks of the demonstration come, pause, talk and go, and when it rings for them. Pure; chance comes in as an argument."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ami_bridge.events import CallEnded, ClerkLeg, MemberChanged, MemberState
from voice_agent.demo.staff import Worker
from voice_agent.working_days import is_working

#: When people ring, and how many of a hundred in each hour.
_HOURS = {9: 20, 10: 24, 11: 16, 13: 10, 14: 14, 15: 10, 16: 6}
#: Why somebody pauses, and for how many minutes.
_PAUSES = (("喝水", 6), ("开会", 35), ("整理材料", 15), ("窗口业务", 25))
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Talk:
    """A call for a clerk at ``start`` (unix seconds): rung for ``ring`` seconds, then talked for ``talk``."""

    worker: Worker
    start: float
    ring: float
    talk: float


def month_before(today: date) -> list[date]:
    """The thirty days that end yesterday."""
    return [today - _DAY * back for back in range(30, 0, -1)]


def at(day: date, hours: float, zone: ZoneInfo) -> float:
    """Unix seconds of a local time of day, given in hours."""
    return datetime.combine(day, time(), zone).timestamp() + hours * 3600.0


def talks_of(day: date, workers: Sequence[Worker], chance: random.Random, zone: ZoneInfo) -> list[Talk]:
    """The calls that clerks would take on a day, none of a clerk before the last one is over; hardly any on free days."""
    busy, made = 1.0 if is_working(day) else 0.06, []
    for worker in workers:
        free_from = 0.0
        wanted = worker.calls * busy
        number = int(wanted) + (chance.random() < wanted % 1)
        for start in sorted(_moments(day, number, chance, zone)):
            begin = max(start, free_from + 20.0)
            ring = 2.0 + chance.expovariate(1 / 4.5) + (chance.random() < 0.06) * 14.0
            made.append(Talk(worker, begin, ring, 0.0))
            free_from = begin + ring + 150.0
    return sorted(made, key=lambda one: one.start)


def _moments(day: date, number: int, chance: random.Random, zone: ZoneInfo) -> list[float]:
    hours = chance.choices(list(_HOURS), list(_HOURS.values()), k=number)
    return [at(day, hour + chance.random(), zone) for hour in hours]


def queue_of(unit: str) -> str:
    """The queue in which the callers of a unit wait."""
    return f"queue-{unit}"


def call_of(talk: Talk, number: int, *, answered: bool, transferred_to: Worker | None = None) -> CallEnded:
    """What the bridge would have said of it."""
    uniqueid = f"{int(talk.start)}.{number}"
    begin, end = talk.start + talk.ring, talk.start + talk.ring + (talk.talk if answered else 0.0)
    shares = [talk.worker] if transferred_to is None else [talk.worker, transferred_to]
    share = (end - begin) / len(shares)
    legs = tuple(
        _leg(worker, uniqueid, begin + place * share, begin + (place + 1) * share)
        for place, worker in enumerate(shares)
    )
    return CallEnded(
        uniqueid, uniqueid, queue_of(talk.worker.clerk.unit), f"139000{number % 100000:05}", talk.start, begin if answered else None, end, talk.ring,
        talk.talk if answered else 0.0, "caller", (), legs if answered else (), transferred_to is not None, None, (), True, begin if answered else None,
    )  # fmt: skip


def _leg(worker: Worker, uniqueid: str, start: float, end: float) -> ClerkLeg:
    clerk = worker.clerk
    return ClerkLeg(
        clerk.name, clerk.member, clerk.job_number, f"{clerk.member}-1", f"{uniqueid}.{clerk.job_number}", start, end
    )


def presence_of(
    day: date, worker: Worker, talks: Sequence[Talk], chance: random.Random, zone: ZoneInfo
) -> Iterator[MemberChanged]:
    """What the queue would have told of a clerk on a working day, in order of time; the calls taken are seen in it."""
    states = _plan(day, worker, chance, zone)
    for talk in talks:
        ring, begin, end = talk.start, talk.start + talk.ring, talk.start + talk.ring + talk.talk
        after = ([one for one in states if one[0] <= end] or [(0.0, "free", "")])[-1][1:]
        states = [one for one in states if not ring <= one[0] <= end]
        states += [(ring, "ringing", ""), (begin, "talking", ""), (end, *after)]
        states.sort(key=lambda one: one[0])
    clerk = worker.clerk
    for moment, state, reason in states:
        yield MemberChanged(moment, clerk.member, clerk.name, clerk.job_number, state, reason)


def _plan(day: date, worker: Worker, chance: random.Random, zone: ZoneInfo) -> list[tuple[float, MemberState, str]]:
    """Comes, pauses now and then, has lunch (half of them on duty), leaves; careless people come late and pause long."""
    sloth = 1.0 - worker.care
    second = int(worker.clerk.job_number) % 2
    states: list[tuple[float, MemberState, str]] = [
        (at(day, 8.85 + chance.random() * (0.12 + sloth * 0.5), zone), "free", "")
    ]
    for hour in (10.0 + chance.random(), 14.4 + chance.random() * 1.5):
        if chance.random() < 0.25 + sloth:
            reason, minutes = chance.choice(_PAUSES)
            states += [
                (at(day, hour, zone), "paused", reason),
                (at(day, hour + minutes / 60 * (0.7 + sloth), zone), "free", ""),
            ]
    if second == day.toordinal() % 2:
        states += [(at(day, 12.0, zone), "paused", "午餐"), (at(day, 12.9 + sloth * 0.4, zone), "free", "")]
    return [*sorted(states, key=lambda one: one[0]), (at(day, 17.0 + chance.random() * 0.1, zone), "", "")]
