"""Until when Asterisk was followed, and which calls are known: what a listener needs after a restart."""

from __future__ import annotations

import time

from ami_bridge.events import Gap
from tests.store.makers import DAY, MORNING, ended
from voice_agent.store import Store
from voice_agent.store.calls import calls, gaps


def test_last_sign_of_life_is_remembered_per_system(store: Store) -> None:
    """The latest word counts, also of a clock that was set back; systems stand apart, none is None."""
    assert gaps.last_alive(store) is None
    gaps.save_alive(store, MORNING + DAY)
    gaps.save_alive(store, MORNING)
    gaps.save_alive(store, MORNING + 10)
    gaps.save_alive(store, MORNING - DAY, system="b")
    assert gaps.last_alive(store) == MORNING + 10
    assert gaps.last_alive(store, system="b") == MORNING - DAY


def test_known_calls_since_a_moment(store: Store) -> None:
    """Only calls that began at or after it."""
    calls.record_call(store, ended("1.1", start=MORNING - 1))
    calls.record_call(store, ended("1.2", start=MORNING))
    assert calls.known_uniqueids(store, since=MORNING) == {"1.2"}


def test_how_long_nobody_listened_is_known_without_the_clock(store: Store) -> None:
    """The machine's uptime tells it, whether the clock was set forward or back meanwhile; the gap never begins later than now."""
    assert gaps.unwatched_since(store) is None
    now = time.time()
    gaps.save_alive(store, now - 30, now=now)
    for clock in (now, now - 3600, now - 50 * 365 * DAY):
        since = gaps.unwatched_since(store, now=clock)
        assert since is not None
        assert since <= clock - 29
    assert gaps.unwatched_since(store, now=now + 3600) == now - 30


def test_after_a_restart_of_the_machine_with_a_clock_behind_the_last_call_is_what_is_known(store: Store) -> None:
    """A moment in the future says nothing of how long it was: the gap reaches back to the last thing known."""
    gaps.save_alive(store, MORNING + DAY)
    store.write("UPDATE followed SET boot = 'another'")
    assert gaps.unwatched_since(store, now=MORNING) == MORNING - DAY
    calls.record_call(store, ended("1.1", start=MORNING - 600))
    assert gaps.unwatched_since(store, now=MORNING) == MORNING - 600 + 64
    assert gaps.unwatched_since(store, now=MORNING + 2 * DAY) == MORNING + DAY


def test_a_gap_that_a_killed_process_left_open_ends_when_somebody_listens_again(store: Store) -> None:
    """An open gap that never ends would cover every call that is lost later."""
    gaps.save_gap(store, Gap(100.0, None, "cut"))
    gaps.save_gap(store, Gap(98.0, None, "not running"))
    gaps.save_gap(store, Gap(98.0, 150.0, "not running"))
    assert {gap.end for gap in gaps.list_gaps(store)} == {150.0}
    gaps.save_gap(store, Gap(200.0, None, "cut"))
    gaps.save_gap(store, Gap(98.0, 150.0, "not running"))
    open_one = gaps.open_gap(store)
    assert open_one is not None
    assert open_one.start == 200.0
