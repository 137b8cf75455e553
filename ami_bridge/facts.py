"""One AMI event → the facts it states about channels. Pure.

A call is never told as a sequence of events that must come in order; it is a set of facts, each with its own time, from which
`outcome.py` derives what happened once the call is over. So a duplicated event adds nothing, and a reordered one changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ami_bridge.messages import Message
from ami_bridge.moments import Moment, moments_of
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
    "Pickup": ("", "Target"),
    "AttendedTransfer": ("OrigTransferer", "SecondTransferer", "Transferee", "TransferTarget"),
}
_PLAIN = (
    "Newchannel NewCallerid Rename Hangup HangupRequest OriginateResponse QueueCallerJoin QueueCallerAbandon QueueCallerLeave "
    "QueueEntry BridgeEnter BridgeLeave BridgeInfoChannel Hold Unhold MusicOnHoldStart MusicOnHoldStop "
    "MixMonitorStart MixMonitorStop MixMonitorMute VarSet UserEvent Cdr Status CoreShowChannel"
)
PREFIXES.update(dict.fromkeys(_PLAIN.split(), ("",)))

TraitKind = Literal[
    "name", "linkedid", "job_number", "recording", "number", "context", "extension", "queue", "application"
]

UNKNOWN = ("", "<unknown>")
# Where an event names the dialplan application that runs or ran on the channel.
_APPLICATIONS = {"Cdr": "LastApplication", "Status": "Application", "CoreShowChannel": "Application"}


class Trait(NamedTuple):
    """A channel had this property (name, linkedid, caller's number, job number, recording …), first stated at ``at``."""

    at: float
    kind: TraitKind
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
        self._variables: dict[str, TraitKind] = {
            settings.job_number_variable: "job_number",
            settings.recording_variable: "recording",
        }
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
        found = moments_of(
            message,
            at,
            uniqueids,
            message.rest_of_line(self._keys[prefixes[0]].recording) if name == "MixMonitorStart" else "",
        )
        return Facts(uniqueids, tuple(filter(None, linkedids)), tuple(found), tuple(traits))

    def _is_party(self, message: Message, prefix: str) -> bool:
        if not _uniqueid(message, prefix):
            return False
        return self._ignored.search(message.get(self._keys[prefix].channel)) is None

    def _add_traits(self, traits: list[Trait], message: Message, prefix: str, uniqueid: str, at: float) -> None:
        keys, get = self._keys[prefix], message.get
        found: list[tuple[TraitKind, str]] = [
            ("name", get(keys.channel)),
            ("linkedid", get(keys.linkedid)),
            ("job_number", message.rest_of_line(keys.job_number)),
            ("recording", message.rest_of_line(keys.recording)),
        ]
        if not prefix:
            found.append(("number", get("CallerIDNum")))
            found += self._stated_values(message)
        traits += [Trait(at, kind, uniqueid, value) for kind, value in found if value not in UNKNOWN]

    def _stated_values(self, message: Message) -> list[tuple[TraitKind, str]]:
        """Values that only one kind of event carries, or only some sites want."""
        get, name = message.get, message.event
        stated: list[tuple[TraitKind, str]] = []
        if self._wants_place:
            stated += [("context", get("Context")), ("extension", get("Exten"))]
        if name == "VarSet":
            stated.append((self._variables[get("Variable")], get("Value")))
        elif name == "Rename":
            stated.append(("name", get("Newname")))
        elif name == "UserEvent":
            stated.append(("recording", get("File")))
        elif name in ("QueueCallerJoin", "QueueEntry", "AgentConnect"):
            stated.append(("queue", get("Queue")))
        application = get(_APPLICATIONS.get(name, ""))
        if application in ("Queue", "Dial"):
            stated.append(("application", application))
        return stated


def _uniqueid(message: Message, prefix: str) -> str:
    """The channel's id; "" for none (a refused Originate says ``<null>``)."""
    found = message.fields.get(f"{prefix}Uniqueid") or (message.get("UniqueID") if message.event == "Cdr" else "")
    return "" if found == "<null>" else found
