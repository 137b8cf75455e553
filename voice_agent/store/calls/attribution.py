"""Which clerk of a transferred call a finding is about. Pure: nobody is accused of what a colleague said."""

from __future__ import annotations

from collections.abc import Sequence

from voice_agent.values import Finding

#: Duties of whoever takes the call.
_OPENING = frozenset({"greeting", "identity", "job_number", "need_inquiry"})


def clerk_position(finding: Finding, legs: Sequence[tuple[float, float]], recording_start: float) -> int:
    """The position (0 first) among a call's clerks; ``legs`` are their (start, end), ``recording_start`` too, in unix seconds.

    Opening duties are the first clerk's, the closing is the last one's, all else belongs to who was on the line when the
    evidence was heard; without evidence to the first.
    """
    if len(legs) < 2 or finding.rule in _OPENING:
        return 0
    if finding.rule == "closing":
        return len(legs) - 1
    if not finding.evidence:
        return 0
    moment = recording_start + finding.evidence[0].start
    return max((position for position, (start, _) in enumerate(legs) if start <= moment), default=0)
