"""``wrong_number``: a caller who misdialled is told so with some courtesy (annex 4 二(九))."""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.rules.duty import Fault, Told, likeliest, uncertain, weigh
from voice_agent.rules.where import answer_to
from voice_agent.values import Finding

RULE = "wrong_number"
#: Who has misdialled shows it in these first turns; later talk of it is about something else.
_FIRST_TURNS = 3


def judge_wrong_number(call: Conversation) -> Finding:
    """A bare 打错了 is none."""
    turns = call.caller.turns[:_FIRST_TURNS]
    misdialled = call.caller.possible("misdialled", 0.0, turns[-1].end if turns else 0.0)
    told, blunt = call.agent.possible("told_wrong_number"), call.agent.possible("blunt_wrong_number")
    applies = max((act.probability for act in (*misdialled, *told, *blunt)), default=0.0)
    kept = max((act.probability for act in told), default=0.0)
    if call.mixed and applies >= 0.5 > kept:
        return uncertain(RULE, likeliest(call.caller, misdialled), "单声道录音分不清是谁说的，需人工复听")
    bluntly = likeliest(call.agent, blunt)
    fault = Fault(
        bluntly or [*likeliest(call.caller, misdialled), answer_to(call, misdialled, "您可能拨错电话了")],
        "告知拨错电话时不够礼貌" if bluntly else "来电人拨错电话，没有礼貌说明",
    )
    return weigh(
        call,
        RULE,
        applies=applies,
        kept=kept,
        met=Told(likeliest(call.agent, told), "礼貌告知拨错了电话"),
        excused=Told([], "来电人没有拨错电话"),
        fault=fault,
    )
