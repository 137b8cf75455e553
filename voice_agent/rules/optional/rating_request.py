"""``rating_request``: the caller is asked to rate the service before the call ends (annex 4 一(二十六))."""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.rules.closing import judge_closing
from voice_agent.rules.duty import Fault, Told, likeliest, weigh
from voice_agent.values import Finding

RULE = "rating_request"
#: Where in the call the request was due, seconds before its end.
_END = 15.0


def judge_rating_request(call: Conversation) -> Finding:
    """Asked for anywhere in the call; not due where the call ended before anybody could take leave."""
    asked = call.agent.possible("asks_rating")
    ending = judge_closing(call)
    cut_short = ending.reason if ending.status == "not_applicable" else ""
    kept = max((act.probability for act in asked), default=0.0)
    return weigh(
        call,
        RULE,
        applies=0.0 if cut_short and kept < 0.5 else 1.0,
        kept=kept,
        met=Told(likeliest(call.agent, asked), "请来电人评价了服务"),
        excused=Told([], cut_short),
        fault=Fault([call.agent.stretch(call.end - _END, call.end, "请您对我的服务作出评价")], "没有请来电人评价服务"),
    )
