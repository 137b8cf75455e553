"""``complaint_registered``: a complaint about the service is taken up (the circular, 三(二) 四建立)."""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.rules.duty import Fault, Told, likeliest, weigh
from voice_agent.rules.where import answer_to
from voice_agent.values import Finding

RULE = "complaint_registered"
_COMPLAINTS = ("complains_service", "complains_clerk")
_TAKEN_UP = ("takes_charge", "gives_ledger", "apology")


def judge_complaint_registered(call: Conversation) -> Finding:
    """Registered, taken charge of or apologised for, from the first complaint on."""
    complaints = [act for name in _COMPLAINTS for act in call.caller.possible(name)]
    begin = min((act.start for act in complaints), default=0.0)
    taken_up = [act for name in _TAKEN_UP for act in call.agent.possible(name, begin)]
    return weigh(
        call,
        RULE,
        applies=max((act.probability for act in complaints), default=0.0),
        kept=max((act.probability for act in taken_up), default=0.0),
        met=Told([*likeliest(call.caller, complaints), *likeliest(call.agent, taken_up)], "受理了来电人的投诉或不满"),
        excused=Told([], "来电人没有投诉或表示不满"),
        fault=Fault(
            [*likeliest(call.caller, complaints), answer_to(call, complaints, "您反映的问题我登记下来")],
            "来电人投诉或表示不满，没有致歉、登记或接手处理",
        ),
    )
