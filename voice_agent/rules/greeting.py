"""``greeting``: a polite greeting in the agent's first turn (annex 4 二(二))."""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.acts.phrases.matching import Hit
from voice_agent.rules.findings import fault, met, near_miss, uncertain
from voice_agent.rules.opening import first_turn, opening_end, opening_start
from voice_agent.speech import quality
from voice_agent.speech.stream import Stream
from voice_agent.values import Finding

RULE = "greeting"
_AGENTS_ONLY = ("need_inquiry", "identity", "job_number")


def _begins_alike(call: Conversation) -> bool:
    """Whether the first words, of the leg or of the agent's own first turn, could be a greeting.

    Recognisers often get the first syllable wrong (记好, 号 for 您好); an announcement of the system may come before.
    """
    own = call.agent.turns[first_turn(call)].start if call.agent.turns else 0.0
    return any(_could_be_greeting(call.agent.stream, begin) for begin in {opening_start(call), own})


def _could_be_greeting(stream: Stream, begin: float) -> bool:
    first = next((at for at, place in enumerate(stream.places) if stream.starts[place] >= begin), len(stream.places))
    weakest = min((stream.confs[place] for place in stream.places[first : first + 2]), default=1.0)
    return "hao" in stream.sounds[first : first + 2] or weakest < quality.WEAK


def _in_one_breath(call: Conversation, greeting: Hit) -> bool:
    """Whether the greeting goes on with what only an agent says, so that even a mixed channel tells who greeted."""
    breath = next((u for u in call.spoken if u.start <= greeting.start < u.end), None)
    return breath is not None and any(call.agent.hits(cue, breath.start, breath.end) for cue in _AGENTS_ONLY)


def judge_greeting(call: Conversation) -> Finding:
    """Met in the first turn, late in a later one."""
    end = opening_end(call, int(call.limit(RULE, "opening_turns", 1)))
    early = call.agent.hits(RULE, 0.0, end)
    if early and (not call.mixed or _in_one_breath(call, early[0])):
        return met(RULE, [call.agent.evidence(early[0])], "首个话轮已问候")
    if early:
        return uncertain(RULE, [call.agent.evidence(early[0])], "单声道录音分不清是谁问候，需人工复听", early[0].score)
    if close := call.agent.near_hits(RULE, 0.0, end):
        return near_miss(call, RULE, close, "开头听到近似问候的话，识别不清")
    if _begins_alike(call):
        first = call.agent.stretch(opening_start(call), opening_start(call) + 1.0, "您好")
        return uncertain(RULE, [first], "开头没有听清，可能是“您好”，需人工复听")
    missed = call.agent.stretch(opening_start(call), end, "您好")
    if hits := call.agent.hits(RULE, end):
        return fault(call, RULE, "late", [missed, call.agent.evidence(hits[0])], "首个话轮没有问候，后来才问候")
    return fault(call, RULE, "missing", [missed], "首个话轮没有问候")
