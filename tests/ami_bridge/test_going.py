"""Calls told while they go on agree with what is told when they end, and nothing stays that is none."""

from __future__ import annotations

import pytest

from ami_bridge.events import CallEnded
from ami_bridge.follower import Follower
from ami_bridge.replay import read_capture
from ami_bridge.settings import Settings
from tests.ami_bridge.streams import CAPTURES

NAMES = ("queue-pjsip", "dial", "q100sip-min")


@pytest.mark.parametrize("name", NAMES)
def test_every_call_is_told_before_it_ends(name: str) -> None:
    """Each call that ends was told while it went on, with its clerk where it has one; after the end no call stands open."""
    follower, told, ended, gone = Follower(Settings()), {}, {}, set()
    for arrival in read_capture(CAPTURES / f"{name}.ami"):
        for event in follower.hear(arrival.raw, arrival.at):
            if isinstance(event, CallEnded):
                ended[event.uniqueid] = event
        going = follower.going(arrival.at)
        told |= {call.uniqueid: call for call in going.changed if call.uniqueid not in ended}
        gone |= set(going.gone)
    ended |= {event.uniqueid: event for event in follower.advance(arrival.at + 60) if isinstance(event, CallEnded)}
    gone |= set(follower.going(arrival.at + 60).gone)
    assert ended
    assert ended.keys() <= told.keys()
    assert told.keys() <= ended.keys() | gone
    for uniqueid, call in ended.items():
        if call.clerks:
            assert [leg.job_number for leg in told[uniqueid].clerks] == [leg.job_number for leg in call.clerks]
            assert told[uniqueid].answered == call.answered


def test_nothing_changed_is_nothing_told() -> None:
    """Asked again without an event, it is silent; a lost connection is told."""
    follower = Follower(Settings())
    arrivals = list(read_capture(CAPTURES / "dial.ami"))
    for arrival in arrivals[: len(arrivals) // 2]:
        list(follower.hear(arrival.raw, arrival.at))
    now = arrivals[-1].at
    assert follower.going(now).changed
    assert follower.going(now).changed == ()
    list(follower.lost(now, "gone"))
    assert not follower.going(now).following
    list(follower.regained(now + 1))
    assert follower.going(now + 1).following
