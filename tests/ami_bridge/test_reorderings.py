"""Properties over the captured streams: order, repetition and the cutting into packets must not matter."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ami_bridge.events import CallEnded
from ami_bridge.follower import Follower
from ami_bridge.messages import Framer, Message, parse
from ami_bridge.replay import Arrival
from tests.ami_bridge.streams import SETTINGS, calls, named

NAMES = [
    "q100sip-min", "q101stereo-full", "bull100-min", "queue-local-optimised", "blind-transfer", "attended-transfer",
    "abandoned", "dial-local-n", "three-at-once", "parked", "bridge-wait", "picked-up", "picked-up-local", "standing-conference",
    "redirected", "muted", "overflow", "option-b", "picked-up-16", "parked-16", "blonde-transfer", "second-file",
]  # fmt: skip
STREAMS = {name: named(name) for name in NAMES}
TRUTH = {name: {call.uniqueid: call for call in calls(stream)} for name, stream in STREAMS.items()}
PATIENT = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def by_id(found: list[CallEnded]) -> dict[str, CallEnded]:
    assert len({call.uniqueid for call in found}) == len(found), "a call was returned twice"
    return {call.uniqueid: call for call in found}


@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 2**32))
@PATIENT
def test_any_order_within_the_settling_time(name: str, seed: int) -> None:
    """All events of a stream in any order at all, arriving within the settling time, give the very same calls."""
    order = random.Random(seed).sample(STREAMS[name], len(STREAMS[name]))  # noqa: S311  # repeatable, no secret
    squeezed = [Arrival(1.0 + index * 1e-6, arrival.raw) for index, arrival in enumerate(order)]
    assert by_id(calls(squeezed)) == TRUTH[name]


@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 2**32), repeated=st.floats(0, 1))
@PATIENT
def test_delays_and_duplicates(name: str, seed: int, repeated: float) -> None:
    """Every event delayed by up to 0.25 s, some of them coming twice or three times: the same calls, each once."""
    chance = random.Random(seed)  # noqa: S311  # repeatable, no secret
    moved: list[Arrival] = []
    for arrival in STREAMS[name]:
        copies = chance.randint(2, 3) if chance.random() < repeated else 1
        moved += [Arrival(arrival.at + chance.uniform(0, 0.25), arrival.raw) for _ in range(copies)]
    assert by_id(calls(sorted(moved))) == TRUTH[name]


@given(late=st.lists(st.sampled_from(STREAMS["blind-transfer"]), max_size=30))
@PATIENT
def test_late_duplicates_bring_no_call_back(late: list[Arrival]) -> None:
    """Events that are repeated after the call was returned return nothing more."""
    stream = STREAMS["blind-transfer"]
    after = [Arrival(stream[-1].at + 100 + index, arrival.raw) for index, arrival in enumerate(late)]
    assert len(calls([*stream, *after])) == 1


@given(drop=st.sets(st.integers(0, 200), max_size=25))
@PATIENT
def test_missing_events_invent_no_call(drop: set[int]) -> None:
    """With events missing there is never more than one call, and never a clerk who was not there."""
    stream = [arrival for index, arrival in enumerate(STREAMS["q101stereo-full"]) if index not in drop]
    found = calls(stream)
    assert len(found) <= 1
    assert {clerk.job_number for call in found for clerk in call.clerks} <= {"1202", None}


@given(cuts=st.lists(st.integers(1, 30_000), max_size=40))
@PATIENT
def test_packets_do_not_matter(cuts: list[int]) -> None:
    """However a stream is cut into packets, the same messages come out."""
    stream = b"".join(arrival.raw.replace(b"\n", b"\r\n").rstrip() + b"\r\n\r\n" for arrival in STREAMS["q100sip-min"])
    whole, pieces = Framer().feed(stream), []
    framer = Framer()
    for start, end in pairwise(sorted({0, *cuts, len(stream)})):
        pieces += framer.feed(stream[start:end])
    assert pieces == whole
    assert len(whole) == len(STREAMS["q100sip-min"])


@given(st.binary(max_size=2000))
@PATIENT
def test_any_bytes_are_survived(raw: bytes) -> None:
    """No bytes at all make the parser or the tracker raise."""
    assert isinstance(parse(raw), Message)
    follower = Follower(SETTINGS)
    for head in (
        b"",
        b"Event: Newchannel\r\nUniqueid: 1.1\r\nLinkedid: 1.1\r\n",
        b"Event: AgentConnect\r\nUniqueid: 2.2\r\n",
    ):
        list(follower.hear(head + raw, 1.0))
    list(follower.finish(2.0))


@given(st.integers(0, 300), st.data())
@PATIENT
def test_cut_messages(index: int, data: st.DataObject) -> None:
    """A message that was cut somewhere in the middle loses at most what it would have said."""
    stream = list(STREAMS["q100sip-min"])
    victim = stream[index % len(stream)]
    stream[index % len(stream)] = Arrival(victim.at, victim.raw[: data.draw(st.integers(0, len(victim.raw)))])
    assert len(calls(stream)) <= 1
