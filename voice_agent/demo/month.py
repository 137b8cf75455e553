"""A believable month for ``serve --demo``: forty clerks, a thousand calls, and what an institution does with them. Always the same for a day."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ami_bridge.events import Gap, MemberChanged, MembersKnown, Rated
from phrasebook.model import PhraseBook
from voice_agent.bundled import bundled_calls, read_and_judge
from voice_agent.demo.days import Talk, at, call_of, month_before, presence_of, queue_of, talks_of
from voice_agent.demo.fill import fill
from voice_agent.demo.history import clerks_of
from voice_agent.demo.scenes import Scenes
from voice_agent.demo.staff import Worker, workers
from voice_agent.demo.tree import plant
from voice_agent.evaluate import CallFolder, read_calls
from voice_agent.store import Store
from voice_agent.store.calls import calls, completion, gaps, jobs, presence
from voice_agent.store.people.directory import Unit, list_units, save_units
from voice_agent.store.reviews.ratings import Scale, save_rating
from voice_agent.values import Agent, Judgement
from voice_agent.working_days import is_working

_SEED = "voice-agent demo"
#: Of so many of the last days it is told who was at the window; the listening stopped for a while so many days ago.
_PRESENCE_DAYS, _GAP_DAYS = 14, 6


@dataclass(frozen=True)
class Month:
    """What the month is made of; ``today`` is the local day on which the demonstration is opened."""

    store: Store
    book: PhraseBook
    scenes: Scenes
    workers: Sequence[Worker]
    chance: random.Random
    today: date
    gap: Gap

    @property
    def light(self) -> float:
        """When listening went on after the gap."""
        return self.gap.end or self.gap.start


def make_month(store: Store, book: PhraseBook, *, now: float | None = None) -> None:
    """Calls with transcripts and judgements, ratings, who was at the windows: the bundled calls, whose sound can be heard, among them.

    Raises StoreError.
    """
    moment = time.time() if now is None else now
    today = datetime.fromtimestamp(moment, store.timezone).date()
    folders = read_calls(bundled_calls())
    team = workers(clerks_of(folders))
    days = month_before(today)
    dark = [day for day in days if is_working(day)][-_GAP_DAYS]
    gap = Gap(at(dark, 14.25, store.timezone), at(dark, 15.0, store.timezone), "the listener was restarted")
    month = Month(store, book, Scenes(book), team, random.Random(_SEED), today, gap)  # noqa: S311 - a play, no secret
    with store.transaction():
        save_units(store, [Unit(name, (queue_of(name),)) for name in dict.fromkeys(one.clerk.unit for one in team)])
        _bundled(month, folders, days)
        plant(store, {unit.name for unit in list_units(store)})
        gaps.save_gap(store, gap)
        for day in days:
            _day(month, day, follow=(today - day).days <= _PRESENCE_DAYS)
        gaps.save_alive(store, at(days[-1], 24.0, store.timezone))


def _bundled(month: Month, folders: tuple[CallFolder, ...], days: Sequence[date]) -> None:
    """The calls that can be heard, over the working days."""
    working = [day for day in days if is_working(day)]

    def answered(position: int) -> float:
        day = working[-1 - (position - 1) * len(working) // len(folders)]
        return at(day, 9.2 + position * 3.7 % 7, month.store.timezone)

    clerks = [one.clerk for one in month.workers]
    judged = read_and_judge(folders, month.book)
    for _ in fill(month.store, folders, judged, month.book, answered=answered, clerks=clerks):
        pass


def _day(month: Month, day: date, *, follow: bool) -> None:
    zone, taken = month.store.timezone, []
    for number, talk in enumerate(talks_of(day, month.workers, month.chance, zone)):
        done = _call(month, talk, day.toordinal() % 1000 * 100 + number)
        if done is not None:
            taken.append(done)
    if follow and is_working(day):
        _presence(month, day, taken)


def _call(month: Month, talk: Talk, number: int) -> Talk | None:
    """One call; returns how it was really taken, None where nobody answered."""
    chance, worker = month.chance, talk.worker
    if chance.random() < 0.045:
        calls.record_call(
            month.store, call_of(replace(talk, ring=20 + chance.random() * 50), number, answered=False), now=talk.start
        )
        return None
    parts = month.scenes.choose(worker.care, chance)
    agent = Agent(worker.clerk.job_number, worker.clerk.name, worker.clerk.unit)
    transcript, judgement = month.scenes.told(parts, "", agent)
    talk = replace(talk, talk=(transcript.duration or 30.0) + 1.0)
    ended = call_of(talk, number, answered=True)
    if month.gap.start < ended.end and talk.start < month.light:
        calls.record_call(month.store, replace(ended, gaps=(month.gap,)), now=ended.end)
        return talk
    calls.record_call(month.store, ended, now=ended.end)
    job = jobs.lease(month.store, "demo", 60.0)
    assert job is not None  # noqa: S101 - the call has just been enqueued, and nobody else uses a demo store
    if chance.random() < 0.012:
        jobs.fail(month.store, job, "没有找到录音", final=True, cause="no_recording", now=ended.end)
        return talk
    completion.complete(
        month.store, job, replace(judgement, call_id=ended.uniqueid), book=month.book, transcript=replace(transcript, call_id=ended.uniqueid),
        recogniser="demo", now=ended.end + 40.0,
    )  # fmt: skip
    _rate(month, ended.uniqueid, ended.end, judgement)
    return talk


def _rate(month: Month, uniqueid: str, at_: float, judgement: Judgement) -> None:
    """Not quite half of the callers press a key, and what they press has to do with what they heard."""
    chance = month.chance
    if chance.random() > 0.46:
        return
    rude = any(one.status == "violated" for one in judgement.findings)
    faults = sum(one.status in ("missing", "late") for one in judgement.findings)
    weights = (8, 14, 18, 30, 30) if rude else (52 - 8 * faults, 32, 12 + 4 * faults, 3 + 2 * faults, 1 + faults)
    keys = chance.choices("12345", weights)[0]
    save_rating(month.store, Rated(uniqueid, uniqueid, at_, keys, "variable"), Scale())


def _presence(month: Month, day: date, taken: Sequence[Talk]) -> None:
    """Who was at the windows on a day; where the listening stopped, nobody knows, and afterwards everybody is told anew."""
    zone, store = month.store.timezone, month.store
    changes = sorted(
        (change for worker in month.workers for change in presence_of(day, worker, [one for one in taken if one.worker == worker], month.chance, zone)),
        key=lambda one: one.at,
    )  # fmt: skip
    presence.save_known(store, MembersKnown(at(day, 8.0, zone)))
    last: dict[str, MemberChanged] = {}
    dark = at(day, 0.0, zone) < month.gap.start < at(day, 24.0, zone)
    for change in changes:
        if dark and change.at >= month.light:
            _tell_anew(month, last)
            dark = False
        last[change.interface] = change
        if not (dark and change.at > month.gap.start):
            presence.save_change(store, change)
    presence.end_presence(store, at(day, 18.0, zone))


def _tell_anew(month: Month, last: Mapping[str, MemberChanged]) -> None:
    presence.end_presence(month.store, month.gap.start)
    for change in last.values():
        presence.save_change(month.store, replace(change, at=month.light))
    presence.save_known(month.store, MembersKnown(month.light))
