"""Too many calls: who waits, who gives way, and when it gets better."""

from __future__ import annotations

from voice_agent.live.now.capacity import BEHIND_SECONDS, PATIENCE_SECONDS, RECOVERY_SECONDS, Capacity


def test_new_calls_wait_first() -> None:
    """Up to the limit calls are heard; those beyond it wait, and none that is heard is touched."""
    capacity = Capacity(2)
    assert [capacity.admits(heard) for heard in (0, 1, 2)] == [True, True, False]
    assert capacity.gives_way(["a", "b"], 1.0, 0.0) is None


def test_the_last_to_begin_gives_way() -> None:
    """Falling behind for a while lets go of the newest, one at a time, never of the last one; while behind nobody new is heard."""
    capacity = Capacity(3)
    behind = BEHIND_SECONDS + 1
    assert capacity.gives_way(["a", "b", "c"], behind, 0.0) is None
    assert not capacity.admits(1)
    assert capacity.gives_way(["a", "b", "c"], behind, PATIENCE_SECONDS) == "c"
    assert capacity.gives_way(["a", "b"], behind, PATIENCE_SECONDS + 1) is None
    assert capacity.gives_way(["a", "b"], behind, 2 * PATIENCE_SECONDS) == "b"
    assert capacity.gives_way(["a"], behind, 9 * PATIENCE_SECONDS) is None


def test_it_recovers_step_by_step() -> None:
    """When the hearing keeps up again, one more call is tried every half minute, up to what is configured."""
    capacity = Capacity(3)
    capacity.gives_way(["a", "b", "c"], BEHIND_SECONDS + 1, 0.0)
    capacity.gives_way(["a", "b", "c"], BEHIND_SECONDS + 1, PATIENCE_SECONDS)
    assert capacity.limit == 2
    capacity.gives_way(["a", "b"], 0.0, PATIENCE_SECONDS + 1)
    assert capacity.limit == 2
    capacity.gives_way(["a", "b"], 0.0, PATIENCE_SECONDS + RECOVERY_SECONDS + 1)
    assert capacity.limit == 3
