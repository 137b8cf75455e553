"""Who ended a call. Pure."""

from __future__ import annotations

from collections.abc import Set

from ami_bridge.clerks import Clerk
from ami_bridge.events import HungUpBy
from ami_bridge.evidence import Evidence, is_local

# Q.850 causes of lines that broke: nobody hung up (out of order, network, temporary failure, congestion, no circuit, timer).
_BROKEN = frozenset({"27", "38", "41", "42", "44", "102"})


def hung_up_by(evidence: Evidence, caller: str, took: list[Clerk]) -> HungUpBy:
    """Whose side ended it: whose telephone asked first, the caller's or the last clerk's; else who left the other first.

    A clerk's desktop hangs up by an order to Asterisk, of which nothing is told but that the clerk's channel leaves first; the queue
    then reports "caller", which is why its word comes last.
    """
    since = took[-1].leg.start if took else 0.0
    clerk = _own_channels(took[-1]) if took else frozenset()
    for moment in evidence.of("hangup_request"):
        if moment.uniqueid == caller:
            return "system" if moment.value in _BROKEN else "caller"
        if moment.uniqueid in clerk and moment.at >= since:
            return "system" if moment.value in _BROKEN else "agent"
    return _who_left_first(evidence, caller, clerk) or _last_word(evidence, caller, took)


def _who_left_first(evidence: Evidence, caller: str, clerk: Set[str]) -> HungUpBy | None:
    """Who left the last conversation before the other; None when nobody did or both at once."""
    of_caller, of_clerk = _left(evidence, {caller}), _left(evidence, clerk)
    if of_clerk < of_caller:
        return "agent"
    return "caller" if of_caller < of_clerk and caller in evidence.hung_up else None


def _left(evidence: Evidence, channels: Set[str]) -> float:
    """When the last of these channels left its last bridge (unix seconds; infinite if none did or one is still inside)."""
    moves = [moment for moment in evidence.of("enter", "leave") if moment.uniqueid in channels]
    return moves[-1].at if moves and moves[-1].kind == "leave" else float("inf")


def _own_channels(clerk: Clerk) -> frozenset[str]:
    """Whose hanging up is the clerk's: the telephone's. Local channels on the way are also hung up when optimised away."""
    return clerk.channels if is_local(clerk.leg.channel) else frozenset({clerk.leg.uniqueid})


def _last_word(evidence: Evidence, caller: str, took: list[Clerk]) -> HungUpBy:
    """What the queue reported of the last clerk's end (AgentComplete), or that the caller gave up waiting."""
    for moment in reversed(evidence.at(caller, "agent_done")):
        if took and _is_of(moment.other, moment.member.interface, took[-1]):
            return "agent" if moment.value == "agent" else "caller" if moment.value == "caller" else "system"
    if not took and evidence.at(caller, "abandoned"):
        return "caller"
    return "system" if caller in evidence.hung_up else "unknown"


def _is_of(channel: str, interface: str, clerk: Clerk) -> bool:
    return channel in clerk.channels if channel else bool(interface) and interface == clerk.leg.interface
