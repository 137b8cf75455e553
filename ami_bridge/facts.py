"""One AMI event → the facts it states about channels. Pure.

A call is never told as a sequence of events that must come in order; it is a set of facts, each with its own time, from which
`outcome.py` derives what happened once the call is over. So a duplicated event adds nothing, and a reordered one changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ami_bridge.messages import Message
from ami_bridge.settings import Settings

# Prefix of the keys with which an event describes a channel; "" is the main one (Channel, Uniqueid, Linkedid).
PREFIXES: dict[str, tuple[str, ...]] = {
    "DialBegin": ("", "Dest"),
    "DialEnd": ("", "Dest"),
    "AgentCalled": ("", "Dest"),
    "AgentConnect": ("", "Dest"),
    "AgentComplete": ("", "Dest"),
    "AgentRingNoAnswer": ("", "Dest"),
    "LocalBridge": ("LocalOne", "LocalTwo"),
    "LocalOptimizationBegin": ("LocalOne", "LocalTwo", "Source"),
    "BlindTransfer": ("Transferer", "Transferee"),
    "AttendedTransfer": ("OrigTransferer", "SecondTransferer", "Transferee", "TransferTarget"),
}
_PLAIN = (
    "Newchannel NewCallerid Hangup HangupRequest QueueCallerJoin QueueCallerAbandon QueueCallerLeave "
    "QueueEntry BridgeEnter BridgeLeave Hold Unhold MusicOnHoldStart MusicOnHoldStop MixMonitorStart VarSet UserEvent Cdr Status"
)
PREFIXES.update(dict.fromkeys(_PLAIN.split(), ("",)))

# Events whose mere occurrence at a channel matters: name → kind of moment.
MOMENTS = {
    "Newchannel": "began",
    "Hangup": "hangup",
    "HangupRequest": "hangup_request",
    "QueueCallerJoin": "queued",
    "QueueEntry": "queued",
    "Hold": "hold",
    "Unhold": "unhold",
    "MusicOnHoldStart": "music",
    "MusicOnHoldStop": "music_end",
    "MixMonitorStart": "recording_began",
    "Status": "listed",
}
UNKNOWN = ("", "<unknown>")


class Moment(NamedTuple):
    """Something happened to a channel at ``at`` (unix seconds): ``other`` is a second channel or a bridge, ``value`` a detail."""

    at: float
    kind: str
    uniqueid: str
    other: str = ""
    value: str = ""


class Trait(NamedTuple):
    """A channel had this property (name, linkedid, caller's number, job number, recording …), first stated at ``at``."""

    at: float
    kind: str
    uniqueid: str
    value: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What one event states. ``linkedids`` are the calls it belongs to, ``uniqueids`` the channels it speaks of."""

    uniqueids: tuple[str, ...]
    linkedids: tuple[str, ...]
    moments: tuple[Moment, ...]
    traits: tuple[Trait, ...]


def time_of(message: Message, arrived: float) -> float:
    """Asterisk's own time of the event if manager.conf has ``timestampevents=yes``, else when it arrived."""
    try:
        return float(message.fields["Timestamp"])
    except (KeyError, ValueError):
        return arrived


class _Keys(NamedTuple):
    """The keys with which an event describes a channel, made once for each prefix: this is asked of every event."""

    uniqueid: str
    linkedid: str
    channel: str
    job_number: str
    recording: str


def _keys(prefix: str, settings: Settings) -> _Keys:
    variable = f"\n{prefix}ChanVariable: "
    return _Keys(
        f"{prefix}Uniqueid", f"{prefix}Linkedid", f"{prefix}Channel",
        f"{variable}{settings.job_number_variable}=", f"{variable}{settings.recording_variable}=",
    )  # fmt: skip


class FactReader:
    """Reads facts out of events for one configuration."""

    def __init__(self, settings: Settings) -> None:
        self._variables = {settings.job_number_variable: "job_number", settings.recording_variable: "recording"}
        self._ignored = re.compile("|".join(f"(?:{pattern})" for pattern in settings.ignored_channels) or "(?!)")
        self._wants_place = bool(settings.contexts or settings.extensions)
        self._keys = {prefix: _keys(prefix, settings) for prefixes in PREFIXES.values() for prefix in prefixes}

    def read(self, message: Message, arrived: float) -> Facts | None:
        """The facts of an event, or None if it says nothing about a party of a call."""
        name, at = message.event, time_of(message, arrived)
        if name == "VarSet" and message.get("Variable") not in self._variables:
            return None
        prefixes = [prefix for prefix in PREFIXES.get(name, ()) if self._is_party(message, prefix)]
        if not prefixes:
            return None
        uniqueids = tuple(_uniqueid(message, prefix) for prefix in prefixes)
        linkedids = [message.get(self._keys[prefix].linkedid) for prefix in prefixes]
        traits: list[Trait] = []
        for prefix, uniqueid in zip(prefixes, uniqueids, strict=True):
            self._add_traits(traits, message, prefix, uniqueid, at)
        return Facts(
            uniqueids, tuple(filter(None, linkedids)), tuple(_moments(name, message, at, prefixes)), tuple(traits)
        )

    def _is_party(self, message: Message, prefix: str) -> bool:
        if not _uniqueid(message, prefix):
            return False
        return self._ignored.search(message.get(self._keys[prefix].channel)) is None

    def _add_traits(self, traits: list[Trait], message: Message, prefix: str, uniqueid: str, at: float) -> None:
        keys, get = self._keys[prefix], message.get
        found = [
            ("name", get(keys.channel)),
            ("linkedid", get(keys.linkedid)),
            ("job_number", message.rest_of_line(keys.job_number)),
            ("recording", message.rest_of_line(keys.recording)),
        ]
        if not prefix:
            found.append(("number", get("CallerIDNum")))
            found += self._stated_values(message)
        traits += [Trait(at, kind, uniqueid, value) for kind, value in found if value not in UNKNOWN]

    def _stated_values(self, message: Message) -> list[tuple[str, str]]:
        """Values that only one kind of event carries, or only some sites want."""
        get, name = message.get, message.event
        stated: list[tuple[str, str]] = []
        if self._wants_place:
            stated += [("context", get("Context")), ("extension", get("Exten"))]
        if name == "VarSet":
            stated.append((self._variables[get("Variable")], get("Value")))
        elif name == "UserEvent":
            stated.append(("recording", get("File")))
        elif name in ("QueueCallerJoin", "QueueEntry", "AgentConnect"):
            stated.append(("queue", get("Queue")))
        application = get({"Cdr": "LastApplication", "Status": "Application"}.get(name, ""))
        if application in ("Queue", "Dial"):
            stated.append(("application", application))
        return stated


def _uniqueid(message: Message, prefix: str) -> str:
    return message.fields.get(f"{prefix}Uniqueid") or (message.get("UniqueID") if message.event == "Cdr" else "")


def _moments(name: str, message: Message, at: float, prefixes: list[str]) -> Iterator[Moment]:
    get, uniqueid = message.get, _uniqueid(message, prefixes[0])
    if name in MOMENTS:
        yield Moment(at, MOMENTS[name], uniqueid)
    if name in ("BridgeEnter", "BridgeLeave"):
        yield Moment(at, "enter" if name == "BridgeEnter" else "leave", uniqueid, get("BridgeUniqueid"))
    elif name == "Status" and get("BridgeID"):
        yield Moment(at, "enter", uniqueid, get("BridgeID"))
    elif name in ("DialBegin", "DialEnd") and len(prefixes) == 2:
        yield from _dial_moments(name, message, at, uniqueid)
    elif name in ("AgentCalled", "AgentConnect", "AgentComplete"):
        yield from _agent_moments(name, message, at, uniqueid)
    elif name in ("BlindTransfer", "AttendedTransfer") and get("Result", "Success") == "Success":
        yield Moment(at, "transfer", uniqueid, get("SecondTransfererUniqueid"))


def _dial_moments(name: str, message: Message, at: float, uniqueid: str) -> Iterator[Moment]:
    other = message.get("DestUniqueid")
    if name == "DialBegin":
        yield Moment(at, "dial", uniqueid, other)
    elif message.get("DialStatus") == "ANSWER":
        yield Moment(at, "dial_answer", uniqueid, other)


def _agent_moments(name: str, message: Message, at: float, uniqueid: str) -> Iterator[Moment]:
    other, member = message.get("DestUniqueid"), (message.get("MemberName"), message.get("Interface"))
    if name == "AgentCalled":
        yield Moment(at, "agent_called", uniqueid, other)
    elif name == "AgentConnect":
        yield Moment(at, "agent", uniqueid, other, "\x1f".join(member))
    else:
        yield Moment(at, "agent_done", uniqueid, other or "\x1f".join(member), message.get("Reason").lower())
