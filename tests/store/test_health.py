"""How things stand, and what the figures of a period lack: nothing that was missed may look like nothing that happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ami_bridge.events import Gap
from tests.store.makers import DAY, HOUR, MORNING, ended, judged_call
from voice_agent.reporting.completeness import duration, incomplete
from voice_agent.store import Store
from voice_agent.store.calls import calls, gaps, jobs
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.statistics import statistics
from voice_agent.store.statistics.health import Shortfall, health, shortfall

ZONE = ZoneInfo("Asia/Shanghai")
SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)


def _lacks(store: Store, since: date | None, until: date | None, now: float = MORNING + DAY) -> Shortfall:
    return shortfall(store, statistics.total(store, CallFilter(since=since, until=until)), since, until, now=now)


def test_health_of_an_empty_store(store: Store) -> None:
    """Nothing was ever followed, nothing waits, nothing is known of a last call."""
    found = health(store, now=MORNING)
    assert (found.followed, found.last_call, found.last_judged, found.waiting, found.oldest, found.failed) == (
        (),
        None,
        None,
        0,
        None,
        0,
    )


def test_health_tells_listening_jobs_and_versions(store: Store) -> None:
    """Followed just now is live and a minute later no longer; jobs by what becomes of them, the oldest by its age; the last judgement's book."""
    judged_call(store, "1.1")
    for n in range(3):
        calls.record_call(store, ended(f"2.{n}", start=MORNING + n), now=MORNING + 100 * n)
    job = jobs.lease(store, "w", 60.0, now=MORNING + 500)
    assert job
    jobs.fail(store, job, "录音读不出来", final=True, now=MORNING + 600)
    assert jobs.lease(store, "w", 60.0, now=MORNING + 700)
    gaps.save_alive(store, MORNING + 1000)
    found = health(store, now=MORNING + 1030)
    assert [one.live for one in found.followed] == [True]
    assert [one.live for one in health(store, now=MORNING + 1061).followed] == [False]
    assert (found.due, found.failed, found.book) == (found.waiting, 1, "1")
    assert found.oldest is not None
    assert [one.error for one in found.failures] == ["录音读不出来"]
    assert found.last_call == MORNING + 2


def test_gaps_are_counted_within_the_period(store: Store) -> None:
    """A gap over midnight counts for each day with its part; one that is open counts until now; days without one are whole."""
    midnight = datetime(2026, 11, 23, tzinfo=ZONE).timestamp()
    gaps.save_gap(store, Gap(midnight - HOUR, midnight + 2 * HOUR, "断线"))
    assert _lacks(store, SUNDAY, SUNDAY) == Shortfall(gaps=1, gap_seconds=HOUR)
    assert _lacks(store, MONDAY, MONDAY, midnight + DAY).gap_seconds == 2 * HOUR
    assert not _lacks(store, date(2026, 11, 20), date(2026, 11, 21))
    gaps.save_gap(store, Gap(midnight + 3 * HOUR, None, "断线"))
    assert _lacks(store, MONDAY, None, midnight + 5 * HOUR).gap_seconds == 4 * HOUR


def test_calls_that_were_not_judged_are_named(store: Store) -> None:
    """Waiting and failed calls, and those that a gap cost, in the period that is asked for."""
    calls.record_call(store, ended("1.1"))
    calls.record_call(store, ended("1.2", gaps=(Gap(0.0, None, "x"),), start=MORNING + 9))
    calls.record_call(store, ended("1.3", start=MORNING - DAY))
    job = jobs.lease(store, "w", 60.0, now=MORNING + 9e9)
    assert job
    jobs.fail(store, job, "坏了", final=True)
    found = _lacks(store, date(2026, 11, 21), SUNDAY)
    assert (found.lost, found.pending, found.failed) == (1, 1, 1)
    words = incomplete(found, ZONE)
    assert words == "这段时间的数字不完整：因监测中断漏录 1 通；1 通还在等待判定；1 通处理失败，没有判定。"


def test_that_nobody_listens_any_more_is_told(store: Store) -> None:
    """A process that died leaves no gap until it is back: figures since then say so, unless calls come another way."""
    judged_call(store, "1.1")
    gaps.save_alive(store, MORNING + 300)
    assert not _lacks(store, SUNDAY, SUNDAY, MORNING + 330)
    stopped = _lacks(store, SUNDAY, SUNDAY, MORNING + HOUR)
    assert stopped.stopped_at == MORNING + 300
    assert incomplete(stopped, ZONE) == "这段时间的数字不完整：2026-11-22 09:35 起没有在监听。"
    assert not _lacks(store, date(2026, 11, 20), date(2026, 11, 21), MORNING + HOUR)
    judged_call(store, "1.9", start=MORNING + 2 * HOUR)
    assert not _lacks(store, SUNDAY, SUNDAY, MORNING + 3 * HOUR)


def test_durations_are_said_as_people_do() -> None:
    """Seconds, minutes, hours, days; whole figures say nothing."""
    assert [duration(one) for one in (4, 60, 3 * HOUR + 300, DAY, DAY + HOUR)] == [
        "4 秒",
        "1 分",
        "3 小时 5 分",
        "1 天",
        "1 天 1 小时",
    ]
    whole = Shortfall()
    assert incomplete(whole, ZONE) == ""
    assert incomplete(replace(whole, gaps=2, gap_seconds=90.0, lost=3), ZONE).endswith(
        "监测中断 2 次，共 2 分，其间已知漏录 3 通。"
    )
