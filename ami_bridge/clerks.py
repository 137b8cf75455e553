"""Which clerks took a call, one after the other, and the job number of each. Pure."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, replace

from ami_bridge.events import ClerkLeg
from ami_bridge.evidence import Evidence, device
from ami_bridge.moments import NOBODY, Member, Moment
from ami_bridge.parties import Party, lineage, parties
from ami_bridge.settings import Settings
from ami_bridge.telephones import job_number, picked_up

# A telephone that comes back within so many seconds (moved by a desktop's Redirect) never left.
_MOVED_SECONDS = 2.0


@dataclass(frozen=True)
class Clerk:
    """A clerk's leg and every channel that belongs to it (the telephone and the Local channels on the way to it)."""

    leg: ClerkLeg
    channels: frozenset[str]


def clerks(
    evidence: Evidence, caller: str, end: float, settings: Settings, others: Set[str] = frozenset()
) -> list[Clerk]:
    """Every clerk of the call in the order in which they answered; ``others`` are callers too, in the same conference."""
    found = [party for party in parties(evidence, caller, end) if party.uniqueid not in others]
    found += _answered_but_never_connected(evidence, caller, end, found)
    found.sort(key=lambda party: (party.start, party.uniqueid))
    made = [_clerk(evidence, caller, party, settings, first=index == 0) for index, party in enumerate(found)]
    return _joined(sorted(made, key=lambda clerk: (clerk.leg.start, clerk.leg.uniqueid)))


def _joined(made: list[Clerk]) -> list[Clerk]:
    """One leg for a telephone that was moved to another bridge or whose channel was swapped for another one."""
    joined: list[Clerk] = []
    for clerk in made:
        before = joined[-1] if joined else None
        if before and _is_same_telephone(before, clerk):
            leg = replace(
                before.leg,
                end=max(before.leg.end, clerk.leg.end),
                job_number=before.leg.job_number or clerk.leg.job_number,
            )
            joined[-1] = Clerk(leg, before.channels | clerk.channels)
        else:
            joined.append(clerk)
    return joined


def _is_same_telephone(before: Clerk, clerk: Clerk) -> bool:
    same_channel = before.leg.channel == clerk.leg.channel and clerk.leg.start <= before.leg.end + _MOVED_SECONDS
    at_once = device(before.leg.channel) == device(clerk.leg.channel) and clerk.leg.start <= before.leg.end
    return bool(before.leg.channel) and (same_channel or at_once)


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
    member, own = _member(evidence, channels), device(evidence.name(party.uniqueid))
    since = picked_up(evidence, channels, member)
    if since is not None:
        member = NOBODY  # the queue names whom it rang, not who took the call
    stated = job_number(evidence, channels, caller if first else None, party.end, since)
    leg = ClerkLeg(
        member_name=member.name or None,
        interface=member.interface or own or None,
        job_number=stated or configured_job_number(settings, member, own),
        channel=evidence.name(party.uniqueid),
        uniqueid=party.uniqueid,
        start=answers[-1].at if answers else party.start,
        end=party.end,
    )
    return Clerk(leg, frozenset(channels))


def _member(evidence: Evidence, channels: list[str]) -> Member:
    """The queue member behind these channels: as the queue connected it, or as it reported its end."""
    told = [moment.member for moment in evidence.of("agent_done", "agent") if moment.other in channels]
    return told[-1] if told else NOBODY


def configured_job_number(settings: Settings, member: Member, own: str) -> str | None:
    """The job number that the settings give to a queue member or to the telephone ``own``."""
    if settings.member_pattern and (match := re.search(settings.member_pattern, member.name)):
        return match.groupdict().get("job") or match.group(1)
    keys = (member.interface, own, member.name)
    return next((settings.job_numbers[key] for key in keys if key in settings.job_numbers), None)
