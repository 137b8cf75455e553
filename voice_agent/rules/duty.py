"""From what was heard to a finding: the one ladder of met, excused, doubtful and fault, and how poor audio bends it.

A rule says how probable it is that its duty arose and that it was kept; the ladder accuses only above the stated level
(``levels.py``), asks a person to listen below that, and never accuses where the recording does not bear it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voice_agent.acts.act import LIKELY, Act
from voice_agent.acts.conversation import Conversation, Side
from voice_agent.rules.levels import LEVELS
from voice_agent.speech import quality
from voice_agent.values import Evidence, Finding, Status


@dataclass(frozen=True)
class Told:
    """What a finding says: the evidence, and a Chinese sentence for people."""

    evidence: Sequence[Evidence]
    reason: str


@dataclass(frozen=True)
class Fault:
    """A fault that is found if it is probable enough: its status, and the side whose words must be well heard (the agent's)."""

    evidence: Sequence[Evidence]
    reason: str
    status: Status = "missing"
    side: Side | None = None


def weigh(
    call: Conversation, rule: str, *, applies: float, kept: float, met: Told, excused: Told, fault: Fault
) -> Finding:
    """The finding of a duty that arose with probability ``applies`` and was then kept with probability ``kept``."""
    wrong = applies * (1.0 - kept)
    level = LEVELS[rule]
    if wrong >= level.accuse:
        return accused(call, rule, fault, wrong)
    if wrong >= level.doubt:
        return uncertain(rule, fault.evidence, "把握不足以判定，需人工复听：" + fault.reason, wrong)
    if applies < LIKELY:
        return not_applicable(rule, excused.reason, excused.evidence, 1.0 - applies)
    return Finding(rule, "met", round(kept, 3), tuple(met.evidence), met.reason)


def accused(call: Conversation, rule: str, fault: Fault, certainty: float = 1.0) -> Finding:
    """A fault, or ``uncertain`` where the recording does not bear it: the stretches of its evidence must be well heard."""
    if call.mixed:
        return uncertain(rule, fault.evidence, "单声道录音分不清说话人，需人工复听：" + fault.reason)
    if any(call.doubtful(item.start, item.end, fault.side) for item in fault.evidence):
        return uncertain(rule, fault.evidence, "识别质量不足以判定，需人工复听：" + fault.reason)
    stream = (fault.side or call.agent).stream
    heard = min((quality.mean(stream, item.start, item.end) for item in fault.evidence), default=1.0)
    return Finding(rule, fault.status, round(certainty * heard, 3), tuple(fault.evidence), fault.reason)


def met(rule: str, evidence: Sequence[Evidence], reason: str, score: float | None = None) -> Finding:
    """The duty was kept; as certain as its weakest evidence."""
    certain = min((e.score for e in evidence), default=1.0) if score is None else score
    return Finding(rule, "met", round(certain, 3), tuple(evidence), reason)


def not_applicable(rule: str, reason: str, evidence: Sequence[Evidence] = (), score: float = 1.0) -> Finding:
    """The duty did not arise on this call."""
    return Finding(rule, "not_applicable", round(score, 3), tuple(evidence), reason)


def uncertain(rule: str, evidence: Sequence[Evidence], reason: str, score: float = 0.5) -> Finding:
    """A person must listen."""
    return Finding(rule, "uncertain", round(score, 3), tuple(evidence), reason)


def all_evidence(side: Side, acts: Sequence[Act]) -> list[Evidence]:
    """The evidence of several acts in order of time."""
    return [side.evidence(act) for act in sorted(acts, key=lambda act: (act.start, act.first))]


def best(acts: Sequence[Act]) -> Act | None:
    """The most probable of several acts, the first among equals."""
    return max(acts, key=lambda act: act.probability, default=None)


def likeliest(side: Side, acts: Sequence[Act]) -> list[Evidence]:
    """The evidence of the most probable act, if there is any."""
    found = best(acts)
    return [side.evidence(found)] if found else []
