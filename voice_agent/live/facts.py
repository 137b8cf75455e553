"""What a call on Asterisk tells the judging: who the clerk is, and what happened beside the words. Pure."""

from __future__ import annotations

from ami_bridge.events import CallEnded
from voice_agent.store.directory import Clerk
from voice_agent.values import Agent, CallContext, Span


def agent_of(clerks: list[Clerk]) -> Agent:
    """The clerk whose opening is judged: the first one on the call. Unknown parts are None."""
    if not clerks:
        return Agent()
    first = clerks[0]
    return Agent(first.job_number or None, first.name or None, first.unit or None)


def context_of(call: CallEnded, duration: float) -> CallContext:
    """Holds relative to a recording of ``duration`` seconds, who hung up, whether and when another clerk took over."""
    return CallContext(
        holds=_holds(call, duration),
        hung_up_by=call.hung_up_by,
        transferred=call.transferred,
        handover=_handover(call, duration),
    )


def _began(call: CallEnded, duration: float) -> float:
    """When the recording began, unix seconds: Asterisk seldom says; recordings end with the call."""
    return call.end - duration if call.recording_started is None else call.recording_started


def _handover(call: CallEnded, duration: float) -> float | None:
    """When the first clerk's time ended because a second one came, seconds of the recording."""
    if len(call.clerks) < 2:
        return None
    first, second = call.clerks[:2]
    # In an attended transfer both are on the line for a moment; the earlier time accuses nobody.
    return max(0.0, min(first.end, second.start) - _began(call, duration))


def _holds(call: CallEnded, duration: float) -> tuple[Span, ...]:
    began = _began(call, duration)
    spans = (Span(max(0.0, hold.start - began), min(duration, hold.end - began)) for hold in call.holds)
    return tuple(span for span in spans if span.end > span.start)
