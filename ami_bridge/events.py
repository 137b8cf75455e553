"""What the bridge hands on: frozen facts about calls that ended and about times when nobody watched.

All times are unix seconds (UTC, fractions allowed), durations are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

#: How the dialplan told a rating.
RatingSource = Literal["variable", "event", "cdr"]
#: What a queue member does: waits for a call, is being rung, talks, paused; away: the telephone cannot be reached; "" no member (any more).
MemberState = Literal["free", "ringing", "talking", "paused", "away", ""]
HungUpBy = Literal["caller", "agent", "system", "unknown"]
Direction = Literal["inbound", "outbound"]
#: Whose channel a recording was made on: there MixMonitor's r is that side's voice and t the other's.
Side = Literal["caller", "agent"]
StepKind = Literal[
    "began", "queued", "called", "answered", "connected", "left", "parked", "unparked", "hold", "unhold", "transfer", "pickup",
    "recording", "recording_end", "muted", "unmuted", "gap", "clerk", "hangup",
]  # fmt: skip


class Stretch(NamedTuple):
    """From ``start`` to ``end``, unix seconds."""

    start: float
    end: float


class Step(NamedTuple):
    """One line of a call's story: at ``at`` (unix seconds) this happened to ``who`` (a channel, clerk or queue), with a ``detail``."""

    at: float
    what: StepKind
    who: str
    detail: str = ""


@dataclass(frozen=True)
class Recording:
    """One recording as Asterisk told it; every time is unix seconds.

    ``path`` lies on Asterisk's own file system ("" when it was not told). ``start`` is when MixMonitor began (None: not told),
    ``end`` when it was stopped or its channel hung up. ``muted`` are the times in which it wrote silence on purpose, ``bridged`` the
    times in which its channel was connected: with option b only these are in the file, one after the other.
    """

    path: str
    side: Side
    start: float | None
    end: float
    muted: tuple[Stretch, ...] = ()
    bridged: tuple[Stretch, ...] = ()


@dataclass(frozen=True)
class Hold:
    """The caller was on hold from ``start`` to ``end`` (unix seconds)."""

    start: float
    end: float


@dataclass(frozen=True)
class ClerkLeg:
    """One clerk's time on a call; after a transfer a call has several, in order.

    ``job_number`` is what the telephony side says (channel variable, member-name pattern or mapping file),
    never what was spoken. ``start``/``end`` are unix seconds; ``channel`` is the clerk's Asterisk channel.
    """

    member_name: str | None
    interface: str | None
    job_number: str | None
    channel: str
    uniqueid: str
    start: float
    end: float


@dataclass(frozen=True)
class Gap:
    """Nobody listened to Asterisk from ``start`` to ``end`` (None: still open); ``reason`` is English for logs."""

    start: float
    end: float | None
    reason: str


@dataclass(frozen=True)
class Alive:
    """The bridge followed every call up to ``at`` (unix seconds). Store ``at``: it becomes ``last_seen`` of the next start.

    ``calls`` is how many calls are open now.
    """

    at: float
    calls: int


@dataclass(frozen=True)
class Rated:
    """A caller rated a call at ``at`` (unix seconds) by pressing ``keys``. ``uniqueid`` is the channel that was rated, as a rule the caller's."""

    uniqueid: str
    linkedid: str
    at: float
    keys: str
    source: RatingSource


@dataclass(frozen=True)
class MemberChanged:
    """From ``at`` (unix seconds) on a queue member is in ``state``, over all queues together.

    ``interface`` is the member's (``PJSIP/a1201``), ``job_number`` as for ``ClerkLeg``; ``reason`` is that of a pause.
    """

    at: float
    interface: str
    name: str
    job_number: str | None
    state: MemberState
    reason: str = ""


@dataclass(frozen=True)
class RangUnanswered:
    """A member was rung from ``start`` to ``end`` (unix seconds) and did not answer."""

    interface: str
    name: str
    job_number: str | None
    start: float
    end: float


@dataclass(frozen=True)
class MembersKnown:
    """From ``at`` (unix seconds) on every queue member's state is known, until the next gap; what was before nobody knows."""

    at: float


@dataclass(frozen=True)
class CallEnded:
    """One hotline call, complete.

    ``uniqueid`` is the caller's channel (of an ``outbound`` call: the clerk's own), ``linkedid`` joins all its legs. ``queue`` is the
    one that answered (unanswered: the last one), ``queues`` the way through all of them. ``answered`` is when the first clerk answered
    (None: abandoned). ``ring_seconds`` runs from the caller's entry to that answer or to the hangup; ``talk_seconds`` from the
    answer to the end. ``recording`` is the absolute path on Asterisk's own file system (None: not reported).
    ``gaps`` are the monitoring gaps in which something about the call really is unknown: such a call is ``not_monitored``.
    ``complete`` is False when the bridge did not see the call begin. ``recording_started`` is when MixMonitor began (None: not
    reported). ``recordings`` are all of them in order; ``story`` is what happened, for people who doubt a finding.
    """

    uniqueid: str
    linkedid: str
    queue: str | None
    caller_number: str | None
    start: float
    answered: float | None
    end: float
    ring_seconds: float
    talk_seconds: float
    hung_up_by: HungUpBy
    holds: tuple[Hold, ...]
    clerks: tuple[ClerkLeg, ...]
    transferred: bool
    recording: str | None
    gaps: tuple[Gap, ...]
    complete: bool
    recording_started: float | None = None
    direction: Direction = "inbound"
    queues: tuple[str, ...] = ()
    recordings: tuple[Recording, ...] = ()
    story: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Going:
    """What goes on at ``at`` (unix seconds), for who follows calls while they last.

    ``changed`` are the calls that changed since the last ``Going``, told like ended ones: ``end`` is the last moment known of, and a
    clerk whose ``end`` is that moment is still on the line. ``gone`` are the uniqueids of calls that were told and are none after all
    (two turned out to be one). ``following`` is False while nobody listens to Asterisk.
    """

    at: float
    changed: tuple[CallEnded, ...] = ()
    gone: tuple[str, ...] = ()
    following: bool = True


#: What following an Asterisk tells.
Followed = CallEnded | Gap | Rated | MemberChanged | RangUnanswered | MembersKnown
