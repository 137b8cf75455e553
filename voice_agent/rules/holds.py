"""``hold_notice`` and ``hold_return``: what is said before and after a look-up silence (annex 4 二(四)–(五), 一(十))."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from voice_agent.acts.conversation import Conversation, is_backchannel
from voice_agent.acts.phrases.matching import Hit
from voice_agent.rules.findings import all_evidence, fault, met, near_miss, not_applicable, uncertain
from voice_agent.speech.silences import Silence
from voice_agent.speech.turns import Utterance
from voice_agent.values import Evidence, Finding, Status

#: A notice counts if the silence begins within this time after it, or if the agent says little else in between.
_NOTICE_REACH, _LITTLE = 20.0, 8
#: Nothing said longer than this before a silence is looked at, seconds.
_FAR = 60.0
#: Words that begin with the silence's end are still its announcement (recognisers place edges roughly), seconds.
_EDGE = 1.0
#: A caller who asks for patience does so in the last words before going silent, seconds.
_ASKED_LATELY = 1.5
_APOLOGY = re.compile("^.{0,6}(不好意思|对不起|抱歉|谢谢|感谢)(?!.{0,5}(来电|致电|支持|配合))")
_WAITS = ("wait_request", "wait_again")


def judge_hold_notice(call: Conversation) -> Finding:
    """Every look-up silence is announced; one that lasts long is announced again."""
    rule = "hold_notice"
    silences = _silences(call, rule)
    if not silences:
        return _nothing(call, rule)
    hits = _hits(call, _WAITS, silences)
    unannounced = [s for s in silences if not _before(call, s, hits, silences)]
    overlong = [s for s in silences if s.length > call.limit(rule, "repeat_seconds", 30.0) and s not in unannounced]
    if not unannounced and not overlong:
        return met(rule, all_evidence(call.agent, _first_notices(call, silences, hits)), "每次静默前都请来电人稍候")
    close = [hit for cue in _WAITS for hit in call.agent.near_hits(cue, silences[0].start - _FAR)]
    if near := [hit for s in unannounced for hit in _before(call, s, close, silences)]:
        return near_miss(call, rule, near, "静默前听到近似请稍候的话，识别不清")
    return _unannounced(call, unannounced, overlong)


def _unannounced(call: Conversation, unannounced: Sequence[Silence], overlong: Sequence[Silence]) -> Finding:
    rule, side = "hold_notice", call.agent
    if call.lacks("caller"):
        return uncertain(
            rule, [_quiet(s, "请稍候") for s in unannounced or overlong], "没有来电人一侧的录音，静默时来电人可能在说话"
        )
    evidence = [_quiet(s, "请稍候，我查询一下") for s in unannounced] + [_quiet(s, "请再稍等") for s in overlong]
    said = [side.stretch(max(0.0, s.start - _EDGE * 8), s.start, "请稍候，我查询一下") for s in unannounced]
    reasons = [f"{s.length:.0f} 秒静默前没有请来电人稍候" for s in unannounced]
    reasons += [f"静默 {s.length:.0f} 秒，中途没有再次告知" for s in overlong]
    return fault(call, rule, "missing", evidence + said, "；".join(reasons))


def judge_hold_return(call: Conversation) -> Finding:
    """Thanks or an apology in the agent's first turn after a look-up silence; later is late."""
    rule = "hold_return"
    silences = _silences(call, rule)
    returns = [(s, _return_turn(call, s, silences)) for s in silences if not _goes_on(call, s, silences)]
    due = [(silence, turn) for silence, turn in returns if turn]
    if not due:
        return _nothing(call, rule) if not silences else not_applicable(rule, "静默之后坐席没有再开口，通话已结束")
    statuses = [_returned(call, silence, turn, silences) for silence, turn in due]
    faults = [(status, evidence) for status, evidence in statuses if status != "met"]
    if not faults:
        return met(rule, [e for _, evidence in statuses for e in evidence], "静默之后向来电人致谢或致歉")
    if any(status == "uncertain" for status, _ in faults):
        return uncertain(rule, [e for _, evidence in faults for e in evidence], "静默之后听到近似致歉的话，识别不清")
    return _unthanked(call, faults)


def _unthanked(call: Conversation, faults: Sequence[tuple[Status, list[Evidence]]]) -> Finding:
    evidence = [e for _, found in faults for e in found]
    if call.lacks("caller"):
        return uncertain("hold_return", evidence, "没有来电人一侧的录音，静默时来电人可能在说话")
    missing = any(status == "missing" for status, _ in faults)
    reason = "静默之后没有致谢或致歉" if missing else "静默之后没有立即致谢或致歉"
    return fault(call, "hold_return", "missing" if missing else "late", evidence, reason)


def _returned(
    call: Conversation, silence: Silence, turn: tuple[float, float], silences: Sequence[Silence]
) -> tuple[Status, list[Evidence]]:
    """How the agent came back from one silence; an apology may stand between the parts of a silence that goes on."""
    begin = min(s.start for s in silences if s is silence or _leads_to(call, s, silence, silences))
    until = min((s.start for s in silences if s.start > turn[0]), default=call.end)
    hits = _hits(call, ("return_apology",), silences)
    if thanks := [hit for hit in hits if begin < hit.start < turn[1]]:
        return "met", [call.agent.evidence(thanks[-1])]
    if _apologises(first := call.agent.stretch(turn[0], turn[1], "让您久等了")):
        return "met", [replace(first, score=0.8)]
    quiet = [_quiet(silence, "让您久等了"), call.agent.stretch(*turn, "让您久等了")]
    if later := [hit for hit in hits if turn[1] <= hit.start < until]:
        return "late", [*quiet, call.agent.evidence(later[0])]
    close = [hit for hit in call.agent.near_hits("return_apology") if silence.end - _EDGE < hit.start < turn[1]]
    return ("uncertain", [call.agent.evidence(close[0])]) if close else ("missing", quiet)


def _apologises(first: Evidence) -> bool:
    """Whether the first words on return thank or apologise in any way; thanks for the call itself end it."""
    return bool(_APOLOGY.match(first.text))


def _return_turn(call: Conversation, silence: Silence, silences: Sequence[Silence]) -> tuple[float, float] | None:
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
    waits = [hit for hit in _hits(call, _WAITS, silences) if one.end - _EDGE < hit.start < other.start]
    said = sum(len(u.said) for u in _agent_between(call, one.end - 0.01, other.start))
    return bool(waits) and said <= sum(hit.last - hit.first for hit in waits) + 2 * _LITTLE


def _before(call: Conversation, silence: Silence, hits: Sequence[Hit], silences: Sequence[Silence]) -> list[Hit]:
    """The requests to wait that announce ``silence``."""
    previous = [hit for hit in hits if hit.start < silence.start + _EDGE]
    return [hit for hit in previous if _announces(call, hit, silence, silences)]


def _announces(call: Conversation, hit: Hit, silence: Silence, silences: Sequence[Silence]) -> bool:
    if any(s.start >= hit.end - _EDGE and s.end <= silence.start for s in silences):
        return False  # it announced another silence
    if hit.end >= silence.start - _NOTICE_REACH:
        return True
    return sum(len(u.said) for u in _agent_between(call, hit.end, silence.start)) <= _LITTLE


def _agent_between(call: Conversation, start: float, end: float) -> list[Utterance]:
    mine = call.agent.stream.channel
    return [u for u in call.spoken if u.channel == mine and start <= u.start < end]


def _first_notices(call: Conversation, silences: Sequence[Silence], hits: Sequence[Hit]) -> list[Hit]:
    chosen = {(hit.first, hit.last): hit for s in silences for hit in _before(call, s, hits, silences)[-1:]}
    return list(chosen.values())


def _hits(call: Conversation, cues: Sequence[str], silences: Sequence[Silence]) -> list[Hit]:
    """The cues from well before the first silence on, in order of time."""
    begin = silences[0].start - _FAR
    return sorted((hit for cue in cues for hit in call.agent.hits(cue, begin)), key=lambda hit: (hit.start, hit.first))


def _silences(call: Conversation, rule: str) -> list[Silence]:
    """The silences that the agent answers for: not those for which the caller asked."""
    found = call.look_ups(rule)
    if call.mixed or call.lacks("caller") or not found:
        return found
    telling = [u for u in call.spoken if not is_backchannel(call.book, u.said)]
    return [s for s in found if s.held or not _is_callers(call, s, telling)]


def _is_callers(call: Conversation, silence: Silence, telling: Sequence[Utterance]) -> bool:
    """Whether the caller, in the last of the ``telling`` utterances before a silence, asked for it."""
    before = [u for u in telling if u.start < silence.start]
    last = max(before, key=lambda u: u.end, default=None)
    if last is None or last.channel != call.caller.stream.channel:
        return False
    return any(hit.end > last.end - _ASKED_LATELY for hit in call.caller.hits("caller_wait", last.start, silence.start))


def _quiet(silence: Silence, phrase: str) -> Evidence:
    return Evidence("agent", round(silence.start, 3), round(silence.end, 3), "", phrase, 0.0)


def _nothing(call: Conversation, rule: str) -> Finding:
    return not_applicable(rule, f"没有 {call.limit(rule, 'silence_seconds', 8.0):.0f} 秒以上的静默，也没有保持")
