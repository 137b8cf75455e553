"""Until when Asterisk was followed, and which calls are known: what a listener needs after a restart."""

from __future__ import annotations

from tests.store.makers import DAY, MORNING, ended
from voice_agent.store import Store
from voice_agent.store.calls import calls, gaps


def test_last_sign_of_life_is_remembered_per_system(store: Store) -> None:
    """The latest moment counts, systems stand apart, none is None."""
    assert gaps.last_alive(store) is None
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
