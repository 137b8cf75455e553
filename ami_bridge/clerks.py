"""Which clerks took a call, one after the other, and the job number of each. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ami_bridge.events import ClerkLeg
from ami_bridge.evidence import Evidence, device
from ami_bridge.facts import Moment
from ami_bridge.parties import Party, lineage, parties
from ami_bridge.settings import Settings


@dataclass(frozen=True)
class Clerk:
    """A clerk's leg and every channel that belongs to it (the telephone and the Local channels on the way to it)."""

    leg: ClerkLeg
    channels: frozenset[str]


def clerks(evidence: Evidence, caller: str, end: float, settings: Settings) -> list[Clerk]:
    """Every clerk of the call in the order in which they answered."""
    found = parties(evidence, caller, end)
    found += _answered_but_never_connected(evidence, caller, end, found)
    made = [_clerk(evidence, caller, party, settings, first=index == 0) for index, party in enumerate(found)]
    return sorted(made, key=lambda clerk: (clerk.leg.start, clerk.leg.uniqueid))


def _answers(evidence: Evidence, caller: str) -> list[Moment]:
    """When a queue connected somebody with the caller, or the caller's Dial was answered."""
    return [moment for moment in evidence.of("agent", "dial_answer") if moment.uniqueid == caller and moment.other]


def _answered_but_never_connected(evidence: Evidence, caller: str, end: float, found: list[Party]) -> list[Party]:
    """Clerks who answered and lost the caller before they were bridged (an announcement was still playing)."""
    reached = {channel for party in found for channel in _channels(evidence, caller, party)}
    missing: dict[str, Party] = {}
    for moment in _answers(evidence, caller):
        if moment.other not in reached:
            stop = evidence.hung_up.get(moment.other, end)
            missing.setdefault(moment.other, Party(moment.other, moment.at, max(stop, moment.at), [moment.other]))
    return list(missing.values())


def _channels(evidence: Evidence, caller: str, party: Party) -> list[str]:
    """The channels of a party, the telephone first, then towards the caller."""
    ordered = [party.uniqueid, *reversed(party.way), *lineage(evidence, party.uniqueid)]
    halves = [half for channel in ordered if (half := evidence.other_half(channel))]
    return [channel for channel in dict.fromkeys([*ordered, *halves]) if channel != caller]


def _clerk(evidence: Evidence, caller: str, party: Party, settings: Settings, *, first: bool) -> Clerk:
    channels = _channels(evidence, caller, party)
    answers = [moment for moment in _answers(evidence, caller) if moment.other in channels and moment.at <= party.start]
    member, interface = _member(evidence, channels)
    name = evidence.name(party.uniqueid)
    interface = interface or device(name) or None
    stated = _stated_job_number(evidence, channels, caller if first else None, party.end)
    leg = ClerkLeg(
        member_name=member,
        interface=interface,
        job_number=stated or _configured_job_number(settings, member, (interface, device(name))),
        channel=name,
        uniqueid=party.uniqueid,
        start=answers[-1].at if answers else party.start,
        end=party.end,
    )
    return Clerk(leg, frozenset(channels))


def _member(evidence: Evidence, channels: list[str]) -> tuple[str | None, str | None]:
    """Name and interface of the queue member behind these channels."""
    connected = [moment.value for moment in evidence.of("agent") if moment.other in channels]
    if not connected:
        return None, None
    name, _, interface = connected[-1].partition("\x1f")
    return name or None, interface or None


def _stated_job_number(evidence: Evidence, channels: list[str], caller: str | None, end: float) -> str | None:
    """The job-number variable of the telephone, else of the channels towards the caller, else of the caller's own channel.

    The caller's channel speaks for the first clerk only: a dialplan that sets the variable before Dial means the one it dials.
    """
    for channel in channels:
        if number := evidence.last("job_number", channel):
            return number
    own = [value for at, value in evidence.values("job_number", caller or "") if at <= end]
    return own[-1] if own else None


def _configured_job_number(settings: Settings, member: str | None, interfaces: tuple[str | None, str]) -> str | None:
    if settings.member_pattern and member and (match := re.search(settings.member_pattern, member)):
        return match.groupdict().get("job") or match.group(1)
    keys = (*interfaces, member)
    return next((settings.job_numbers[key] for key in keys if key and key in settings.job_numbers), None)
