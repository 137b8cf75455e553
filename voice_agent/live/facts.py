"""What a call on Asterisk tells the judging: who the clerk is, and what happened beside the words. Pure."""

from __future__ import annotations

from ami_bridge.events import CallEnded, ClerkLeg
from voice_agent.coverage import Timeline, why_not_monitored
from voice_agent.spans import within
from voice_agent.store.people.directory import Clerk
from voice_agent.values import Agent, CallContext, Span


def agent_of(clerks: list[Clerk]) -> Agent:
    """The clerk whose opening is judged: the first one on the call. Unknown parts are None."""
    if not clerks:
        return Agent()
    first = clerks[0]
    return Agent(first.job_number or None, first.name or None, first.unit or None)


def context_of(call: CallEnded, line: Timeline, least: float = 0.0) -> CallContext:
    """What the telephony side knows, in seconds of the time line; ``least``: the share of the talk that must be recorded."""
    return CallContext(
        holds=() if line.doubt else _holds(call, line),
        hung_up_by=call.hung_up_by,
        transferred=call.transferred,
        handover=_handover(call, line),
        unjudged=line.unjudged,
        not_monitored=why_not_monitored(line, least),
        direction=call.direction,
    )


def _handover(call: CallEnded, line: Timeline) -> float | None:
    """When the first clerk's time ended because another one came, seconds of the time line."""
    later = [leg for leg in call.clerks[1:] if _is_another(call.clerks[0], leg)]
    if not later:
        return None
    # In an attended transfer both are on the line for a moment; the earlier time accuses nobody.
    return max(0.0, min(call.clerks[0].end, later[0].start) - line.began)


def _is_another(first: ClerkLeg, later: ClerkLeg) -> bool:
    """Not the first clerk again (who parked the caller and took the call back)."""
    return not first.job_number or first.job_number != later.job_number


def _holds(call: CallEnded, line: Timeline) -> tuple[Span, ...]:
    return within((Span(hold.start - line.began, hold.end - line.began) for hold in call.holds), line.recorded)
