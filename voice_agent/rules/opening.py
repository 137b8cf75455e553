"""The opening of a call: what is said in the agent's first turns (greeting, unit, job number are sought there)."""

from __future__ import annotations

from voice_agent.acts.announcements import announcement_end
from voice_agent.acts.conversation import Conversation
from voice_agent.speech.turns import Turn

#: Where the caller's leg is missing nothing tells turns apart: the opening is then this long, seconds.
_BLIND_OPENING = 15.0
#: No opening is longer than this after the clerk's first word, seconds (rules.md).
_LONGEST = 20.0


def first_turn(call: Conversation) -> int:
    """The number of the agent's first own turn: 1 when the system announces the job number in a turn of its own."""
    turns = call.agent.turns
    return int(bool(turns) and 0.0 < turns[0].end <= announcement_end(call))


def own_start(call: Conversation) -> float:
    """When the clerk's own first turn begins, after what the system announced in it, seconds."""
    turns = call.agent.turns
    return max(turns[first_turn(call)].start, announcement_end(call)) if turns else 0.0


def opening(call: Conversation, count: int) -> tuple[Turn, ...]:
    """The agent's first ``count`` own turns, with what the system announced before them."""
    return call.agent.turns[: first_turn(call) + count]


def opening_end(call: Conversation, rule: str, default_turns: int = 2) -> float:
    """When the opening that ``rule`` looks at ends, seconds: after its turns, and never later than its time."""
    count = int(call.limit(rule, "opening_turns", default_turns))
    turns = opening(call, count)
    if not turns:
        return 0.0
    if call.lacks("caller"):
        return min(turns[-1].end, turns[0].start + _BLIND_OPENING)
    latest = turns[-1 if len(turns) <= first_turn(call) else first_turn(call)].start
    return min(turns[-1].end, latest + call.limit(rule, "opening_seconds", _LONGEST))


def opening_start(call: Conversation) -> float:
    """When the agent begins to speak, seconds."""
    return call.agent.turns[0].start if call.agent.turns else 0.0
