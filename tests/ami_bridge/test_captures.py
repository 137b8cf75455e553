"""Streams of real calls on Asterisk 16 and 22: what the bridge says of each."""

from __future__ import annotations

import pytest

from ami_bridge.events import CallEnded
from ami_bridge.replay import replay_calls
from tests.ami_bridge.streams import CAPTURES, SETTINGS, calls, capture

# name: queue, clerks (member name, interface, job number), who hung up, transferred, number of holds
SINGLE = {
    "bull100-full": ("hotline", [("Anna Petrova #1201", "Local/201@agents/n", "1201")], "agent", False, 0),
    "bull100-min": ("hotline", [("Anna Petrova #1201", "Local/201@agents/n", "1201")], "agent", False, 0),
    "q100sip-callonly": (None, [(None, "Local/201@agents", "1201")], "agent", False, 0),
    "q100sip-full": ("hotline", [("Anna Petrova #1201", "Local/201@agents/n", "1201")], "agent", False, 0),
    "q100sip-min": ("hotline", [("Anna Petrova #1201", "Local/201@agents/n", "1201")], "agent", False, 0),
    "q101stereo-full": ("hotline-sip", [("Boris Ivanov #1202", "PJSIP/a202", "1202")], "agent", False, 0),
    "q103b-full": ("hotline", [("Anna Petrova #1201", "Local/201@agents/n", "1201")], "agent", False, 0),
    "q103b-min": ("hotline", [("Anna Petrova #1201", "Local/201@agents/n", "1201")], "agent", False, 0),
    "queue-pjsip": ("hotline", [("Clerk 1202", "PJSIP/a1202", "1202")], "agent", False, 0),
    "queue-local-n": ("hotline-local", [("Clerk 1202", "Local/1202@clerks/n", "1202")], "caller", False, 0),
    "queue-local-optimised": ("hotline-optimised", [("Clerk 1202", "Local/1202@clerks", "1202")], "caller", False, 0),
    "dial": (None, [(None, "PJSIP/a1202", "1202")], "caller", False, 0),
    "dial-local-n": (None, [(None, "PJSIP/a1202", "1202")], "agent", False, 0),
    "abandoned": ("hotline", [], "caller", False, 0),
    "dial-unanswered": (None, [], "caller", False, 0),
    "blind-transfer": (
        "hotline", [("Clerk 1201", "PJSIP/a1201", "1201"), (None, "PJSIP/a1203", "1203")], "caller", True, 0,
    ),
    "attended-transfer": (
        "hotline", [("Clerk 1201", "PJSIP/a1201", "1201"), (None, "PJSIP/a1203", "1203")], "caller", True, 1,
    ),
}  # fmt: skip


def only_call(name: str) -> CallEnded:
    (call,) = calls(capture(f"{name}.ami"))
    return call


@pytest.mark.parametrize("name", SINGLE)
def test_one_call_per_stream(name: str) -> None:
    """However the clerk is reached, there is one call with the right queue, clerks, end, transfer and holds."""
    call = only_call(name)
    queue, clerks, hung_up_by, transferred, holds = SINGLE[name]
    assert (call.queue, call.hung_up_by, call.transferred, len(call.holds)) == (queue, hung_up_by, transferred, holds)
    assert [(clerk.member_name, clerk.interface, clerk.job_number) for clerk in call.clerks] == clerks


@pytest.mark.parametrize("name", SINGLE)
def test_times_fit_together(name: str) -> None:
    """Start, answer, clerks and end come in that order, and ring and talk time are the distances between them."""
    call = only_call(name)
    answered = call.end if call.answered is None else call.answered
    assert call.start <= answered <= call.end
    assert call.ring_seconds == pytest.approx(answered - call.start)
    assert call.talk_seconds == pytest.approx(call.end - answered)
    assert all(call.start <= clerk.start < clerk.end <= call.end for clerk in call.clerks)
    assert all(earlier.end <= later.start + 0.01 for earlier, later in zip(call.clerks, call.clerks[1:], strict=False))


@pytest.mark.parametrize("name", SINGLE)
def test_seen_whole(name: str) -> None:
    """A call seen from beginning to end is complete, touched by no gap, and its recording is known with its beginning."""
    call = only_call(name)
    assert call.complete
    assert call.gaps == ()
    assert call.recording is not None
    assert call.uniqueid in call.recording
    assert call.recording_started is not None
    assert call.start <= call.recording_started <= call.end


def test_identity_of_the_measured_call() -> None:
    """The call of asterisk.md: ids, caller, path and times as Asterisk stated them."""
    call = only_call("q100sip-min")
    assert (call.uniqueid, call.linkedid) == ("probe-1795353239.1", "probe-1795353239.1")
    assert call.caller_number == "000"
    assert call.recording == "/var/spool/asterisk/monitor/probe-1795353239.1.wav"
    assert (call.start, call.answered, call.end) == (1795353239.891512, 1795353240.403533, 1795353250.955802)


def test_hold_of_a_consultation() -> None:
    """While the first clerk consults the second, the caller is on hold, between the two clerks' legs."""
    call = only_call("attended-transfer")
    (hold,) = call.holds
    assert call.clerks[0].end <= hold.end <= call.clerks[1].start + 0.01
    assert 0.5 < hold.end - hold.start < 3


def test_three_at_once_keep_their_clerks() -> None:
    """Simultaneous calls do not mix: each has its own clerk."""
    found = calls(capture("three-at-once.ami"))
    assert sorted((call.caller_number, call.clerks[0].job_number) for call in found) == [
        ("13900000010", "1201"),
        ("13900000011", "1202"),
        ("13900000012", "1203"),
    ]


def test_load_of_a_hundred_calls() -> None:
    """A hundred simultaneous calls by plain Dial: a hundred complete calls, each once, each answered by one clerk."""
    found = list(replay_calls(CAPTURES / "load-100-PJSIP-min.ami.gz", SETTINGS))
    assert len(found) == 100
    ended = [call for call in found if isinstance(call, CallEnded)]
    assert len({call.linkedid for call in ended}) == 100
    assert all(call.complete and len(call.clerks) == 1 and call.recording for call in ended)
    assert len({call.caller_number for call in ended}) == 100


@pytest.mark.parametrize("kind", ["min", "full"])
def test_privileges_do_not_change_the_answer(kind: str) -> None:
    """The least privilege tells as much as read=all."""
    assert only_call(f"q103b-{kind}") == only_call("q103b-min")
