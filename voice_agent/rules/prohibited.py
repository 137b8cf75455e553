"""``prohibited``: speech that must not be heard from a clerk (annex 2 and 3).

Negated and quoted phrases, polite refusals with a reason and anything the caller says are none.
"""

from __future__ import annotations

from voice_agent.acts.act import Act
from voice_agent.acts.conversation import Conversation
from voice_agent.rules.duty import Fault, accused, met, uncertain
from voice_agent.rules.levels import LEVELS, PHRASE_ACCUSES
from voice_agent.speech import quality
from voice_agent.values import Evidence, Finding

RULE = "prohibited"


def judge_prohibited(call: Conversation) -> Finding:
    """Everything prohibited that the agent says; unclear acts go to a person."""
    acts = call.agent.ear.faults()
    level = LEVELS[RULE]
    sure = [act for act in acts if act.probability >= (PHRASE_ACCUSES if act.source == "phrase" else level.accuse)]
    if sure:
        return _violated(call, sure)
    if unclear := [act for act in acts if act.probability >= level.doubt]:
        evidence = [call.agent.evidence(act) for act in unclear]
        reason = f"听到近似服务忌语的话（{_kinds(call, unclear)}），把握不足，需人工复听"
        return uncertain(RULE, evidence, reason, max(e.score for e in evidence))
    if hiding := _hiding(call):
        return uncertain(RULE, hiding, "没有听到服务忌语，但有的话识别太差，说了也听不出来，需人工复听")
    return met(RULE, [], "没有听到服务忌语", 1.0 - max((act.probability for act in acts), default=0.0))


def _hiding(call: Conversation) -> list[Evidence]:
    """The agent's turns that were heard too badly to be called innocent."""
    side = call.agent
    poor = [turn for turn in side.turns if quality.could_hide(side.stream, turn.start, turn.end)]
    return [side.stretch(turn.start, turn.end, "服务忌语") for turn in poor]


def _violated(call: Conversation, sure: list[Act]) -> Finding:
    trusted = [act for act in sure if not call.doubtful(act.start, act.end)]
    sure = trusted or sure  # what was heard clearly needs no help from what was not
    evidence = [call.agent.evidence(act) for act in sure]
    certainty = max(act.probability for act in sure)
    return accused(call, RULE, Fault(evidence, f"听到服务忌语（{_kinds(call, sure)}）", "violated"), certainty)


def _kinds(call: Conversation, acts: list[Act]) -> str:
    return "、".join(dict.fromkeys(call.agent.ear.kind(act) for act in acts))
