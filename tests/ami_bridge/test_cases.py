"""Cases that no capture has, told event by event: holds, SIP transfers, desktops, spies, filters, restarts, lists."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ami_bridge.events import CallEnded, Followed, Gap, Hold
from ami_bridge.follower import Follower
from ami_bridge.messages import parse
from ami_bridge.replay import Arrival
from ami_bridge.settings import Settings
from tests.ami_bridge.streams import SETTINGS, calls, channel, event

CALLER = channel("PJSIP/trunk-00000001", "100.1", "100.1", CallerIDNum="13900000001", Context="hotline", Exten="12333")
CLERK = channel("PJSIP/a1201-00000002", "100.2", "100.1", ChanVariable="AGENT_ID=1201")
SECOND = channel("PJSIP/a1202-00000003", "100.3", "100.1", ChanVariable="AGENT_ID=1202")


def other(keys: dict[str, str]) -> dict[str, str]:
    """The same channel as the second one of an event."""
    return {f"Dest{key}": value for key, value in keys.items()}


def begin(at: float = 100.0) -> list[Arrival]:
    """A caller dials a clerk, who answers after two seconds."""
    return [
        event(at, "Newchannel", **CALLER),
        event(at + 0.1, "DialBegin", **CALLER, **other(CLERK)),
        event(at + 2.0, "DialEnd", **CALLER, **other(CLERK), DialStatus="ANSWER"),
        event(at + 2.1, "BridgeEnter", **CALLER, BridgeUniqueid="b1"),
        event(at + 2.1, "BridgeEnter", **CLERK, BridgeUniqueid="b1"),
    ]


def end(at: float = 130.0, by: dict[str, str] = CALLER, clerk: dict[str, str] = CLERK) -> list[Arrival]:
    """The call ends; ``by`` asked for it."""
    return [
        event(at, "HangupRequest", **by),
        event(at + 0.01, "BridgeLeave", **clerk, BridgeUniqueid="b1"),
        event(at + 0.01, "BridgeLeave", **CALLER, BridgeUniqueid="b1"),
        event(at + 0.02, "Hangup", **clerk),
        event(at + 0.03, "Hangup", **CALLER),
    ]


def only(arrivals: list[Arrival], settings: Settings = SETTINGS) -> CallEnded:
    (call,) = calls(arrivals, settings)
    return call


def test_holds_by_the_clerks_telephone() -> None:
    """Hold and Unhold of the clerk's telephone are holds; music at the same time is the same hold; an open one ends with the call."""
    holds = [
        event(105, "Hold", **CLERK),
        event(105.1, "MusicOnHoldStart", **CALLER),
        event(112, "Unhold", **CLERK),
        event(112.1, "MusicOnHoldStop", **CALLER),
        event(120, "Hold", **CLERK),
    ]
    call = only([*begin(), *holds, *end()])
    assert call.holds == (Hold(105, 112.1), Hold(120, 130.01))


def test_music_while_waiting_is_no_hold() -> None:
    """A caller who hears music in the queue, or before the answer, is not on hold; a caller who holds the line neither."""
    waiting = [event(100.05, "MusicOnHoldStart", **CALLER), event(101.9, "MusicOnHoldStop", **CALLER)]
    own = [event(110, "Hold", **CALLER), event(111, "Unhold", **CALLER)]
    assert only([*begin(), *waiting, *own, *end()]).holds == ()


@pytest.mark.parametrize(("by", "who"), [(CALLER, "caller"), (CLERK, "agent")])
def test_who_asked_first(by: dict[str, str], who: str) -> None:
    """The telephone that asked first hung up."""
    assert only([*begin(), *end(by=by)]).hung_up_by == who


def test_clerks_desktop_hangs_up() -> None:
    """An order to hang up the clerk's channel asks no telephone: the clerk leaves first, so the clerk's side ended it."""
    stream = [
        *begin(),
        *end()[2:],
        event(129, "BridgeLeave", **CLERK, BridgeUniqueid="b1"),
        event(129, "Hangup", **CLERK),
    ]
    assert only(sorted(stream)).hung_up_by == "agent"


def test_dialplan_ends_a_waiting_call() -> None:
    """A call that nobody answered and nobody ended was ended by the system."""
    stream = [event(100, "Newchannel", **CALLER), event(101, "QueueCallerJoin", **CALLER, Queue="hotline"), end()[-1]]
    call = only(stream)
    assert (call.hung_up_by, call.answered, call.queue) == ("system", None, "hotline")
    assert call.ring_seconds == pytest.approx(30.03)


def sip_transfer() -> list[Arrival]:
    """Clerk 1201's telephone rings 1202 itself (a call of its own, 120.x) and joins the two calls (REFER with Replaces)."""
    consult = channel("PJSIP/a1201-00000004", "120.4", "120.4")
    target = channel("PJSIP/a1202-00000005", "120.5", "120.4", ChanVariable="AGENT_ID=1202")
    moved = {**target, "Linkedid": "100.1"}
    roles = {"OrigTransferer": CLERK, "SecondTransferer": consult, "Transferee": CALLER, "TransferTarget": target}
    named = {f"{role}{key}": value for role, keys in roles.items() for key, value in keys.items()}
    return [
        *begin(),
        event(118, "Hold", **CLERK),
        event(120, "Newchannel", **consult),
        event(120.1, "DialBegin", **consult, **other(target)),
        event(122, "DialEnd", **consult, **other(target), DialStatus="ANSWER"),
        event(122.1, "BridgeEnter", **consult, BridgeUniqueid="b2"),
        event(122.1, "BridgeEnter", **target, BridgeUniqueid="b2"),
        event(125, "BridgeLeave", **CLERK, BridgeUniqueid="b1"),
        event(125, "BridgeLeave", **target, BridgeUniqueid="b2"),
        event(125, "BridgeEnter", **moved, BridgeUniqueid="b1"),
        event(125, "BridgeLeave", **consult, BridgeUniqueid="b2"),
        event(125.1, "AttendedTransfer", Result="Success", **named),
        event(125.2, "Hangup", **CLERK),
        event(125.2, "Hangup", **consult),
        *end(clerk=moved),
    ]


def test_attended_transfer_by_the_telephone() -> None:
    """The consultation's own call becomes part of the caller's: one call, two clerks, the hold up to the transfer."""
    call = only(sip_transfer())
    assert [clerk.job_number for clerk in call.clerks] == ["1201", "1202"]
    assert (call.transferred, call.uniqueid, call.hung_up_by) == (True, "100.1", "caller")
    assert call.holds == (Hold(118, 125),)


def test_a_clerks_own_call_is_no_hotline_call() -> None:
    """What a queue member's telephone dials by itself (a call back, a consultation given up) is not judged."""
    joined = event(
        90, "AgentConnect", **CALLER, **other(CLERK), Interface="PJSIP/a1201", MemberName="x", Queue="hotline"
    )
    own = channel("PJSIP/a1201-00000009", "200.1", "200.1")
    outside = channel("PJSIP/trunk-0000000a", "200.2", "200.1")
    stream = [
        joined, event(91, "Hangup", **CALLER), event(91, "Hangup", **CLERK),
        event(200, "Newchannel", **own), event(201, "DialBegin", **own, **other(outside)),
        event(205, "Hangup", **own), event(205, "Hangup", **outside),
    ]  # fmt: skip
    assert [call.uniqueid for call in calls(stream)] == ["100.1"]


def test_spies_are_no_party() -> None:
    """An audio fork and a spying channel in the bridge or alone are neither clerk nor call."""
    spy = channel("AudioSocket/127.0.0.1:9092-00000007", "100.7", "100.1")
    listening = channel("Local/spy@spies-00000008;2", "150.8", "150.8")
    stream = [
        *begin(),
        event(110, "BridgeEnter", **spy, BridgeUniqueid="b1"),
        event(111, "Newchannel", **listening),
        event(112, "DialBegin", **listening, **other(spy)),
        event(115, "Hangup", **listening),
        *end(),
    ]
    assert [clerk.uniqueid for clerk in only(stream).clerks] == ["100.2"]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [({"contexts": frozenset({"hotline"})}, 1), ({"contexts": frozenset({"sales"})}, 0),
     ({"extensions": frozenset({"12333"})}, 1), ({"extensions": frozenset({"12345"})}, 0), ({"queues": frozenset({"q"})}, 0)],
)  # fmt: skip
def test_only_the_hotline(changes: dict[str, frozenset[str]], wanted: int) -> None:
    """Contexts, extensions and queues restrict what counts as a hotline call."""
    assert len(calls([*begin(), *end()], replace(SETTINGS, **changes))) == wanted


def test_job_number_sources_in_their_order() -> None:
    """The variable on the telephone wins over the member's name, and that over the mapping."""
    connect = {"MemberName": "李红 #1305", "Interface": "PJSIP/a1201", "Queue": "hotline"}
    told = [*begin(), event(102, "AgentConnect", **CALLER, **other(CLERK), **connect), *end()]
    untold = [Arrival(arrival.at, arrival.raw.replace(b"AGENT_ID=1201", b"AGENT_ID=")) for arrival in told]
    mapped = Settings(job_numbers={"PJSIP/a1201": "1409"})
    assert only(told).clerks[0].job_number == "1201"
    assert only(untold).clerks[0].job_number == "1305"
    assert only(untold, mapped).clerks[0].job_number == "1409"
    assert only(untold, Settings()).clerks[0].job_number is None
    assert only(told).clerks[0].member_name == "李红 #1305"


def test_dialplan_names_the_clerk_on_the_callers_channel() -> None:
    """A dialplan that sets the variable on the caller before Dial means the first clerk, never one after a transfer."""
    named = [Arrival(arrival.at, arrival.raw.replace(b"AGENT_ID=1201", b"AGENT_ID=")) for arrival in begin()]
    named.append(event(100.05, "VarSet", **CALLER, Variable="AGENT_ID", Value="1777"))
    third = {**SECOND, "ChanVariable": "AGENT_ID="}
    transfer = [
        event(110, "BridgeLeave", **{**CLERK, "ChanVariable": ""}, BridgeUniqueid="b1"),
        event(111, "BridgeEnter", **third, BridgeUniqueid="b1"),
    ]
    call = only([*named, *transfer, *end(clerk=third)])
    assert [clerk.job_number for clerk in call.clerks] == ["1777", None]


def test_answered_but_never_connected() -> None:
    """A caller who hangs up while the clerk hears an announcement was answered all the same."""
    call = only([*begin()[:3], *[arrival for arrival in end() if b"Bridge" not in arrival.raw]])
    assert call.answered == 102.0
    assert [clerk.job_number for clerk in call.clerks] == ["1201"]


def test_ring_group_counts_only_who_answered() -> None:
    """Of several telephones that ring, only the one that answered is a clerk."""
    rang = [event(100.1, "DialBegin", **CALLER, **other(SECOND)), event(102, "Hangup", **SECOND)]
    assert [clerk.job_number for clerk in only([*begin(), *rang, *end()]).clerks] == ["1201"]


def test_recording_by_user_event() -> None:
    """A dialplan that announces its recording by UserEvent is understood."""
    told = event(101, "UserEvent", **CALLER, UserEvent="RecordingStarted", File="/rec/1.wav")
    call = only([*begin(), told, *end()])
    assert (call.recording, call.recording_started) == ("/rec/1.wav", 101)


def test_restart_without_goodbye() -> None:
    """Sequence numbers that begin anew mean that Asterisk restarted: the open call ended unseen, and the next one counts."""
    again = {**CALLER, "Uniqueid": "400.0", "Linkedid": "400.0"}
    stream = [
        *begin(),
        event(400, "Newchannel", **again),
        event(401, "QueueCallerJoin", **again, Queue="q"),
        event(409, "Hangup", **again),
    ]
    lost, whole = calls(stream)
    assert (lost.uniqueid, lost.hung_up_by, len(lost.gaps)) == ("100.1", "unknown", 1)
    assert (whole.uniqueid, whole.gaps) == ("400.0", ())


def follower_after_gap(**regained: bool) -> tuple[Follower, list[Followed]]:
    follower, found = Follower(SETTINGS), []
    for arrival in begin():
        found += follower.hear(arrival.raw, arrival.at)
    found += follower.lost(110, "cut")
    found += follower.regained(140, **regained)
    return follower, found


def test_gap_touches_the_calls_it_met() -> None:
    """The open call carries the closed gap; it goes on afterwards and ends once. A new call is untouched."""
    follower, found = follower_after_gap()
    for arrival in end(150):
        found += follower.hear(arrival.raw, arrival.at)
    found += follower.advance(200)
    opened, closed, call = found
    assert (opened, closed) == (Gap(110, None, "cut"), Gap(110, 140, "cut"))
    assert isinstance(call, CallEnded) and call.gaps == (closed,) and call.end == 150.03


def test_gap_in_which_asterisk_was_gone() -> None:
    """After a restart the open call is returned at once with the gap."""
    _, found = follower_after_gap(was_down=True)
    assert [type(item) for item in found] == [Gap, Gap, CallEnded]


def test_list_after_a_gap() -> None:
    """A complete list of channels without the call's ends it; one with them keeps it; a partial list proves nothing."""
    alive = parse(event(140, "Status", **CALLER, BridgeID="b1").raw)
    follower, _ = follower_after_gap()
    assert list(follower.listed([alive], 141, complete=True)) == []
    assert list(follower.listed([], 142, complete=False)) == []
    (call,) = follower.listed([], 143, complete=True)
    assert isinstance(call, CallEnded)
    assert (call.end, call.hung_up_by) == (140, "unknown")  # when the list last had it


def test_silence_after_a_gap_is_not_waited_for_forever() -> None:
    """Without the right to list channels, a call of which nothing more is heard is given up after some hours."""
    follower, _ = follower_after_gap()
    assert list(follower.advance(140 + 3600)) == []
    assert len(list(follower.advance(140 + 5 * 3600))) == 1


def test_greeting_with_uptime_tells_a_restart() -> None:
    """FullyBooted with an uptime shorter than the gap: no call survived."""
    follower, _ = follower_after_gap()
    list(follower.hear(b"Event: FullyBooted\r\nUptime: 5", 141))
    assert len(list(follower.advance(141))) == 1


def test_end_of_the_stream_loses_nothing() -> None:
    """A call that is open when a stream ends is returned with a gap."""
    follower, found = Follower(SETTINGS), []
    for arrival in begin():
        found += follower.hear(arrival.raw, arrival.at)
    (call,) = follower.finish(160)
    assert isinstance(call, CallEnded)
    assert call.gaps == (Gap(102.1, 160, "the stream ended before the call did"),)


def test_lingering_clerk_does_not_hold_the_call() -> None:
    """A clerk's channel that stays (a survey, a permanent line) delays the call by seconds, not for ever."""
    stream = [arrival for arrival in [*begin(), *end()] if arrival.raw != event(130.02, "Hangup", **CLERK).raw]
    assert len(calls(stream)) == 1
