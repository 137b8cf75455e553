"""``hold_notice``: every look-up silence is announced, a long one again (annex 4 二(四))."""

from __future__ import annotations

from math import prod

from voice_agent.acts.conversation import Conversation
from voice_agent.rules.duty import Fault, Told, best, not_applicable, uncertain, weigh
from voice_agent.rules.look_ups import EDGE, announcing, look_ups, nothing, quiet
from voice_agent.speech.silences import Silence
from voice_agent.values import Finding

RULE = "hold_notice"


def judge_hold_notice(call: Conversation) -> Finding:
    """Said before each silence; past 30 s of silence, again (else missing)."""
    silences = look_ups(call, RULE)
    if not silences:
        return not_applicable(RULE, nothing(call, RULE))
    notices = [best(announcing(call, silence, silences)) for silence in silences]
    longest = call.limit(RULE, "repeat_seconds", 30.0)
    overlong = [s for s in silences if s.length > longest]
    unannounced = [s for s, notice in zip(silences, notices, strict=True) if notice is None or notice.near]
    evidence = [quiet(s, "请稍候，我查询一下") for s in unannounced] + [quiet(s, "请再稍等") for s in overlong]
    if call.lacks("caller") and evidence:
        return uncertain(RULE, evidence, "没有来电人一侧的录音，静默时来电人可能在说话")
    said = [call.agent.stretch(max(0.0, s.start - EDGE * 8), s.start, "请稍候，我查询一下") for s in unannounced]
    announced = prod(notice.probability if notice else 0.0 for notice in notices)
    return weigh(
        call,
        RULE,
        applies=1.0,
        kept=0.0 if overlong else announced,
        met=Told([call.agent.evidence(notice) for notice in notices if notice], "每次静默前都请来电人稍候"),
        excused=Told([], ""),
        fault=Fault(evidence + said, _reason(unannounced, overlong)),
    )


def _reason(unannounced: list[Silence], overlong: list[Silence]) -> str:
    reasons = [f"{s.length:.0f} 秒静默前没有请来电人稍候" for s in unannounced]
    reasons += [f"静默 {s.length:.0f} 秒，中途没有再次告知" for s in overlong]
    return "；".join(reasons)
