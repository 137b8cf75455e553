"""``referral``: whoever is sent elsewhere hears where to and the telephone number (annex 4 二(六))."""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.acts.telephone_numbers import telephone_numbers
from voice_agent.rules.duty import Fault, Told, all_evidence, best, likeliest, met, weigh
from voice_agent.values import Evidence, Finding

RULE = "referral"
#: The number may come shortly before the referral, or after a question and its answer, seconds.
_BEFORE, _AFTER = 15.0, 60.0
#: A number that is heard as figures where the caller is sent is as good as an act of telling it.
_FIGURES = 0.9


def judge_referral(call: Conversation) -> Finding:
    """Applies when the agent sends the caller elsewhere; transferring the call, or settling it oneself, also counts."""
    sent, transfers = call.agent.possible("referral"), call.agent.possible("self_transfer")
    transferred = max((act.probability for act in transfers), default=0.0)
    if call.context.transferred and not any(not act.near for act in sent):
        return met(RULE, likeliest(call.agent, transfers), "坐席把电话转接过去", 1.0)
    told = call.agent.possible("referral_number")
    figures = _numbers_near(call)
    number = max([*(act.probability for act in told), _FIGURES if figures else 0.0])
    evidence = all_evidence(call.agent, [act for act in sent if not act.near] or sent[:1])
    how = (
        likeliest(call.agent, transfers)
        if transferred > number
        else [*evidence, *(likeliest(call.agent, told) or figures[:1])]
    )
    return weigh(
        call,
        RULE,
        applies=max((act.probability for act in sent), default=transferred if transferred >= 0.5 else 0.0),
        kept=max(number, transferred),
        met=Told(how, "坐席代为转接或代办" if transferred > number else "说明去处并给出电话号码"),
        excused=Told([], "没有请来电人另找他处"),
        fault=Fault([*evidence, *_rest(call)], "请来电人另找他处，没有给出电话号码"),
    )


def _numbers_near(call: Conversation) -> list[Evidence]:
    """Telephone numbers said from shortly before the referral on."""
    sent = best(call.agent.possible("referral"))
    if sent is None:
        return []
    near = telephone_numbers(call.agent, sent.start - _BEFORE, sent.end + _AFTER)
    return [
        Evidence(call.agent.stream.channel, round(a, 3), round(b, 3), text, "电话号码是×××", 1.0) for a, b, text in near
    ]


def _rest(call: Conversation) -> list[Evidence]:
    """What was said after the referral in the same turn: where the number is missing."""
    sent = best(call.agent.possible("referral"))
    turn = call.agent.turn_of(sent) if sent else None
    rest = call.agent.stretch(sent.end, turn.end, "电话号码是×××") if sent and turn else None
    return [rest] if rest and rest.text else []
