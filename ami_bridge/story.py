"""What happened on a call, line by line, for the person who doubts a finding. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ami_bridge.clerks import Clerk
from ami_bridge.events import Gap, Step, StepKind
from ami_bridge.evidence import Evidence
from ami_bridge.moments import Moment, MomentKind

#: More lines than this tell a person nothing; a conference of hours would have them.
MOST_STEPS = 200

_TOLD: dict[MomentKind, StepKind] = {
    "began": "began", "queued": "queued", "dial": "called", "agent_called": "called", "dial_answer": "answered", "agent": "answered",
    "enter": "connected", "leave": "left", "park": "parked", "unpark": "unparked", "hold": "hold", "unhold": "unhold",
    "transfer": "transfer", "pickup": "pickup", "recording_began": "recording", "recording_ended": "recording_end", "mute": "muted",
    "unmute": "unmuted", "hangup_request": "hangup", "hangup": "hangup",
}  # fmt: skip


def story(evidence: Evidence, caller: str, took: list[Clerk], gaps: tuple[Gap, ...]) -> tuple[Step, ...]:
    """The lines in order of time: what Asterisk told of the caller's and the clerks' channels, and what we made of it."""
    channels = {caller, *(channel for clerk in took for channel in clerk.channels)}
    steps = {step for moment in evidence.of(*_TOLD) if moment.uniqueid in channels for step in _step(evidence, moment)}
    steps |= {Step(gap.start, "gap", "", gap.reason) for gap in gaps}
    steps |= {Step(clerk.leg.start, "clerk", clerk.leg.channel, clerk.leg.job_number or "") for clerk in took}
    return tuple(sorted(steps)[:MOST_STEPS])


def _step(evidence: Evidence, moment: Moment) -> Iterator[Step]:
    who = evidence.name(moment.uniqueid) or moment.uniqueid
    if moment.kind in ("dial", "agent_called", "dial_answer", "agent", "pickup"):
        yield Step(moment.at, _TOLD[moment.kind], who, moment.member.name or evidence.name(moment.other))
    else:
        yield Step(moment.at, _TOLD[moment.kind], who, moment.value)
