"""The facts of one call → ``CallEnded``. Pure."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from ami_bridge.clerks import Clerk, clerks
from ami_bridge.endings import hung_up_by
from ami_bridge.events import CallEnded, ClerkLeg, Direction, Gap, HungUpBy, Recording
from ami_bridge.evidence import Evidence, age, device, is_local
from ami_bridge.facts import TraitKind
from ami_bridge.gaps import set_clock
from ami_bridge.holds import holds
from ami_bridge.moments import MomentKind
from ami_bridge.parties import Party, parties
from ami_bridge.recordings import recordings
from ami_bridge.recovery import unknown_gaps, with_real_start
from ami_bridge.settings import Settings
from ami_bridge.story import story

#: Events of one moment may come in any order: so far apart (seconds) they still are no set clock.
_JITTER = 0.5
_ENTERS: tuple[MomentKind, ...] = ("queued", "agent_called", "agent", "agent_done", "dial")


def callers(evidence: Evidence) -> list[str]:
    """The channels that entered a queue or dialled somebody on their own account, oldest first.

    Local halves do it on behalf of others, so they count only when nobody else does (a call that the system itself places).
    """
    entered = {moment.uniqueid for moment in evidence.of(*_ENTERS)} | _stated_by_cdr(evidence)
    if not evidence.of("began"):
        entered |= _talking_roots(evidence)
    ordered = sorted(entered, key=age)
    own = [uniqueid for uniqueid in ordered if evidence.first("linkedid", uniqueid) in (uniqueid, None)]
    outside = [uniqueid for uniqueid in own if not is_local(evidence.name(uniqueid))]
    return outside or own[:1] or ordered[:1]


def _stated_by_cdr(evidence: Evidence) -> set[str]:
    return {
        uniqueid
        for uniqueid in evidence.seen
        if evidence.first("application", uniqueid) and evidence.first("linkedid", uniqueid) == uniqueid
    }


def _talking_roots(evidence: Evidence) -> set[str]:
    """Callers of a call that was already under way when the bridge connected: bridged with somebody, beginning unseen."""
    bridged = {moment.uniqueid for moment in evidence.of("enter", "leave")}
    roots = {uniqueid for uniqueid in bridged if evidence.first("linkedid", uniqueid) == uniqueid}
    # A clerk who sits in a standing conference is the root of a call too, but says who it is.
    strangers = {uniqueid for uniqueid in roots if evidence.first("job_number", uniqueid) is None}
    return (strangers or roots) if len(bridged) > 1 else set()


def outcomes(evidence: Evidence, gaps: tuple[Gap, ...], settings: Settings, members: frozenset[str]) -> list[CallEnded]:
    """The hotline calls in these facts: normally one, none for anything else.

    ``members`` are the devices of known queue members: what they place themselves (a consultation before a transfer, a call
    back, click-to-dial) is no hotline call. Two callers whose calls were joined give two.
    """
    staff = members | {device(interface) for interface in settings.job_numbers}
    found = [uniqueid for uniqueid in callers(evidence) if _is_hotline(evidence, uniqueid, settings)]
    outside = _outside(evidence, found, staff)
    made = [_inbound(evidence, caller, gaps, settings, frozenset(outside) - {caller}) for caller in outside]
    if settings.outgoing:
        own = [uniqueid for uniqueid in found if uniqueid not in outside and _dialled_out(evidence, uniqueid)]
        made += [_outbound(evidence, clerk, gaps, settings) for clerk in own if not made]
    return made


def _outside(evidence: Evidence, found: list[str], staff: Set[str]) -> list[str]:
    """Those who rang the hotline, without staff: queue members, telephones of the list, whoever dialled by a click."""
    outside: list[str] = []
    rung: set[str] = set()
    for caller in found:
        telephone = device(evidence.name(caller))
        if telephone not in staff and telephone not in rung and not _dials_as_clerk(evidence, caller):
            outside.append(caller)
            answered = {moment.other for moment in evidence.at(caller, "agent", "dial_answer")}
            rung |= {device(evidence.name(channel)) for channel in answered} - {telephone}
    return outside


def _dials_as_clerk(evidence: Evidence, caller: str) -> bool:
    """A channel that bears a job number and was placed by a click, or whose own number is that job number."""
    job = evidence.first("job_number", caller)
    own_number = {value for _, value in evidence.values("number", caller)}
    return job is not None and (bool(evidence.at(caller, "originated")) or job in own_number)


def _dialled_out(evidence: Evidence, caller: str) -> bool:
    return bool(evidence.at(caller, "dial")) and not evidence.at(caller, "queued", "agent_called")


def _is_hotline(evidence: Evidence, caller: str, settings: Settings) -> bool:
    wanted: dict[TraitKind, frozenset[str]] = {
        "context": settings.contexts,
        "extension": settings.extensions,
        "queue": settings.queues,
    }
    return all(
        not names or any(value in names for _, value in evidence.values(kind, caller)) for kind, names in wanted.items()
    )


def _end(evidence: Evidence, caller: str, gaps: tuple[Gap, ...]) -> float:
    """When the caller was gone; if the hangup fell into a gap, the last moment at which the call was known to live."""
    if (hangup := evidence.hung_up.get(caller)) is not None:
        return hangup
    last = evidence.span()[1]
    starts = [gap.start for gap in gaps if gap.start >= last]
    return min(starts, default=last)


def _inbound(evidence: Evidence, caller: str, gaps: tuple[Gap, ...], settings: Settings, others: Set[str]) -> CallEnded:
    end = _end(evidence, caller, gaps)
    took = with_real_start(evidence, caller, clerks(evidence, caller, end, settings, others))
    return _outcome(evidence, caller, end, took, gaps, "inbound", evidence.last("number", caller))


def _outbound(evidence: Evidence, own: str, gaps: tuple[Gap, ...], settings: Settings) -> CallEnded:
    """A clerk's own call: the clerk is on the channel that dialled, the citizen is who was reached."""
    end = _end(evidence, own, gaps)
    reached = parties(evidence, own, end)
    job = evidence.first("job_number", own) or settings.job_numbers.get(device(evidence.name(own)))
    talk = [Party(own, reached[0].start, max(one.end for one in reached), [])] if reached else []
    took = [Clerk(_leg(evidence, party, job), frozenset({own})) for party in talk]
    dialled = [moment.other for moment in evidence.at(own, "dial")]
    numbers = [number for channel in dialled if (number := evidence.last("number", channel))]
    return _outcome(evidence, own, end, took, gaps, "outbound", numbers[-1] if numbers else None)


def _outcome(
    evidence: Evidence, caller: str, end: float, took: list[Clerk], gaps: tuple[Gap, ...],
    direction: Direction, number: str | None,
) -> CallEnded:  # fmt: skip
    began = evidence.at(caller, "began")
    start = began[0].at if began else _start_unseen(evidence, caller)
    answered = min((clerk.leg.start for clerk in took), default=None)
    if (disorder := _disorder(start, answered, end)) is not None:
        gaps = (*gaps, disorder)
        end = max(start, end, answered or start)
        took = [Clerk(replace(clerk.leg, end=max(clerk.leg.start, clerk.leg.end)), clerk.channels) for clerk in took]
    recorded = recordings(evidence, caller, took, end, direction)
    path, recorded_from = _first(recorded)
    gaps = tuple(gap for gap in gaps if gap.start <= end and (gap.end is None or gap.end >= start))
    if not began and not gaps:
        gaps = (Gap(start, max(start, evidence.span()[0]), "the call began before anybody listened"),)
    queue, way = _queues(evidence, caller, took)
    return CallEnded(
        uniqueid=caller,
        linkedid=evidence.first("linkedid", caller) or caller,
        queue=queue,
        caller_number=number,
        start=start,
        answered=answered,
        end=end,
        ring_seconds=max(0.0, (end if answered is None else answered) - start),
        talk_seconds=0.0 if answered is None else max(0.0, end - answered),
        hung_up_by=hung_up_by(evidence, caller, took)
        if direction == "inbound"
        else _ended_outbound(evidence, caller, end),
        holds=holds(evidence, caller, took, end),
        clerks=tuple(clerk.leg for clerk in took),
        transferred=_transferred(evidence, took),
        recording=path,
        gaps=unknown_gaps(evidence, caller, took, gaps),
        complete=bool(began),
        recording_started=recorded_from,
        direction=direction,
        queues=way,
        recordings=recorded,
        story=story(evidence, caller, took, gaps),
    )


def _disorder(start: float, answered: float | None, end: float) -> Gap | None:
    """A call that ended before it began: Asterisk's clock was set meanwhile, and nobody can say how long anything took."""
    if end >= start - _JITTER and (answered is None or answered >= start - _JITTER):
        return None
    return set_clock(max(start, end), min(end, answered or end))


def _ended_outbound(evidence: Evidence, own: str, end: float) -> HungUpBy:
    """Of a clerk's own call: seen from the channel that dialled, whoever was reached is the other side; that is the citizen."""
    far = [Clerk(_leg(evidence, party, None), frozenset({party.uniqueid})) for party in parties(evidence, own, end)]
    who = hung_up_by(evidence, own, far)
    return "agent" if who == "caller" else "caller" if who == "agent" else who


def _leg(evidence: Evidence, party: Party, job_number: str | None) -> ClerkLeg:
    name = evidence.name(party.uniqueid)
    return ClerkLeg(None, device(name) or None, job_number, name, party.uniqueid, party.start, party.end)


def _first(recorded: tuple[Recording, ...]) -> tuple[str | None, float | None]:
    return (recorded[0].path or None, recorded[0].start) if recorded else (None, None)


def _queues(evidence: Evidence, caller: str, took: list[Clerk]) -> tuple[str | None, tuple[str, ...]]:
    """The queue that answered (else the last one waited in), and the way through all of them."""
    joins = [(moment.at, moment.value) for moment in evidence.at(caller, "queued") if moment.value]
    connects = [
        (moment.at, moment.member.queue, moment.other) for moment in evidence.at(caller, "agent") if moment.member.queue
    ]
    steps = [queue for _, queue in sorted([*joins, *((at, queue) for at, queue, _ in connects)])]
    way = tuple(queue for place, queue in enumerate(steps) if place == 0 or steps[place - 1] != queue)
    if took:
        answering = [queue for _, queue, channel in connects if channel in took[0].channels]
        before = [queue for at, queue in joins if at <= took[0].leg.start]
        return next(iter(answering or before[-1:] or way[:1]), evidence.first("queue", caller)), way
    return (way[-1] if way else evidence.first("queue", caller)), way


def _start_unseen(evidence: Evidence, caller: str) -> float:
    """Asterisk puts the second of creation into the id; without it the first moment known must do."""
    epoch, first = age(caller)[0], evidence.span()[0]
    return min(epoch, first) if epoch > 0 else first


def _transferred(evidence: Evidence, took: list[Clerk]) -> bool:
    """Another clerk came after one had gone, or Asterisk reported a transfer."""
    first_end = min((clerk.leg.end for clerk in took), default=0.0)
    in_turn = any(clerk.leg.start >= first_end - 1.0 and _is_another(took[0], clerk) for clerk in took[1:])
    told = bool(evidence.of("transfer")) or any(moment.value == "transfer" for moment in evidence.of("agent_done"))
    return in_turn or (told and bool(took))


def _is_another(first: Clerk, later: Clerk) -> bool:
    """Not the first clerk's telephone again, as after parking."""
    return device(first.leg.channel) != device(later.leg.channel)
