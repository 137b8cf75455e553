"""``result_told``: whoever asks how a matter stands is told the result (the circular, 二(二) 四公开)."""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.rules.duty import Fault, Told, likeliest, weigh
from voice_agent.rules.where import answer_to
from voice_agent.values import Finding

RULE = "result_told"
#: Whoever hears the result elsewhere, or later by telephone, is not owed it now.
_ELSEWHERE = ("referral", "self_transfer", "callback_promise", "told_wrong_number")


def judge_result_told(call: Conversation) -> Finding:
    """Due where the caller asks about the status of a matter, unless the answer is another office's or comes by telephone."""
    asked = call.caller.possible("asks_status")
    begin = min((act.start for act in asked), default=0.0)
    told = call.agent.possible("tells_result", begin)
    elsewhere = max(call.agent.chance(act, begin) for act in _ELSEWHERE)
    if call.context.transferred:
        elsewhere = 1.0
    return weigh(
        call,
        RULE,
        applies=max((act.probability for act in asked), default=0.0) * (1.0 - elsewhere),
        kept=max((act.probability for act in told), default=0.0),
        met=Told([*likeliest(call.caller, asked), *likeliest(call.agent, told)], "告知了查询结果"),
        excused=Told(
            likeliest(call.caller, asked), "由他处或以后电话告知结果" if asked else "来电人没有询问办理进度或结果"
        ),
        fault=Fault(
            [*likeliest(call.caller, asked), answer_to(call, asked, "您的业务已经办结")],
            "来电人询问办理进度或结果，没有告知",
        ),
    )
