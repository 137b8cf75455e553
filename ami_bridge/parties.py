"""Who was connected with the caller, and when, from who was in which bridge. Pure.

Bridges tell it for every way of reaching a clerk: queue or Dial, directly or through Local channels (optimised away or not),
after a blind, attended or supervised transfer. A telephone counts as connected while a path of bridges and Local pairs
leads to it from the caller's channel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ami_bridge.evidence import Evidence, is_local
from ami_bridge.moments import MomentKind


@dataclass(frozen=True)
class Stay:
    """A channel was in a bridge from ``start`` to ``end`` (unix seconds)."""

    bridge: str
    uniqueid: str
    start: float
    end: float


@dataclass
class Party:
    """A channel that the caller was connected with: from first to last, over the channels in ``way`` (near to far)."""

    uniqueid: str
    start: float
    end: float
    way: list[str]


def stays(evidence: Evidence, end: float, *, waiting: bool = False) -> list[Stay]:
    """Every stay in a bridge; a missing end is the channel's hangup or ``end``, a missing beginning the first moment known.

    ``waiting``: also those in holding bridges (parked, BridgeWait), in which nobody talks with anybody.
    """
    by_channel: dict[str, list[tuple[float, str, str]]] = {}
    kinds: tuple[MomentKind, ...] = ("enter", "leave", "park", "unpark") if waiting else ("enter", "leave")
    for moment in evidence.of(*kinds):
        kind = "enter" if moment.kind in ("enter", "park") else "leave"
        by_channel.setdefault(moment.uniqueid, []).append((moment.at, kind, moment.other))
    begin = evidence.span()[0]
    return [
        stay
        for uniqueid, changes in by_channel.items()
        for stay in _stays_of(uniqueid, changes, begin, evidence.hung_up.get(uniqueid, end))
    ]


def _stays_of(uniqueid: str, changes: list[tuple[float, str, str]], begin: float, end: float) -> Iterator[Stay]:
    inside, since, first = "", begin, True
    for at, kind, bridge in changes:
        if kind == "enter" and bridge != inside:
            if inside:
                yield Stay(inside, uniqueid, since, at)
            inside, since = bridge, at
        elif kind == "leave" and (bridge == inside or first):
            yield Stay(bridge, uniqueid, since, at)
            inside = ""
        first = False
    if inside:
        yield Stay(inside, uniqueid, since, max(since, end))


def parties(evidence: Evidence, caller: str, end: float) -> list[Party]:
    """The channels that the caller was connected with, in order of their first connection."""
    known: dict[str, Party] = {}
    all_stays = stays(evidence, end)
    for start, stop in pairwise(sorted({time for stay in all_stays for time in (stay.start, stay.end)})):
        came_from = _reach(evidence, caller, [stay for stay in all_stays if stay.start <= start and stop <= stay.end])
        for uniqueid in _far_ends(evidence, caller, came_from):
            way = _way(uniqueid, came_from)
            party = known.setdefault(uniqueid, Party(uniqueid, start, stop, way))
            party.end, party.way = stop, [*party.way, *(step for step in way if step not in party.way)]
    return sorted(_without_go_betweens(evidence, list(known.values())), key=lambda party: (party.start, party.uniqueid))


def _reach(evidence: Evidence, caller: str, present: list[Stay]) -> dict[str, str]:
    """Breadth first from the caller over shared bridges and Local pairs: channel → the channel it was reached from."""
    came_from, edge = {caller: ""}, [caller]
    while edge:
        here = edge.pop(0)
        for there in _neighbours(evidence, here, present):
            if there not in came_from:
                came_from[there] = here
                edge.append(there)
    return came_from


def _neighbours(evidence: Evidence, uniqueid: str, present: list[Stay]) -> Iterator[str]:
    bridges = {stay.bridge for stay in present if stay.uniqueid == uniqueid}
    yield from sorted(stay.uniqueid for stay in present if stay.bridge in bridges and stay.uniqueid != uniqueid)
    if half := evidence.other_half(uniqueid):
        yield half


def _far_ends(evidence: Evidence, caller: str, came_from: dict[str, str]) -> Iterator[str]:
    """Telephones that were reached, and Local channels behind which no telephone is known (their near half)."""
    for uniqueid, previous in came_from.items():
        if uniqueid == caller:
            continue
        if not is_local(evidence.name(uniqueid)) or previous != evidence.other_half(uniqueid):
            yield uniqueid


def _way(uniqueid: str, came_from: dict[str, str]) -> list[str]:
    way = [uniqueid]
    while (previous := came_from[way[0]]) and came_from[previous]:
        way.insert(0, previous)
    return way


def lineage(evidence: Evidence, uniqueid: str) -> list[str]:
    """The channels through which this one was dialled, nearest first: who dialled it, that one's Local half, and so on."""
    found, edge = [], [uniqueid]
    while edge:
        here = edge.pop(0)
        half = evidence.other_half(here)
        for there in [*([half] if half else []), *sorted(evidence.dialled_by(here))]:
            if there != uniqueid and there not in found:
                found.append(there)
                edge.append(there)
    return found


def _without_go_betweens(evidence: Evidence, found: list[Party]) -> list[Party]:
    """Drop Local channels that merely led to a telephone: while a chain is set up or torn down they look like its end."""
    telephones = [party for party in found if not is_local(evidence.name(party.uniqueid))]
    led = {step for party in telephones for step in [*party.way, *lineage(evidence, party.uniqueid)]}
    return [party for party in found if party in telephones or party.uniqueid not in led]
