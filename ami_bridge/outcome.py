"""The facts of one call → ``CallEnded``. Pure."""

from __future__ import annotations

from collections.abc import Set

from ami_bridge.clerks import Clerk, clerks
from ami_bridge.events import CallEnded, Gap, HungUpBy
from ami_bridge.evidence import Evidence, age, device, is_local
from ami_bridge.holds import holds
from ami_bridge.settings import Settings

_ENTERS = ("queued", "agent_called", "agent", "agent_done", "dial")


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
    return {uniqueid for uniqueid in bridged if len(bridged) > 1 and evidence.first("linkedid", uniqueid) == uniqueid}


def outcomes(evidence: Evidence, gaps: tuple[Gap, ...], settings: Settings, members: frozenset[str]) -> list[CallEnded]:
    """The hotline calls in these facts: normally one, none for anything else.

    ``members`` are the devices of known queue members: what they place themselves (a consultation before a transfer, a call
    back) is no hotline call. Two callers whose calls were joined give two.
    """
    found: list[CallEnded] = []
    staff = set(members)
    for caller in callers(evidence):
        if not _is_hotline(evidence, caller, settings) or device(evidence.name(caller)) in staff:
            continue
        end = _end(evidence, caller, gaps)
        took = clerks(evidence, caller, end, settings)
        staff |= {device(clerk.leg.channel) for clerk in took}
        found.append(_outcome(evidence, caller, end, took, gaps))
    return found


def _is_hotline(evidence: Evidence, caller: str, settings: Settings) -> bool:
    wanted = {"context": settings.contexts, "extension": settings.extensions, "queue": settings.queues}
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


def _outcome(evidence: Evidence, caller: str, end: float, took: list[Clerk], gaps: tuple[Gap, ...]) -> CallEnded:
    began = evidence.at(caller, "began")
    start = began[0].at if began else _start_unseen(evidence, caller)
    answered = min((clerk.leg.start for clerk in took), default=None)
    recording, recorded_from = _recording(evidence, caller, took)
    if not began and not gaps:
        gaps = (Gap(start, max(start, evidence.span()[0]), "the call began before anybody listened"),)
    return CallEnded(
        uniqueid=caller,
        linkedid=evidence.first("linkedid", caller) or caller,
        queue=evidence.first("queue", caller),
        caller_number=evidence.last("number", caller),
        start=start,
        answered=answered,
        end=end,
        ring_seconds=max(0.0, (end if answered is None else answered) - start),
        talk_seconds=0.0 if answered is None else max(0.0, end - answered),
        hung_up_by=_hung_up_by(evidence, caller, took),
        holds=holds(evidence, caller, took, end),
        clerks=tuple(clerk.leg for clerk in took),
        transferred=_transferred(evidence, took),
        recording=recording,
        gaps=gaps,
        complete=bool(began),
        recording_started=recorded_from,
    )


def _start_unseen(evidence: Evidence, caller: str) -> float:
    """Asterisk puts the second of creation into the id; without it the first moment known must do."""
    epoch, first = age(caller)[0], evidence.span()[0]
    return min(epoch, first) if epoch > 0 else first


def _recording(evidence: Evidence, caller: str, took: list[Clerk]) -> tuple[str | None, float | None]:
    """Path of the first recording and when it began: on the caller's channel, else on a clerk's."""
    channels = [caller, *(channel for clerk in took for channel in sorted(clerk.channels))]
    for channel in channels:
        if stated := evidence.values("recording", channel):
            began = evidence.at(channel, "recording_began")
            return stated[0][1], began[0].at if began else stated[0][0]
    return None, None


def _hung_up_by(evidence: Evidence, caller: str, took: list[Clerk]) -> HungUpBy:
    """Whose side ended it: whose telephone asked first, the caller's or the last clerk's; else who left the other first.

    A clerk's desktop hangs up by an order to Asterisk, of which nothing is told but that the clerk's channel leaves first; the queue
    then reports "caller", which is why its word comes last.
    """
    since = took[-1].leg.start if took else 0.0
    clerk = _own_channels(took[-1]) if took else frozenset()
    for moment in evidence.of("hangup_request"):
        if moment.uniqueid == caller:
            return "caller"
        if moment.uniqueid in clerk and moment.at >= since:
            return "agent"
    if took and _left(evidence, clerk) < _left(evidence, {caller}):
        return "agent"
    return _last_word(evidence, caller, took[-1]) if took else _unasked(evidence, caller)


def _left(evidence: Evidence, channels: Set[str]) -> float:
    """When one of these channels last left a bridge (unix seconds; infinite if it never did)."""
    return max((moment.at for moment in evidence.of("leave") if moment.uniqueid in channels), default=float("inf"))


def _unasked(evidence: Evidence, caller: str) -> HungUpBy:
    return "system" if caller in evidence.hung_up else "unknown"


def _own_channels(clerk: Clerk) -> frozenset[str]:
    """Whose hanging up is the clerk's: the telephone's. Local channels on the way are also hung up when optimised away."""
    return clerk.channels if is_local(clerk.leg.channel) else frozenset({clerk.leg.uniqueid})


def _last_word(evidence: Evidence, caller: str, clerk: Clerk) -> HungUpBy:
    """What the queue reported of this clerk's end (AgentComplete)."""
    member = f"{clerk.leg.member_name or ''}\x1f{clerk.leg.interface or ''}"
    for moment in reversed(evidence.at(caller, "agent_done")):
        if moment.other in clerk.channels or moment.other == member:
            return "agent" if moment.value == "agent" else "caller" if moment.value == "caller" else "system"
    return _unasked(evidence, caller)


def _transferred(evidence: Evidence, took: list[Clerk]) -> bool:
    """Another clerk came after one had gone, or Asterisk reported a transfer."""
    first_end = min((clerk.leg.end for clerk in took), default=0.0)
    in_turn = any(clerk.leg.start >= first_end - 1.0 for clerk in took[1:])
    told = bool(evidence.of("transfer")) or any(moment.value == "transfer" for moment in evidence.of("agent_done"))
    return in_turn or (told and bool(took))
