"""``hold_return``: thanks or an apology on return from a look-up silence (annex 4 二(五), 一(十))."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from voice_agent.acts.act import Act
from voice_agent.acts.conversation import Conversation
from voice_agent.rules.duty import Fault, Told, best, not_applicable, uncertain, weigh
from voice_agent.rules.look_ups import EDGE, LITTLE, agent_between, caller_between, look_ups, nothing, quiet, waits
from voice_agent.speech.silences import Silence
from voice_agent.values import Finding

RULE = "hold_return"
_THANKS = ("return_apology", "apology")
Stretch = tuple[float, float]


def judge_hold_return(call: Conversation) -> Finding:
    """In the agent's first turn after every look-up silence; one that goes on needs it at its end."""
    owned = look_ups(call, RULE)
    silences = [one.silence for one in owned]
    returns = [(s, _return_turn(call, s, silences)) for s in silences if not _goes_on(call, s, silences)]
    due = [(silence, turn) for silence, turn in returns if turn]
    if not due:
        why = "静默之后坐席没有再开口，通话已结束" if silences else nothing(call, RULE)
        return not_applicable(RULE, why)
    callers = {one.silence: one.callers for one in owned}
    thanks = [best(_thanks(call, silence, turn, silences)) for silence, turn in due]
    missed = [pair for pair, act in zip(due, thanks, strict=True) if act is None or act.near]
    evidence = [one for s, turn in missed for one in (quiet(s, "让您久等了"), call.agent.stretch(*turn, "让您久等了"))]
    if call.lacks("caller") and evidence:
        return uncertain(RULE, evidence, "没有来电人一侧的录音，静默时来电人可能在说话")
    return weigh(
        call,
        RULE,
        applies=1.0,
        kept=prod(
            1.0 - (1.0 - (act.probability if act else 0.0)) * (1.0 - callers[silence])
            for (silence, _), act in zip(due, thanks, strict=True)
        ),
        met=Told([call.agent.evidence(act) for act in thanks if act], "静默之后向来电人致谢或致歉"),
        excused=Told([], ""),
        fault=Fault(evidence, "静默之后没有致谢或致歉"),
    )


def _thanks(call: Conversation, silence: Silence, turn: Stretch, silences: Sequence[Silence]) -> list[Act]:
    """What may be thanks for waiting; it may stand between the parts of a silence that goes on."""
    begin = min(s.start for s in silences if s is silence or _leads_to(call, s, silence, silences))
    return [act for name in _THANKS for act in call.agent.possible(name, begin, turn[1])]


def _return_turn(call: Conversation, silence: Silence, silences: Sequence[Silence]) -> Stretch | None:
    """From when to when the agent first speaks after ``silence``, asides included."""
    after = [u for u in call.spoken if u.channel == call.agent.stream.channel and u.start >= silence.end - 0.01]
    if not after:
        return None
    turn = next((t for t in call.agent.turns if t.end >= after[0].start and t.start <= after[0].end), None)
    next_silence = min((s.start for s in silences if s.start > silence.start), default=call.end)
    return after[0].start, min(max(turn.end if turn else 0.0, after[0].end), max(next_silence, after[0].end))


def _goes_on(call: Conversation, silence: Silence, silences: Sequence[Silence]) -> bool:
    """Whether the agent only asked for more patience before the next silence: the return is yet to come."""
    following = next((s for s in silences if s.start > silence.start), None)
    return following is not None and _leads_to(call, silence, following, silences)


def _leads_to(call: Conversation, one: Silence, other: Silence, silences: Sequence[Silence]) -> bool:
    """Whether nothing but a renewed request to wait lies between two neighbouring silences."""
    following = next((s for s in silences if s.start > one.start), None)
    if following is not other:
        return False
    if caller_between(call, one.end - 0.01, other.start):
        return False
    asked = [act for act in waits(call) if one.end - EDGE < act.start < other.start and not act.near]
    said = sum(len(u.said) for u in agent_between(call, one.end - 0.01, other.start))
    return bool(asked) and said <= sum(act.last - act.first for act in asked) + 2 * LITTLE
