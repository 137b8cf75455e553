"""``greeting``: a polite greeting in the agent's first turn (annex 4 二(二))."""

from __future__ import annotations

from voice_agent.events import Finding
from voice_agent.judging.conversation import Conversation
from voice_agent.judging.duties.findings import fault, met, near_miss, uncertain
from voice_agent.judging.duties.opening import opening_end, opening_start

RULE = "greeting"


def judge_greeting(call: Conversation) -> Finding:
    """Met in the first turn, late in a later one."""
    end = opening_end(call, int(call.limit(RULE, "opening_turns", 1)))
    early = call.agent.hits(RULE, 0.0, end)
    if early and not call.mixed:
        return met(RULE, [call.agent.evidence(early[0])], "首个话轮已问候")
    if early:
        return uncertain(RULE, [call.agent.evidence(early[0])], "单声道录音分不清是谁问候，需人工复听", early[0].score)
    if close := call.agent.near_hits(RULE, 0.0, end):
        return near_miss(call, RULE, close, "开头听到近似问候的话，识别不清")
    missed = call.agent.stretch(opening_start(call), end, "您好")
    if hits := call.agent.hits(RULE, end):
        return fault(call, RULE, "late", [missed, call.agent.evidence(hits[0])], "首个话轮没有问候，后来才问候")
    return fault(call, RULE, "missing", [missed], "首个话轮没有问候")
