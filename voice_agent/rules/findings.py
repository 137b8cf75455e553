"""Findings made the same way by every duty, so that poor audio never becomes an accusation."""

from __future__ import annotations

from collections.abc import Sequence

from voice_agent.acts.conversation import Conversation, Side
from voice_agent.acts.phrases.matching import Hit
from voice_agent.speech import quality
from voice_agent.values import Evidence, Finding, Status


def met(rule: str, evidence: Sequence[Evidence], reason: str, score: float | None = None) -> Finding:
    """The duty was kept; as certain as its weakest evidence."""
    certain = min((e.score for e in evidence), default=1.0) if score is None else score
    return Finding(rule, "met", round(certain, 3), tuple(evidence), reason)


def not_applicable(rule: str, reason: str, evidence: Sequence[Evidence] = ()) -> Finding:
    """The duty did not arise on this call."""
    return Finding(rule, "not_applicable", 1.0, tuple(evidence), reason)


def uncertain(rule: str, evidence: Sequence[Evidence], reason: str, score: float = 0.5) -> Finding:
    """A person must listen."""
    return Finding(rule, "uncertain", round(score, 3), tuple(evidence), reason)


def fault(
    call: Conversation, rule: str, status: Status, evidence: Sequence[Evidence], reason: str, side: Side | None = None
) -> Finding:
    """A fault, or ``uncertain`` where the recording does not bear it: the stretches of ``evidence`` must be well heard."""
    if call.mixed:
        return uncertain(rule, evidence, "单声道录音分不清说话人，需人工复听：" + reason)
    if any(call.doubtful(item.start, item.end, side) for item in evidence):
        return uncertain(rule, evidence, "识别质量不足以判定，需人工复听：" + reason)
    stream = (side or call.agent).stream
    certain = min((quality.mean(stream, item.start, item.end) for item in evidence), default=1.0)
    return Finding(rule, status, round(certain, 3), tuple(evidence), reason)


def near_miss(call: Conversation, rule: str, hits: Sequence[Hit], reason: str) -> Finding:
    """Something close to the phrase was heard: nobody should be accused of its absence."""
    best = max(hits, key=lambda hit: hit.score)
    return uncertain(rule, [call.agent.evidence(best)], reason, best.score)


def all_evidence(side: Side, hits: Sequence[Hit]) -> list[Evidence]:
    """The evidence of several hits in order of time."""
    return [side.evidence(hit) for hit in sorted(hits, key=lambda hit: (hit.start, hit.first))]
