"""``closing``: a courteous end, unless the caller hangs up abruptly (annex 4 二(十))."""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.rules.duty import Fault, Told, all_evidence, uncertain, weigh
from voice_agent.values import Evidence, Finding

RULE = "closing"
_ENDINGS = ("closing_thanks", "closing_bye")
#: The end of a call: the agent's last turns, and whatever is said in the last seconds.
_LAST_TURNS, _LAST_SECONDS = 2, 12.0
#: A caller who says goodbye and is gone within this time leaves no room for an answer, seconds.
_ROOM = 2.0


def judge_closing(call: Conversation) -> Finding:
    """Thanks, good wishes or a goodbye at the end."""
    begin = _ending(call)
    acts = [act for name in _ENDINGS for act in call.agent.possible(name, begin)]
    kept = max((act.probability for act in acts), default=0.0)
    likely = [act for act in acts if not act.near] or acts
    if kept >= 0.5 and call.mixed and all(act.id == "closing_bye" for act in likely):
        return uncertain(RULE, all_evidence(call.agent, likely), "单声道录音分不清是谁道别，需人工复听")
    why = _excused(call)
    return weigh(
        call,
        RULE,
        applies=0.0 if why and kept < 0.5 else 1.0,
        kept=kept,
        met=Told(all_evidence(call.agent, likely), "礼貌结束通话"),
        excused=Told([], why),
        fault=Fault([_last_words(call, begin)], "没有礼貌结束通话"),
    )


def _ending(call: Conversation) -> float:
    """When the end of the call begins, seconds."""
    turns = call.agent.turns[-_LAST_TURNS:]
    last = max((u.end for u in call.spoken), default=0.0)
    begin = min(turns[0].start, last - _LAST_SECONDS) if turns else 0.0
    # What is said in the opening (很高兴为您服务) ends nothing.
    return max(begin, call.agent.turns[0].end) if len(call.agent.turns) > 1 else begin


def _excused(call: Conversation) -> str:
    """Why no closing can be asked of the agent; empty when it can."""
    if call.context.transferred or _transfers_last(call):
        return "电话已转接"
    if _quits(call):
        return "来电人突然挂断"
    if _hung_up_at_once(call):
        return "来电人道别后立即挂断"
    return ""


def _transfers_last(call: Conversation) -> bool:
    last = call.agent.turns[-1] if call.agent.turns else None
    return any(last and last.start <= act.start for act in call.agent.hits("self_transfer"))


def _quits(call: Conversation) -> bool:
    """The caller has the last word without a farewell, or is known to have hung up in the middle."""
    if call.mixed or call.context.hung_up_by in {"agent", "system"}:
        return False
    begin = _ending(call)
    if call.caller.hits("bye", begin) or call.caller.hits("thanks", begin):
        return False
    if call.context.hung_up_by == "caller":
        return True
    return _callers_last_word(call) and not call.agent.hits("hang_up")


def _callers_last_word(call: Conversation) -> bool:
    last = max(call.spoken, key=lambda u: (u.end, u.start), default=None)
    turn = call.turns[-1] if call.turns else None
    callers = call.caller.stream.channel
    return bool(last and turn and last.channel == callers and turn.channel == callers)


def _hung_up_at_once(call: Conversation) -> bool:
    """The caller says goodbye last and the line is dead before anybody could answer."""
    if call.mixed or call.context.hung_up_by != "caller" or not _callers_last_word(call):
        return False
    return call.end - call.turns[-1].end < _ROOM


def _last_words(call: Conversation, begin: float) -> Evidence:
    """The agent's last turn, where the ending was due."""
    last = call.agent.turns[-1] if call.agent.turns else None
    start, end = (last.start, last.end) if last else (begin, call.end)
    return call.agent.stretch(start, end, "感谢来电，再见")
