"""What desktops and telephones do to calls, captured from real Asterisk 22 and 16: who took each call, when, and what was recorded."""

from __future__ import annotations

import pytest

from ami_bridge.events import CallEnded
from tests.ami_bridge.streams import calls, named


def only(name: str) -> CallEnded:
    (call,) = calls(named(name))
    return call


@pytest.mark.parametrize("name", ["parked", "parked-16", "bridge-wait", "bridge-wait-16"])
def test_who_waits_in_a_holding_bridge_is_with_nobody(name: str) -> None:
    """Parked or in BridgeWait for a second: two clerks with a gap between them, no hold."""
    call = only(name)
    first, second = call.clerks
    assert (first.job_number, second.job_number) == ("1201", "1203")
    assert 1.0 < second.start - first.end < 2.0
    assert (call.holds, call.transferred) == ((), True)


@pytest.mark.parametrize("name", ["picked-up", "picked-up-local", "picked-up-16"])
def test_a_real_pickup_is_the_pickers(name: str) -> None:
    """AgentConnect names 1201, and so does AGENT_ID on the channel of 1202, which took the call."""
    (clerk,) = only(name).clerks
    assert (clerk.job_number, clerk.member_name, clerk.interface) == ("1202", None, "PJSIP/a1202")


def test_a_standing_conference_gives_each_caller_a_call() -> None:
    """Two callers one after the other in the conference of 1204."""
    found = calls(named("standing-conference"))
    assert [[clerk.job_number for clerk in call.clerks] for call in found] == [["1204"], ["1204"]]
    assert [call.hung_up_by for call in found] == ["caller", "caller"]


@pytest.mark.parametrize("name", ["redirected", "redirected-16"])
def test_moved_into_a_conference_it_is_the_same_clerk(name: str) -> None:
    """Both sides of a call are redirected: one clerk, not transferred."""
    call = only(name)
    assert ([clerk.job_number for clerk in call.clerks], call.transferred) == (["1201"], False)


def test_a_click_to_dial_is_no_hotline_call() -> None:
    """A clerk's telephone that dials outside by a click."""
    assert calls(named("click-to-dial")) == []


@pytest.mark.parametrize("name", ["muted", "muted-16"])
def test_mutes_and_a_second_file_are_told(name: str) -> None:
    """Muted for half a second, stopped, begun anew in another file: two recordings with their times."""
    call = only(name)
    first, second = call.recordings
    assert [round(one.end - one.start, 1) in (0.6, 0.7, 0.8) for one in first.muted] == [True]
    assert first.start is not None
    assert second.start is not None
    assert first.start < first.end < second.start < second.end == pytest.approx(call.end, abs=0.1)
    assert (second.path.rsplit("/", 1)[-1], second.muted) == ("second.wav", ())


def test_an_overflow_ends_in_the_queue_that_answers() -> None:
    """A queue that nobody serves, then the one that answers."""
    call = only("overflow")
    assert (call.queue, call.queues, call.clerks[0].job_number) == ("hotline", ("overflowing", "hotline"), "1202")


def test_option_b_is_seen_in_the_bridges() -> None:
    """MixMonitor starts two seconds before the bridge: when its channel was connected is told beside it."""
    (recording,) = only("option-b").recordings
    (bridged,) = recording.bridged
    assert recording.start is not None
    assert bridged.start - recording.start == pytest.approx(2.0, abs=0.2)


def test_a_blonde_transfer_goes_to_who_answers_at_last() -> None:
    """The clerk hangs up while the colleague's telephone still rings: two clerks, ringing between them, the hold told."""
    call = only("blonde-transfer")
    first, second = call.clerks
    assert (first.job_number, second.job_number, call.transferred) == ("1201", "1203", True)
    assert second.start - first.end > 1.5
    assert len(call.holds) == 1


def test_an_attended_transfer_with_a_recording_of_its_own() -> None:
    """The second clerk's talk is in a second file, told with its times."""
    call = only("second-file")
    assert [clerk.job_number for clerk in call.clerks] == ["1201", "1203"]
    assert [one.path.rsplit("/", 1)[-1] for one in call.recordings] == [f"{call.uniqueid}.wav", "1203.wav"]
    assert call.recordings[1].start == pytest.approx(call.clerks[1].start, abs=0.3)
