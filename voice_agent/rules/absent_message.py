"""``absent_message``: a message is offered when the person wanted is absent (annex 4 二(八))."""

from __future__ import annotations

from math import sqrt

from voice_agent.acts.conversation import Conversation
from voice_agent.rules.duty import Fault, Told, likeliest, weigh
from voice_agent.rules.where import answer_to
from voice_agent.values import Finding

RULE = "absent_message"


def judge_absent_message(call: Conversation) -> Finding:
    """To take or pass on a message, or that the person will ring back; refusing the caller's own request is none."""
    absent, wanted = call.agent.possible("person_absent"), call.caller.possible("asks_person")
    offered = call.agent.possible("offer_message")
    applies = max((act.probability for act in absent), default=0.0)
    if not call.mixed and not call.lacks("caller"):  # the two go together, so their product would be too little
        applies = sqrt(applies * max((act.probability for act in wanted), default=0.0))
    return weigh(
        call,
        RULE,
        applies=applies,
        kept=max((act.probability for act in offered), default=0.0),
        met=Told([*likeliest(call.agent, absent), *likeliest(call.agent, offered)], "要找的人不在，主动提出留言或转达"),
        excused=Told([], "没有出现要找的人不在的情况"),
        fault=Fault(
            [*likeliest(call.agent, absent), answer_to(call, absent, "您需要留言吗")],
            "要找的人不在，没有提出留言或转达",
        ),
    )
