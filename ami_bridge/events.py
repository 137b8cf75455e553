"""What the bridge hands on: frozen facts about calls that ended and about times when nobody watched.

All times are unix seconds (UTC, fractions allowed), durations are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HungUpBy = Literal["caller", "agent", "system", "unknown"]


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
class CallEnded:
    """One hotline call, complete.

    ``uniqueid`` is the caller's channel, ``linkedid`` joins all its legs. ``answered`` is when the first clerk answered
    (None: abandoned). ``ring_seconds`` runs from the caller's entry to that answer or to the hangup; ``talk_seconds`` from the
    answer to the end. ``recording`` is the absolute path on Asterisk's own file system (None: not reported).
    ``gaps`` are the monitoring gaps that touch the call: such a call is ``not_monitored``.
    ``complete`` is False when the bridge did not see the call begin. ``recording_started`` is when MixMonitor began (None: not
    reported): second 0 of the recording, from which holds are counted in the audio.
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
