"""Whose telephone it was: job numbers that channels state, and calls that somebody else picked up. Pure."""

from __future__ import annotations

import re

from ami_bridge.evidence import Evidence, device
from ami_bridge.moments import Member

# Of these technologies an interface names the very telephone; a Local channel or a queue's agent may lead anywhere.
_TELEPHONES = re.compile(r"^(PJSIP|SIP|IAX2)/", re.IGNORECASE)


def picked_up(evidence: Evidence, channels: list[str], member: Member) -> float | None:
    """Since when (unix seconds) another telephone than the one that was rung holds this leg; None: it is the one that was rung.

    From then on the queue's name for the clerk and the channel's variables are those of the telephone that was rung.
    """
    told = [moment.at for moment in evidence.of("pickup") if moment.uniqueid in channels or moment.other in channels]
    if told:
        return told[0]
    connected = [moment for moment in evidence.of("agent") if moment.other in channels]
    strange = [moment.at for moment in connected if _is_another(member.interface, evidence.name(moment.other))]
    return strange[0] if strange else None


def _is_another(interface: str, channel: str) -> bool:
    """Whether a queue member's interface (``PJSIP/a1201``, ``PJSIP/1201@trunk``) cannot be this channel."""
    own = device(channel)
    if not (_TELEPHONES.match(interface) and _TELEPHONES.match(own)):
        return False
    return own.partition("/")[2].lower() not in re.split(r"[/@:]", interface.lower())


def job_number(
    evidence: Evidence, channels: list[str], caller: str | None, end: float, since: float | None
) -> str | None:
    """The job-number variable of the telephone, else of the channels towards the caller, else of the caller's own channel.

    The caller's channel speaks for the first clerk only: a dialplan that sets the variable before Dial means the one it dials.
    After a pickup only the telephone's own word from before (``since``) counts.
    """
    if since is not None:
        return _own_number(evidence, channels[0], since)
    for channel in channels:
        if number := evidence.last("job_number", channel):
            return number
    own = [value for at, value in evidence.values("job_number", caller or "") if at <= end]
    return own[-1] if own else None


def _own_number(evidence: Evidence, telephone: str, since: float) -> str | None:
    """What the telephone's channel said before it took another one's place, or another channel of that telephone did."""
    phone = device(evidence.name(telephone))
    for channel in (telephone, *sorted(evidence.seen)):
        if not _was(evidence, channel, phone):
            continue
        if before := [value for at, value in evidence.values("job_number", channel) if at <= since]:
            return before[0]
    return None


def _was(evidence: Evidence, uniqueid: str, phone: str) -> bool:
    return device(evidence.first("name", uniqueid) or "") == phone
