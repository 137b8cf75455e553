"""``need_inquiry``: asks what the caller needs, unless the caller said so before the opening was over (annex 4 二(三))."""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.rules.duty import Fault, Told, likeliest, uncertain, weigh
from voice_agent.rules.opening import opening_end, opening_start, own_start
from voice_agent.speech.turns import Utterance
from voice_agent.values import Finding

RULE = "need_inquiry"
_NEEDS = ("states_need", "asks_how", "asks_person", "misdialled", "complains_service", "complains_clerk")
#: After that many goes of the agent without an invitation a caller has to take the lead.
_GOES = 2


def judge_need_inquiry(call: Conversation) -> Finding:
    """Met by an inquiry; excused where the caller says what is wanted before the agent had two goes."""
    asked = call.agent.possible(RULE)
    stated = None if call.mixed else _need_stated(call)
    missed = call.agent.stretch(opening_start(call), opening_end(call, RULE), "请问您办理什么业务")
    kept = max((act.probability for act in asked), default=0.0)
    if kept < 0.5 and call.lacks("caller"):
        return uncertain(RULE, [missed], "没有来电人一侧的录音，不知来电人是否已先说明来意")
    at_once = stated is not None and _goes_before(call, stated) < _GOES
    return weigh(
        call,
        RULE,
        applies=1.0 if kept >= 0.5 or not at_once else 0.0,
        kept=kept,
        met=Told(likeliest(call.agent, asked), "询问了来电人的需要"),
        excused=Told([], "来电人已先说明来意"),
        fault=Fault([missed], "没有询问来电人办理什么业务"),
    )


def _need_stated(call: Conversation) -> float | None:
    """When the caller first said what is wanted, seconds."""
    acts = [act for name in _NEEDS for act in call.caller.hits(name)]
    return min((act.start for act in acts), default=None)


def _goes_before(call: Conversation, until: float) -> int:
    """How often the agent, in turn with the caller, spoke before ``until`` (seconds); the system's announcement is no go."""
    begin = own_start(call)
    goes, last = 0, ""
    for one in sorted(_between(call, begin, until), key=lambda one: one.start):
        goes += one.channel == call.agent.stream.channel != last
        last = one.channel
    return goes


def _between(call: Conversation, begin: float, until: float) -> list[Utterance]:
    return [one for one in call.spoken if begin <= one.start < until]
