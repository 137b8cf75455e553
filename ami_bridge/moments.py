"""One AMI event → what it says happened to channels. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from ami_bridge.messages import Message

MomentKind = Literal[
    "began", "hangup", "hangup_request", "originated", "queued", "abandoned", "hold", "unhold", "music", "music_end", "recording_began",
    "recording_ended", "mute", "unmute", "listed", "enter", "leave", "park", "unpark", "dial", "dial_answer", "agent_called",
    "agent", "agent_done", "transfer", "pickup", "cdr",
]  # fmt: skip
# Events whose mere occurrence at a channel matters: name → kind of moment.
MOMENTS: dict[str, MomentKind] = {
    "Newchannel": "began",
    "OriginateResponse": "originated",
    "QueueCallerAbandon": "abandoned",
    "Hold": "hold",
    "Unhold": "unhold",
    "MusicOnHoldStart": "music",
    "MusicOnHoldStop": "music_end",
    "MixMonitorStop": "recording_ended",
    "Status": "listed",
    "CoreShowChannel": "listed",
}
# In these bridges nobody talks with anybody: parked callers and those in BridgeWait hear music side by side.
_HOLDING = "holding_bridge"


class Member(NamedTuple):
    """A queue member as the queue names it: its display name, its interface (``PJSIP/a1201``) and the queue."""

    name: str = ""
    interface: str = ""
    queue: str = ""


NOBODY = Member()


class Moment(NamedTuple):
    """Something happened to a channel at ``at`` (unix seconds).

    ``other`` is a second channel or a bridge; ``value`` a detail: a queue, a path, a cause, a reason. ``member`` is who the queue says
    took part. ``seconds`` is a duration that the event states (talk time, billable time), ``waited`` the time in the queue before.
    """

    at: float
    kind: MomentKind
    uniqueid: str
    other: str = ""
    value: str = ""
    member: Member = NOBODY
    seconds: float = 0.0
    waited: float = 0.0


def moments_of(message: Message, at: float, uniqueids: tuple[str, ...], recording: str) -> Iterator[Moment]:
    """What the event says of its channels ``uniqueids``; ``recording`` is the path that it carries as a channel variable."""
    get, name, uniqueid = message.get, message.event, uniqueids[0]
    if name in MOMENTS:
        yield Moment(at, MOMENTS[name], uniqueid)
    if name in ("BridgeEnter", "BridgeLeave", "BridgeInfoChannel", "Status", "CoreShowChannel"):
        yield from _bridge_moments(message, at, uniqueid)
    elif name in ("DialBegin", "DialEnd") and len(uniqueids) == 2:
        yield from _dial_moments(message, at, uniqueid)
    elif name in ("AgentCalled", "AgentConnect", "AgentComplete"):
        yield from _agent_moments(message, at, uniqueid)
    elif name in ("BlindTransfer", "AttendedTransfer") and get("Result", "Success") == "Success":
        yield Moment(at, "transfer", uniqueid, get("SecondTransfererUniqueid"))
    elif name in ("Hangup", "HangupRequest"):
        yield Moment(at, "hangup" if name == "Hangup" else "hangup_request", uniqueid, value=get("Cause"))
    elif name in ("QueueCallerJoin", "QueueEntry"):
        yield Moment(at, "queued", uniqueid, value=get("Queue"))
    elif name == "Pickup":
        yield Moment(at, "pickup", uniqueid, get("TargetUniqueid"))
    elif name == "MixMonitorStart":
        yield Moment(at, "recording_began", uniqueid, value=recording)
    elif name == "MixMonitorMute":
        yield Moment(at, "mute" if get("State") == "1" else "unmute", uniqueid, value=get("Direction"))
    elif name == "Cdr":
        yield Moment(
            at,
            "cdr",
            uniqueid,
            get("DestinationChannel"),
            get("Disposition"),
            seconds=_seconds(message, "BillableSeconds"),
        )


def _bridge_moments(message: Message, at: float, uniqueid: str) -> Iterator[Moment]:
    get = message.get
    bridge = get("BridgeUniqueid") or get("BridgeID") or get("BridgeId")
    if not bridge:
        return
    waits = get("BridgeTechnology") == _HOLDING or get("BridgeType") == "parking"
    if message.event == "BridgeLeave":
        yield Moment(at, "unpark" if waits else "leave", uniqueid, bridge)
    else:
        yield Moment(at, "park" if waits else "enter", uniqueid, bridge)


def _dial_moments(message: Message, at: float, uniqueid: str) -> Iterator[Moment]:
    other = message.get("DestUniqueid")
    if message.event == "DialBegin":
        yield Moment(at, "dial", uniqueid, other)
    elif message.get("DialStatus") == "ANSWER":
        yield Moment(at, "dial_answer", uniqueid, other)


def _agent_moments(message: Message, at: float, uniqueid: str) -> Iterator[Moment]:
    get = message.get
    other, member = get("DestUniqueid"), Member(get("MemberName"), get("Interface"), get("Queue"))
    if message.event == "AgentCalled":
        yield Moment(at, "agent_called", uniqueid, other)
    elif message.event == "AgentConnect":
        yield Moment(at, "agent", uniqueid, other, member=member)
    else:
        spent = (_seconds(message, "TalkTime"), _seconds(message, "HoldTime"))
        yield Moment(at, "agent_done", uniqueid, other, get("Reason").lower(), member, *spent)


def _seconds(message: Message, key: str) -> float:
    """A duration that the event states; 0 when it does not."""
    value = message.get(key)
    return float(value) if value.isdigit() else 0.0
