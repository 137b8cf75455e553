"""The look-up silences that the agent answers for, and what was said before them (rules.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voice_agent.acts.act import LIKELY, Act
from voice_agent.acts.conversation import Conversation, is_backchannel
from voice_agent.speech.silences import Silence
from voice_agent.speech.turns import Utterance
from voice_agent.values import Evidence

WAITS = ("wait_request", "wait_again")
#: Words that begin with the silence's end are still its announcement (recognisers place edges roughly), seconds.
EDGE = 1.0
#: A notice counts if the silence begins within this time after it, or if the agent says little else in between.
_NOTICE_REACH, LITTLE = 20.0, 8
#: What was said longer than this before a silence says nothing of it, seconds.
_FAR = 25.0
#: How probable it is that a silence is the caller's who was asked something or speaks first after it; and one before which the agent had the last
#: word, with nothing to say whose it is (of 24 such silences in written calls 10 were the caller's).
_WAITED_FOR, _OWN_LAST_WORD = 0.85, 0.4
#: What an agent asks before falling silent so that the caller may look, think or speak.
_QUESTIONS = ("asks_details", "need_inquiry", "further_need", "ask_contact")


@dataclass(frozen=True)
class LookUp:
    """A silence that the agent probably answers for; ``callers``: how probable it is that it was the caller's all the same."""

    silence: Silence
    callers: float


def look_ups(call: Conversation, rule: str) -> list[LookUp]:
    """The silences that the agent answers for: not those of the caller, nor those that no clerk was on the line for."""
    found = [silence for silence in call.look_ups(rule) if not _is_unjudged(call, silence)]
    if call.mixed or call.lacks("caller"):
        return [LookUp(silence, 0.0) for silence in found]
    ends = [0.0, *(silence.end for silence in found)]
    owned = [LookUp(one, 0.0 if one.held else _callers(call, one, end)) for one, end in zip(found, ends, strict=False)]
    return [one for one in owned if one.callers < LIKELY]


def _is_unjudged(call: Conversation, silence: Silence) -> bool:
    return any(span.start < silence.end and silence.start < span.end for span in call.context.unjudged)


def _callers(call: Conversation, silence: Silence, previous: float) -> float:
    """How probable it is that the caller asked for the silence, or was waited for; ``previous``: the end of the look-up before it."""
    begin = silence.start - _FAR
    waiting = [act for name in WAITS for act in call.agent.hits(name, begin, silence.start + EDGE)]
    announced = _last([act for act in waiting if act.end > previous])
    asked = [act for act in call.caller.possible("caller_wait", begin, silence.start) if act.end > announced]
    asks = max((act.probability for act in asked), default=0.0)
    if announced or call.caller.possible("checks_line", begin, silence.start):
        return asks
    if _breaks(call, silence):
        return max(asks, _WAITED_FOR)
    before = _telling(call, [one for one in call.spoken if one.start < silence.start])
    if not before or before[-1].channel != call.agent.stream.channel:
        return asks
    waited_for = any(call.agent.hits(name, before[-1].start, silence.start) for name in _QUESTIONS)
    return max(asks, _WAITED_FOR if waited_for else _OWN_LAST_WORD)


def _breaks(call: Conversation, silence: Silence) -> bool:
    """Whether the caller speaks first after it, and more than to ask whether somebody is still there."""
    after = [one for one in call.spoken if one.start >= silence.end - 0.01]
    first = min(after, key=lambda one: one.start, default=None)
    if first is None or first.channel != call.caller.stream.channel:
        return False
    return not _checks(call, first) and not is_backchannel(call.book, first.said)


def _last(acts: Sequence[Act]) -> float:
    return max((act.end for act in acts), default=0.0)


def _telling(call: Conversation, spoken: Sequence[Utterance]) -> list[Utterance]:
    return sorted((one for one in spoken if not is_backchannel(call.book, one.said)), key=lambda one: one.end)


def _checks(call: Conversation, utterance: Utterance) -> bool:
    """Whether the caller only asks whether somebody is still there."""
    return bool(call.caller.hits("checks_line", utterance.start, utterance.end))


def waits(call: Conversation) -> list[Act]:
    """Every request to wait, likely or not, in order of time."""
    return sorted((act for name in WAITS for act in call.agent.possible(name)), key=lambda act: (act.start, act.first))


def announcing(call: Conversation, silence: Silence, silences: Sequence[Silence]) -> list[Act]:
    """The requests to wait that announce ``silence``."""
    previous = [act for act in waits(call) if act.start < silence.start + EDGE]
    return [act for act in previous if _announces(call, act, silence, silences)]


def _announces(call: Conversation, act: Act, silence: Silence, silences: Sequence[Silence]) -> bool:
    if any(s.start >= act.end - EDGE and s.end <= silence.start for s in silences):
        return False  # it announced another silence
    if act.end >= silence.start - _NOTICE_REACH:
        return True
    return sum(len(u.said) for u in agent_between(call, act.end, silence.start)) <= LITTLE


def agent_between(call: Conversation, start: float, end: float) -> list[Utterance]:
    """What the agent began to say between two times."""
    mine = call.agent.stream.channel
    return [u for u in call.spoken if u.channel == mine and start <= u.start < end]


def caller_between(call: Conversation, start: float, end: float) -> bool:
    """Whether the caller said more than that he listens, or whether anybody is there, between two times."""
    if call.mixed:
        return False
    callers = (u for u in call.spoken if u.channel == call.caller.stream.channel and start <= u.start < end)
    return any(not is_backchannel(call.book, u.said) and not _checks(call, u) for u in callers)


def quiet(silence: Silence, phrase: str) -> Evidence:
    """The silence itself as evidence."""
    return Evidence("agent", round(silence.start, 3), round(silence.end, 3), "", phrase, 0.0)


def nothing(call: Conversation, rule: str) -> str:
    """Why the rule does not apply."""
    return f"没有 {call.limit(rule, 'silence_seconds', 8.0):.0f} 秒以上的查询静默，也没有保持"
