"""``need_inquiry``: asks what the caller needs, unless the caller said so first (annex 4 二(三))."""

from __future__ import annotations

import re
from math import inf

from voice_agent.acts.conversation import Conversation
from voice_agent.rules.findings import fault, met, near_miss, not_applicable, uncertain
from voice_agent.rules.opening import opening_end, opening_start
from voice_agent.speech.turns import Turn
from voice_agent.values import Finding

RULE = "need_inquiry"
_CUES = ("states_need", "asks_how", "asks_person", "misdialled")
#: A caller's turn of this many syllables that is no greeting and no check of the number says what is wanted.
_CONTENT = 8
_FIGURES = re.compile("[零〇洞幺一二两三四五六七八九十百千]{3,}")
_CHECKS = re.compile(
    "(喂|你好|您好|哎|嗯|请问)*(你|您)?(们)?(这里|这边|这儿|那里|那边|那儿)?是(不是)?.{0,10}(吗|吧|啊|么|局|中心|热线)|(喂|你好|您好|哎|嗯|有人吗|听得到吗|听得见吗|能听到吗)+"
)


def judge_need_inquiry(call: Conversation) -> Finding:
    """Met by an inquiry before the caller's need is known."""
    asked = call.agent.hits(RULE, 0.0, opening_end(call, 2)) or call.agent.hits(RULE)
    stated = None if call.mixed else _need_stated(call, asked[0].start if asked else inf)
    if asked and (stated is None or asked[0].start <= stated):
        return met(RULE, [call.agent.evidence(asked[0])], "询问了来电人的需要")
    if stated is not None:
        return not_applicable(RULE, "来电人已先说明来意")
    if close := call.agent.near_hits(RULE):
        return near_miss(call, RULE, close, "听到近似询问业务的话，识别不清")
    missed = call.agent.stretch(opening_start(call), opening_end(call, 2), "请问您办理什么业务")
    if call.lacks("caller"):
        return uncertain(RULE, [missed], "没有来电人一侧的录音，不知来电人是否已先说明来意")
    return fault(call, RULE, "missing", [missed], "没有询问来电人办理什么业务")


def _need_stated(call: Conversation, until: float) -> float | None:
    """When the caller first said what they want, if before ``until`` (seconds)."""
    turns = [turn.start for turn in call.caller.turns if turn.start < until and _has_content(call, turn)]
    if turns:
        return min(turns)
    return min((hit.start for cue in _CUES for hit in call.caller.hits(cue, 0.0, until)), default=None)


def _has_content(call: Conversation, turn: Turn) -> bool:
    if len(_FIGURES.sub("", turn.said)) < _CONTENT or _CHECKS.fullmatch(turn.said):
        return False
    return not any(call.caller.hits(cue, turn.start, turn.end) for cue in ("asks_unit", "asks_job_number"))
