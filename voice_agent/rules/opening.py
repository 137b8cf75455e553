"""The opening of a call: what is said in the agent's first turns (greeting, unit, job number are sought there)."""

from __future__ import annotations

import re

from voice_agent.acts.conversation import Conversation
from voice_agent.speech.turns import Turn

#: What a telephone system plays on the agent's leg before the agent speaks; it is nobody's turn.
_ANNOUNCEMENT = re.compile(
    "(您好|你好)?[零〇洞幺一二两三四五六七八九十百千拐工号坐席座话务员客服代表为您服务将]{4,18}"
    "(为您服务|工号[零〇洞幺一二两三四五六七八九十百千]+)?"
)
#: Where the caller's leg is missing nothing tells turns apart: the opening is then this long, seconds.
_BLIND_OPENING = 15.0
#: No opening is longer than this after the clerk's first word, seconds (rules.md).
_LONGEST = 20.0


def first_turn(call: Conversation) -> int:
    """The number of the agent's first own turn: 1 when the system announces the job number in a turn of its own."""
    turns = call.agent.turns
    announced = len(turns) > 1 and "号" in turns[0].said and bool(_ANNOUNCEMENT.fullmatch(turns[0].said))
    return 1 if announced else 0


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
