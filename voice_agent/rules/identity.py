"""``identity``: the unit or the window is named within the opening (annex 2 三(一), annex 4 二(一)–(二))."""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.acts.units import named_in_opening
from voice_agent.rules.findings import fault, met, near_miss
from voice_agent.rules.opening import opening_end, opening_start
from voice_agent.values import Finding

RULE = "identity"


def judge_identity(call: Conversation) -> Finding:
    """Met in the opening, late afterwards."""
    count = int(call.limit(RULE, "opening_turns", 2))
    end = opening_end(call, count)
    early = call.agent.hits(RULE, 0.0, end) or named_in_opening(call.agent, call.transcript.agent.unit, end)
    if early:
        return met(RULE, [call.agent.evidence(early[0])], "开场报出了单位或窗口")
    if close := call.agent.near_hits(RULE, 0.0, end):
        return near_miss(call, RULE, close, "开场听到近似报单位的话，识别不清")
    missed = call.agent.stretch(opening_start(call), end, "这里是×××")
    if hits := call.agent.hits(RULE, end):
        return fault(call, RULE, "late", [missed, call.agent.evidence(hits[0])], "开场没有报单位或窗口，后来才报")
    return fault(call, RULE, "missing", [missed], "没有报单位或窗口")
