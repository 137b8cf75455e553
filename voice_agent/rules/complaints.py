"""Complaints that a caller makes in the call: proposed to people, judged by nobody. Pure."""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.values import HeardComplaint

#: The caller's acts that are a complaint, the gravest first.
COMPLAINTS = ("threatens_complaint", "complains_clerk", "complains_service")
#: A proposal costs a reviewer half a minute, a complaint that nobody sees costs trust: as soon as it is more likely than not.
PROPOSED = 0.5


def heard_complaints(call: Conversation) -> tuple[HeardComplaint, ...]:
    """Each kind of complaint where it is most probable; nothing where it cannot be told who spoke, or what was said."""
    if call.mixed or call.lacks("caller"):
        return ()
    found = []
    for act in COMPLAINTS:
        best = max(call.caller.possible(act), key=lambda one: one.probability, default=None)
        if best and best.probability >= PROPOSED and not call.doubtful(best.start, best.end, call.caller):
            found.append(HeardComplaint(act, call.caller.evidence(best)))
    return tuple(found)
