"""Calls that were under way when the bridge came (again): whole where Asterisk's own account leaves nothing unknown, a gap elsewhere."""

from __future__ import annotations

from itertools import permutations

import pytest

from ami_bridge.events import CallEnded, Followed
from ami_bridge.follower import Follower
from ami_bridge.listing import what_goes_on
from ami_bridge.messages import Message, parse
from ami_bridge.replay import Arrival
from ami_bridge.settings import Settings
from tests.ami_bridge.streams import SETTINGS, channel, event

CALLER = channel(
    "PJSIP/trunk-00000001",
    "100.1",
    "100.1",
    CallerIDNum="13900000001",
    ChanVariable="MIXMONITOR_FILENAME=/rec/100.1.wav",
)
CLERK = channel("PJSIP/a1201-00000002", "120.2", "100.1", ChanVariable="AGENT_ID=1201")
SECOND = channel("PJSIP/a1202-00000003", "150.3", "100.1", ChanVariable="AGENT_ID=1202")
DEST = {f"Dest{key}": value for key, value in CLERK.items()}


def in_bridge(at: float, *channels: dict[str, str]) -> list[Message]:
    """What BridgeInfo says of who is in a bridge, with its technology."""
    kind = {"BridgeUniqueid": "b1", "BridgeTechnology": "simple_bridge"}
    return [parse(event(at, "BridgeInfoChannel", **one, **kind).raw) for one in channels]


def account(destination: str = CLERK["Channel"], seconds: int = 80, disposition: str = "ANSWERED") -> Arrival:
    """Asterisk's own account of the caller's call at its end."""
    return event(
        220, "Cdr", UniqueID="100.1", Channel=CALLER["Channel"], DestinationChannel=destination, LastApplication="Queue",
        BillableSeconds=str(seconds), Disposition=disposition,
    )  # fmt: skip


def completed(talk: int = 80, hold: int = 15) -> Arrival:
    """The queue's word on the clerk at the end."""
    return event(
        220, "AgentComplete", **CALLER, **DEST, Queue="hotline", MemberName="x", Interface="PJSIP/a1201", Reason="caller",
        TalkTime=str(talk), HoldTime=str(hold),
    )  # fmt: skip


HANGUP = [event(220, "HangupRequest", **CALLER), event(220.1, "Hangup", **CLERK), event(220.2, "Hangup", **CALLER)]


def outlived(listed: list[Message], *later: Arrival, settings: Settings = SETTINGS) -> CallEnded:
    """The listener was away from 170 to 180, then sees who is connected, and the end of the call."""
    follower = Follower(settings)
    found = list(follower.lost(170, "away"))
    found += follower.regained(180)
    found += follower.listed(listed, 180.1, complete=False)
    for arrival in sorted(later):
        found += follower.hear(arrival.raw, arrival.at)
    found += follower.advance(400)
    (call,) = [one for one in found if isinstance(one, CallEnded)]
    return call


def test_the_account_names_the_clerk_who_is_there() -> None:
    """One clerk in the bridge and in the account: the call is whole, its clerk known, answered when the account says."""
    call = outlived(in_bridge(180, CALLER, CLERK), account(), *HANGUP)
    assert (call.gaps, [clerk.job_number for clerk in call.clerks], call.hung_up_by) == ((), ["1201"], "caller")
    assert call.answered == pytest.approx(140.0)
    assert (call.recording, call.recording_started) == ("/rec/100.1.wav", None)
    assert call.complete is False


def test_an_account_of_another_clerk_leaves_something_unknown() -> None:
    """Somebody else had talked before: what was said to whom is not known."""
    call = outlived(in_bridge(180, CALLER, CLERK), account("PJSIP/a1207-00000009"), account(), *HANGUP)
    assert len(call.gaps) == 1


def test_without_an_account_the_queues_word_must_reach_back_to_the_beginning() -> None:
    """Talk and waiting time fill the call from its beginning: whole. A long time before the queue is unknown."""
    assert outlived(in_bridge(180, CALLER, CLERK), completed(), *HANGUP).gaps == ()
    assert len(outlived(in_bridge(180, CALLER, CLERK), completed(talk=20, hold=5), *HANGUP).gaps) == 1


def test_nothing_said_at_the_end_is_a_gap() -> None:
    """Neither account nor queue: nobody knows what happened before the bridge came."""
    assert len(outlived(in_bridge(180, CALLER, CLERK), *HANGUP).gaps) == 1


def test_two_clerks_after_the_gap_are_a_gap() -> None:
    """A transfer afterwards: the account of the first part does not tell who else had the caller before."""
    moved = [
        event(200, "BridgeLeave", **CLERK, BridgeUniqueid="b1"), event(200.1, "Hangup", **CLERK),
        event(201, "BridgeEnter", **SECOND, BridgeUniqueid="b1"), event(220.1, "Hangup", **SECOND),
    ]  # fmt: skip
    call = outlived(in_bridge(180, CALLER, CLERK), *moved, account(), HANGUP[0], HANGUP[2])
    assert (len(call.clerks), len(call.gaps)) == (2, 1)


def test_the_order_of_the_end_does_not_matter() -> None:
    """Account, hangups and the queue's word in any order give the same call."""
    ends = [account(), completed(), *HANGUP]
    calls = {
        repr(
            outlived(
                in_bridge(180, CALLER, CLERK),
                *[Arrival(220 + 0.01 * place, one.raw) for place, one in enumerate(order)],
            )
        )
        for order in list(permutations(ends))[::7]
    }
    assert len(calls) == 1


def test_a_gap_of_another_time_does_not_touch_a_call() -> None:
    """A clerk sits in a conference through a gap; a call that comes later is not touched by it."""
    sitting = channel("PJSIP/a1201-00000001", "50.1", "50.1", ChanVariable="AGENT_ID=1201")
    caller = channel("PJSIP/trunk-00000002", "300.2", "300.2", CallerIDNum="139")
    follower = Follower(SETTINGS)
    found: list[Followed] = []
    for arrival in (event(50, "Newchannel", **sitting), event(51, "BridgeEnter", **sitting, BridgeUniqueid="c")):
        found += follower.hear(arrival.raw, arrival.at)
    found += follower.lost(100, "away")
    found += follower.regained(110)
    for arrival in (
        event(300, "Newchannel", **caller), event(300.1, "QueueCallerJoin", **caller, Queue="q"),
        event(305, "BridgeEnter", **caller, BridgeUniqueid="c"), event(360, "BridgeLeave", **caller, BridgeUniqueid="c"),
        event(360.1, "Hangup", **caller),
    ):  # fmt: skip
        found += follower.hear(arrival.raw, arrival.at)
    found += follower.advance(400)
    (call,) = [one for one in found if isinstance(one, CallEnded)]
    assert (call.gaps, [clerk.job_number for clerk in call.clerks]) == ((), ["1201"])


class Answers:
    """An Asterisk that answers listings of a user without any privilege, as captured."""

    def ask(self, name: str, *, listing: bool = False, timeout: float = 5.0, **keys: str) -> list[Message]:
        """The captured answer."""
        assert timeout > 0
        assert listing or name == "Ping"
        if name == "Ping":
            return [parse(b"Response: Success\nPing: Pong\nTimestamp: 180.250000")]
        if name in ("Status", "CoreShowChannels"):
            return [parse(b"Response: Error\nMessage: Permission denied")]
        if name == "BridgeList":
            item = b"Event: BridgeListItem\nBridgeUniqueid: p\nBridgeType: parking\nBridgeTechnology: holding_bridge"
            return [parse(b"Response: Success"), parse(item), parse(b"Event: BridgeListComplete")]
        if name == "BridgeInfo":
            assert keys == {"BridgeUniqueid": "p"}
            return [parse(b"Response: Success"), parse(event(0, "BridgeInfoChannel", **CALLER).raw)]
        return [parse(b"Response: Success")]


def test_who_is_parked_is_told_with_asterisks_own_time() -> None:
    """Least privilege is enough; the time is Asterisk's, because clocks differ; a parking lot is no conversation."""
    (parked,), complete = what_goes_on(Answers(), 5.0)
    assert (complete, parked.get("Timestamp"), parked.get("BridgeTechnology")) == (
        False,
        "180.250000",
        "holding_bridge",
    )
