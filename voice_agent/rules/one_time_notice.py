"""``one_time_notice``: materials, path and time limit unasked when the caller asks how (annex 2 五(二))."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from voice_agent.acts.act import Act
from voice_agent.acts.conversation import Conversation
from voice_agent.rules.duty import Fault, Told, best, likeliest, uncertain, weigh
from voice_agent.values import Evidence, Finding

RULE = "one_time_notice"
PARTS = {"notice_materials": "材料手续", "notice_path": "办理路径", "notice_time": "办理时限"}
#: What an answer consists of besides: with any of these the agent has begun it.
_ANSWERS = (*PARTS, "notice_policy")


def judge_one_time_notice(call: Conversation) -> Finding:
    """All three parts over the call; one that came only after the caller had to ask for it makes it late."""
    asked = call.caller.possible("asks_how")
    question = best(asked)
    if (question is None or question.near) and call.lacks("caller"):
        return uncertain(RULE, [], "没有来电人一侧的录音，不知来电人是否询问怎样办理")
    told = {act: call.agent.possible(act) for act in PARTS}
    chances = {act: max((one.probability for one in acts), default=0.0) for act, acts in told.items()}
    lacking = [name for act, name in PARTS.items() if chances[act] < 0.5]
    applies = (question.probability if question else 0.0) * (1.0 - _excused(call, question))
    evidence = [*likeliest(call.caller, asked), *(one for acts in told.values() for one in likeliest(call.agent, acts))]
    late = [] if lacking else _asked_for(call)
    if late:
        reason = "来电人追问后才说出"
        fault = Fault([*likeliest(call.caller, asked), *_questions(call, late)], reason, "late")
        kept = 1.0 - max(act.probability for act in late)
    else:
        kept = prod(chances.values())
        fault = Fault(
            [*likeliest(call.caller, asked), _answer(call, question)], f"没有一次说清：缺{'、'.join(lacking)}"
        )
    return weigh(
        call,
        RULE,
        applies=applies,
        kept=kept,
        met=Told(evidence, "一次说清了材料手续、办理路径和时限"),
        excused=Told(
            likeliest(call.caller, asked),
            "该业务不在本处办理，已告知去处" if question else "来电人没有询问怎样办理业务",
        ),
        fault=fault,
    )


def _excused(call: Conversation, question: Act | None) -> float:
    """How probable it is that the matter is another office's: nothing of one's own was told, and the caller was sent on."""
    if question is None:
        return 0.0
    own = max(call.agent.chance(act) for act in ("notice_materials", "notice_time"))
    if call.context.transferred:
        return 1.0
    away = max(call.agent.chance(act, question.start) for act in ("referral", "told_wrong_number", "self_transfer"))
    number = max(call.agent.chance("referral_number"), call.agent.chance("self_transfer"))
    return away * number * (1.0 - own)


def _asked_for(call: Conversation) -> Sequence[Act]:
    """Where the caller had to ask for a part that the agent, having begun the answer, had not told yet."""
    begun = min((act.start for name in _ANSWERS for act in call.agent.hits(name)), default=None)
    if begun is None:
        return []
    return [act for act in call.caller.possible("asks_part", begun) if _answered(call, act)]


def _answered(call: Conversation, question: Act) -> bool:
    """Whether a part is told for the first time right after ``question``."""
    firsts = [min((act.start for act in call.agent.hits(name)), default=0.0) for name in PARTS]
    following = [turn for turn in call.agent.turns if turn.start >= question.start][:1]
    return any(turn.start <= first <= turn.end for turn in following for first in firsts)


def _questions(call: Conversation, asked: Sequence[Act]) -> list[Evidence]:
    return [call.caller.evidence(act) for act in asked]


def _answer(call: Conversation, question: Act | None) -> Evidence:
    begin = question.start if question else 0.0
    answers = [turn for turn in call.agent.turns if turn.end > begin]
    return call.agent.stretch(begin, answers[-1].end if answers else begin, "需要什么材料、到哪里办、多久办好")
