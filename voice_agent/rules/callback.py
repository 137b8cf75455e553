"""``callback``: a number is asked for, or confirmed, when a later contact by telephone is promised (annex 4 二(七))."""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.rules.duty import Fault, Told, likeliest, weigh
from voice_agent.rules.where import answer_to
from voice_agent.values import Finding

RULE = "callback"


def judge_callback(call: Conversation) -> Finding:
    """Whoever promises to ring, or is asked to and agrees, asks for the number, or takes down the one that is offered."""
    promised, wanted = call.agent.possible("callback_promise"), call.caller.possible("wants_callback")
    asked = call.agent.possible("ask_contact")
    applies = max((act.probability for act in promised), default=0.0)
    offered = call.caller.possible("gives_contact", min((act.start for act in promised), default=0.0))
    kept = max((act.probability for act in asked), default=0.0)
    declined = call.agent.chance("declines_contact", min((act.start for act in offered), default=call.end))
    kept = max(kept, max((act.probability for act in offered), default=0.0) * (1.0 - declined))
    if kept >= 0.5 and any(not act.near for act in wanted):
        applies = 1.0  # asked for a call, the agent asks for the number: a later contact, whatever was promised
    trigger = [*likeliest(call.agent, promised), *likeliest(call.caller, wanted)]
    return weigh(
        call,
        RULE,
        applies=applies,
        kept=kept,
        met=Told([*trigger[:1], *(likeliest(call.agent, asked) or likeliest(call.caller, offered))], "留下了联系电话"),
        excused=Told([], "没有承诺或需要以后再电话联系"),
        fault=Fault([*trigger, answer_to(call, promised, "请您留下联系电话")], "需要再联系，却没有请来电人留下电话"),
    )
