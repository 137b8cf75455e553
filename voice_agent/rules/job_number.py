"""``job_number``: told unasked within the opening, and the clerk's own (annex 2 三(一))."""

from __future__ import annotations

import math
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from voice_agent.acts.conversation import Conversation
from voice_agent.acts.job_numbers import Mention, could_be_bare, mentions, shown
from voice_agent.acts.numbers import Likeness, likeness
from voice_agent.rules.duty import Fault, accused, met, uncertain
from voice_agent.rules.opening import opening_end, opening_start
from voice_agent.values import Evidence, Finding

RULE = "job_number"


def judge_job_number(call: Conversation) -> Finding:
    """The told numbers against the one that the telephony side knows; an unknown one cannot be contradicted."""
    expected = "".join(char for char in call.transcript.agent.job_number or "" if char.isdigit())
    asked = call.caller.hits("asks_job_number") if not call.mixed else []
    told = [(mention, _likeness(mention, expected)) for mention in mentions(call.agent, [hit.end for hit in asked])]
    told = [(mention, like) for mention, like in told if _counts(call, mention, like, expected)]
    for like, judge in (("same", _same), ("close", _close), ("other", _other)):
        if alike := [mention for mention, its in told if its == like]:
            return judge(call, alike, expected)
    return _none(call)


def _likeness(mention: Mention, expected: str) -> Likeness:
    if not expected:
        return "same"
    if any(likeness(digits, expected, True) == "same" for digits in mention.number.wider):
        return "same"
    return likeness(mention.number.digits, expected, mention.confident)


def _counts(call: Conversation, mention: Mention, like: Likeness, expected: str) -> bool:
    """Explicit numbers always count; bare ones only if they are the expected one, or nothing is expected in the opening.

    After a transfer another clerk speaks on the same channel: only the first clerk's own number still counts then.
    """
    own = like == "same" and bool(expected)
    if not own and call.agent.stream.start(mention.number.first) >= _handover(call):
        return False
    if mention.explicit:
        return True
    if not could_be_bare(mention):
        return False
    if not expected:
        return _is_early(call, mention)
    nearly = Levenshtein.distance(mention.number.digits, expected) <= 1 and _is_early(call, mention)
    return like == "same" or (like == "close" and nearly)


def _handover(call: Conversation) -> float:
    """From when on somebody else may be speaking; a second early, since the two clocks differ a little."""
    return math.inf if call.context.handover is None else call.context.handover - 1.0


def _is_early(call: Conversation, mention: Mention) -> bool:
    return call.agent.stream.start(mention.number.first) < opening_end(call, RULE)


def _asked(call: Conversation, before: float) -> list[Evidence]:
    """Where the caller asked for the job number before it was told."""
    asked = [] if call.mixed else [hit for hit in call.caller.hits("asks_job_number") if hit.start < before]
    return [call.caller.evidence(hit) for hit in asked[:1]]


def _evidence(call: Conversation, mention: Mention, expected: str) -> Evidence:
    """The number as heard, against the one expected."""
    return shown(call.agent, mention, f"工号{expected}" if expected else "工号×××")


def _same(call: Conversation, alike: list[Mention], expected: str) -> Finding:
    mention = alike[0]
    evidence = _evidence(call, mention, expected)
    asked = _asked(call, evidence.start)
    if asked:
        late = accused(call, RULE, Fault([*asked, evidence], "来电人询问后才告知工号", "late", call.caller))
        return replace(late, prompted=True)
    if _is_early(call, mention):
        return met(
            RULE,
            [evidence],
            "开场主动告知工号" + ("，与话务系统一致" if expected else "（话务系统未提供工号，无法核对）"),
        )
    opening = _opening(call)
    return accused(call, RULE, Fault([opening, evidence], "开场没有告知工号，后来才告知", "late"))


def _close(call: Conversation, alike: list[Mention], expected: str) -> Finding:
    evidence = [_evidence(call, mention, expected) for mention in alike]
    return uncertain(RULE, evidence, f"听到的工号与 {expected} 只差易混的音，需人工复听", evidence[0].score)


def _other(call: Conversation, alike: list[Mention], expected: str) -> Finding:
    evidence = [_evidence(call, mention, expected) for mention in alike]
    asked = _asked(call, evidence[0].start)
    found = accused(call, RULE, Fault(evidence, f"报的工号与话务系统登记的 {expected} 不符", "mismatch"))
    return replace(found, prompted=bool(asked))


def _none(call: Conversation) -> Finding:
    close = [hit for hit in call.agent.hits("job_number") if call.doubtful(hit.start, hit.end + 2.0)]
    if close:
        return uncertain(RULE, [call.agent.evidence(close[0])], "听到“工号”，但号码没有识别清楚，需人工复听")
    return accused(call, RULE, Fault([_opening(call)], "整通电话没有告知工号"))


def _opening(call: Conversation) -> Evidence:
    return call.agent.stretch(opening_start(call), opening_end(call, RULE), "工号×××")
