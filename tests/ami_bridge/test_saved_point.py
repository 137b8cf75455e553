"""Until when every call is told: a kill at any moment leaves each call as a row or within a gap, whatever the clock does."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ami_bridge.bridge import UNSURE_SECONDS, Bridge
from ami_bridge.events import Alive, CallEnded, Gap, MemberChanged
from ami_bridge.follower import Follower
from ami_bridge.gaps import STOPPED, is_by_clock
from tests.ami_bridge.streams import SETTINGS, channel, event
from tests.ami_bridge.test_connection import agreeable, peer, quick

CALLER = channel("PJSIP/trunk-00000001", "100.1", "100.1", CallerIDNum="139")
CLERK = channel("PJSIP/a1201-00000002", "120.2", "100.1", ChanVariable="AGENT_ID=1201")
DEST = {f"Dest{key}": value for key, value in CLERK.items()}
BEGIN = [event(100, "Newchannel", **CALLER), event(101, "QueueCallerJoin", **CALLER, Queue="q")]
ANSWER = [event(120, "AgentConnect", **CALLER, **DEST, Queue="q", MemberName="x", Interface="PJSIP/a1201")]


def fed(*arrivals: object) -> Follower:
    """A follower that has heard these."""
    follower = Follower(SETTINGS)
    for one in arrivals:
        told = list(follower.hear(one.raw, one.at))  # type: ignore[attr-defined]
        assert [each for each in told if not isinstance(each, MemberChanged)] == []
    return follower


def test_a_call_that_hung_up_holds_the_saved_point_until_it_is_told() -> None:
    """From its first hangup on until it is closed; a call that goes on holds nothing, a kill then is a gap over its end."""
    follower = fed(*BEGIN, *ANSWER)
    assert follower.unfinished_since is None
    list(follower.hear(event(150, "Hangup", **CALLER).raw, 150.0))
    list(follower.hear(event(150.1, "Hangup", **CLERK).raw, 150.1))
    assert follower.unfinished_since == 150.0
    (call,) = follower.advance(151)
    assert isinstance(call, CallEnded)
    assert follower.unfinished_since is None


@contextlib.contextmanager
def hearing(port: int, last_seen: float | None = None) -> Iterator[list[CallEnded | Gap | Alive]]:
    """A bridge on a peer, and what it tells."""
    stop, told = threading.Event(), []

    def run() -> None:
        for one in Bridge(quick(port), last_seen).run(stop):
            told.append(one)  # noqa: PERF402 - extend would show the events only at the end

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield told
    finally:
        stop.set()
        thread.join(10)


def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wire(*raws: bytes) -> bytes:
    return b"".join(raw.replace(b"\n", b"\r\n") + b"\r\n\r\n" for raw in raws)


def test_no_heartbeat_passes_a_call_that_is_over_but_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller is gone, a channel lingers for three seconds: every heartbeat meanwhile stays before the hangup."""
    monkeypatch.setattr("ami_bridge.bridge.ALIVE_SECONDS", 0.1)
    now = time.time()
    begun = [
        event(now, one, **CALLER, **more).raw for one, more in (("Newchannel", {}), ("QueueCallerJoin", {"Queue": "q"}))
    ]
    taken = event(now, "AgentConnect", **CALLER, **DEST, Queue="q", MemberName="x", Interface="PJSIP/a1201").raw
    gone = event(now, "Hangup", **CALLER).raw
    with peer(agreeable(wire(*begun, taken, gone))) as port, hearing(port) as told:
        until(lambda: any(isinstance(one, CallEnded) for one in told))
        end = next(one.end for one in told if isinstance(one, CallEnded))
        before = told[: next(place for place, one in enumerate(told) if isinstance(one, CallEnded))]
        beats = [one for one in before if isinstance(one, Alive)]
        assert len(beats) > 5
        assert all(one.at <= end for one in beats)


def test_however_short_nobody_listened_it_is_a_gap() -> None:
    """A supervisor that starts us again within a second must not hide that second."""
    with peer(agreeable()) as port, hearing(port, time.time() - 0.2) as told:
        until(lambda: any(isinstance(one, Gap) and one.end for one in told))
    assert [one.reason for one in told if isinstance(one, Gap)] == [STOPPED, STOPPED]


def test_a_saved_point_in_the_future_gives_a_gap_from_now() -> None:
    """The clock was set back while nobody ran: the gap begins now at the latest, never tomorrow."""
    with peer(agreeable()) as port, hearing(port, time.time() + 3600) as told:
        until(lambda: any(isinstance(one, Gap) and one.end for one in told))
    gap = next(one for one in told if isinstance(one, Gap) and one.end)
    assert gap.start <= time.time()


@pytest.mark.parametrize("jump", [-3600.0, 3600.0], ids=["back", "forward"])
def test_a_clock_that_is_set_is_told_as_a_gap(monkeypatch: pytest.MonkeyPatch, jump: float) -> None:
    """Within a second; heartbeats afterwards are of the new clock."""
    moved, real = [0.0], time.time
    monkeypatch.setattr("ami_bridge.bridge.ALIVE_SECONDS", 0.1)
    monkeypatch.setattr(time, "time", lambda: real() + moved[0])
    with peer(agreeable()) as port, hearing(port) as told:
        until(lambda: any(isinstance(one, Alive) for one in told))
        moved[0] = jump
        until(lambda: any(isinstance(one, Gap) for one in told))
        until(lambda: isinstance(told[-1], Alive) and abs(told[-1].at - real() - jump) < 2 * UNSURE_SECONDS)
    (gap,) = [one for one in told if isinstance(one, Gap) and is_by_clock(one)]
    assert is_by_clock(gap)
    assert gap.end is not None
    assert gap.end - gap.start == pytest.approx(3600, abs=2)


@pytest.mark.parametrize("jump", [-3600.0, 3600.0], ids=["back", "forward"])
def test_calls_across_a_set_clock_are_told_in_time_and_never_shorter_than_nothing(jump: float) -> None:
    """Asterisk's clock jumps with ours: the call is closed a moment after its end, touched by the gap, without negative lengths."""
    follower = fed(*BEGIN, *ANSWER)
    (gap,) = [one for one in follower.clock_set(130.0, 130.0 + jump) if isinstance(one, Gap)]
    end = 150 + jump
    found = [
        *follower.hear(event(end, "Hangup", **CALLER).raw, end),
        *follower.hear(event(end, "Hangup", **CLERK).raw, end),
    ]
    found += follower.advance(end + 1)
    (call,) = [one for one in found if isinstance(one, CallEnded)]
    assert gap in call.gaps
    assert call.end >= call.start
    assert call.talk_seconds >= 0
    assert all(clerk.end >= clerk.start for clerk in call.clerks)


def test_a_call_that_waits_to_be_closed_waits_no_longer_because_the_clock_was_set() -> None:
    """Set back by an hour between the hangup and the closing: it is closed in a moment, not in an hour."""
    follower = fed(*BEGIN, *ANSWER, event(150, "Hangup", **CALLER))
    list(follower.clock_set(150.5, -3449.5))
    assert any(isinstance(one, CallEnded) for one in follower.advance(-3440.0))


def test_asterisks_own_set_clock_is_seen_in_the_call() -> None:
    """Another machine's clock: ours stands, but a call that ended before it began is touched by a gap and no shorter than nothing."""
    follower = fed(*BEGIN, *ANSWER)
    found = [
        *follower.hear(event(50, "Hangup", **CALLER).raw, 151),
        *follower.hear(event(50, "Hangup", **CLERK).raw, 151),
    ]
    found += follower.advance(152)
    (call,) = [one for one in found if isinstance(one, CallEnded)]
    assert any(is_by_clock(gap) for gap in call.gaps)
    assert call.end >= call.start


def cdr(disposition: str, destination: str) -> bytes:
    return event(
        150, "Cdr", UniqueID="100.1", Channel=CALLER["Channel"], DestinationChannel=destination, LastApplication="Queue",
        BillableSeconds="0", Disposition=disposition,
    ).raw  # fmt: skip


@pytest.mark.parametrize("account", [False, True])
def test_unanswered_is_only_said_where_asterisk_says_so(account: bool) -> None:
    """The answer may lie in the gap: without an account that knows of nobody, the gap stays with the call."""
    follower = fed(*BEGIN)
    list(follower.lost(110, "overload"))
    list(follower.regained(140))
    raws = [*([cdr("NO ANSWER", CLERK["Channel"])] if account else []), event(150, "Hangup", **CALLER).raw]
    found = [one for raw in raws for one in follower.hear(raw, 150)]
    found += follower.advance(160)
    (call,) = [one for one in found if isinstance(one, CallEnded)]
    assert call.answered is None
    assert bool(call.gaps) is not account
