"""What can be said of a call while it goes on: which duties are due, kept or overdue, what was heard, what to watch. Pure.

Nothing is called missed before its time is really over: the opening is over when the clerk has begun a further turn or its seconds have
passed, and everything up to then was heard to the end (``settled``). Prohibited speech counts as soon as its words are final. All else
can still be said before the hang-up, so it is at most due.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from voice_agent.acts.act import FAULT, LIKELY
from voice_agent.acts.conversation import Conversation, Side
from voice_agent.rules.judge import finding_of
from voice_agent.rules.opening import first_turn, own_start
from voice_agent.values import FAULTS, RULES, Channel, Finding

DutyState = Literal["idle", "due", "kept", "overdue", "unclear", "found"]
_OPENING = {"greeting": 1, "identity": 2, "job_number": 2, "need_inquiry": 2}
_HOLDS = ("hold_notice", "hold_return")
#: A clerk who came back from a silence has said all of the first sentence after so long, seconds.
_AFTER_RETURN = 3.0
#: The clerk's answer to a farewell comes within so long, seconds.
_FAREWELL = 15.0

#: What the board shows as it happens: act → Chinese, by side.
SHOWN: dict[Channel, dict[str, str]] = {
    "agent": {
        "greeting": "问候", "identity": "报单位", "job_number": "报工号", "need_inquiry": "询问需要", "wait_request": "请稍候",
        "wait_again": "请再稍候", "return_apology": "久等致歉", "referral": "告知转办", "self_transfer": "转接", "callback_promise": "承诺回电",
        "closing_thanks": "感谢来电", "closing_bye": "道别", "hang_up": "要挂断",
    },
    "caller": {
        "asks_job_number": "询问工号", "complains_service": "对服务不满", "complains_clerk": "要投诉坐席", "thanks": "致谢", "bye": "道别",
    },
    "mixed": {},
}  # fmt: skip
#: Caller's acts that a supervisor should look at: act → what it may come to.
WARNINGS = {"complains_service": "来电人情绪激动", "complains_clerk": "可能投诉"}


@dataclass(frozen=True)
class Duty:
    """One rule so far. ``since`` (None: it has not begun) to ``until`` (None: the end of the call) is its time, seconds of the
    transcript. ``finding``: of the rule so far."""

    rule: str
    state: DutyState
    finding: Finding
    until: float | None = None
    since: float | None = None


@dataclass(frozen=True)
class HeardAct:
    """An act as it happened: seconds, side, its id and Chinese name, the words, how probable it is (0–1)."""

    at: float
    channel: Channel
    act: str
    name: str
    text: str
    probability: float


@dataclass(frozen=True)
class Warned:
    """Something a supervisor should look at; ``sure``: its words are final and count as heard."""

    at: float
    kind: str
    name: str
    text: str
    sure: bool


@dataclass(frozen=True)
class SoFar:
    """All that can be said of a call at ``settled`` (seconds): up to then everything that was said is known."""

    settled: float
    duties: tuple[Duty, ...]
    acts: tuple[HeardAct, ...]
    warnings: tuple[Warned, ...]


def so_far(known: Conversation, everything: Conversation, settled: float) -> SoFar:
    """``known`` is the conversation up to ``settled``, ``everything`` with all that is final on either side."""
    duties = tuple(_prohibited(everything) if rule == "prohibited" else _duty(known, rule, settled) for rule in RULES)
    return SoFar(settled, duties, tuple(_acts(everything)), tuple(_warnings(everything)))


def _duty(call: Conversation, rule: str, settled: float) -> Duty:
    finding = finding_of(call, rule)
    if rule in _OPENING:
        return _opening_duty(call, rule, finding, settled)
    if finding.status == "uncertain" or not call.agent.turns:
        return Duty(rule, "unclear" if call.agent.turns else "idle", finding)
    if rule == "closing":
        return Duty(rule, "due" if finding.status in FAULTS and _says_farewell(call) else "idle", finding)
    if finding.status not in FAULTS:
        return Duty(rule, "kept" if finding.status == "met" else "idle", finding)
    if rule in _HOLDS:
        return Duty(rule, "overdue" if _returned(call, finding, settled) else "due", finding)
    return Duty(rule, "due", finding)


def _opening_duty(call: Conversation, rule: str, finding: Finding, settled: float) -> Duty:
    own = call.agent.turns[first_turn(call) :]
    if not own:
        return Duty(rule, "due", finding)
    turns = int(call.limit(rule, "opening_turns", _OPENING[rule])) if rule != "greeting" else 1
    since = own_start(call)
    until = since + call.limit(rule, "opening_seconds", 20.0)
    if finding.status in ("met", "not_applicable"):
        return Duty(rule, "kept" if finding.status == "met" else "idle", finding)
    over = len(own) > turns or settled > until
    if not over:
        return Duty(rule, "due", finding, until, since)
    return Duty(rule, "overdue" if finding.status in FAULTS else "unclear", finding, until, since)


def _returned(call: Conversation, finding: Finding, settled: float) -> bool:
    """Whether the clerk has spoken after the last silence in question, and has finished that sentence."""
    last = max((one.end for one in finding.evidence), default=0.0)
    spoke = [one for one in call.spoken if one.channel == call.agent.stream.channel and one.start >= last - 0.5]
    quiet = [one for one in finding.evidence if not one.text]
    begun = max((one.end for one in quiet), default=last)
    came_back = [one for one in call.spoken if one.channel == call.agent.stream.channel and one.start >= begun - 0.1]
    return bool(came_back or spoke) and settled > max((one.end for one in came_back[:1]), default=last) + _AFTER_RETURN


def _says_farewell(call: Conversation) -> bool:
    return any(act.end > call.end - _FAREWELL for name in ("bye", "thanks") for act in call.caller.hits(name))


def _prohibited(call: Conversation) -> Duty:
    finding = finding_of(call, "prohibited")
    states: dict[str, DutyState] = {"violated": "found", "uncertain": "unclear"}
    return Duty("prohibited", states.get(finding.status, "idle"), finding)


def _acts(call: Conversation) -> Iterator[HeardAct]:
    if call.mixed:
        return
    found = [one for side in (call.agent, call.caller) for one in _shown(side)]
    yield from sorted(found, key=lambda one: one.at)


def _shown(side: Side) -> Iterator[HeardAct]:
    channel = side.stream.channel
    for act, name in SHOWN[channel].items():
        for one in side.hits(act):
            yield HeardAct(one.start, channel, act, name, side.words(one), one.probability)


def _warnings(call: Conversation) -> Iterator[Warned]:
    if call.mixed:
        return
    found = [*_faults(call), *_callers(call)]
    yield from sorted(found, key=lambda one: one.at)


def _faults(call: Conversation) -> Iterator[Warned]:
    finding = finding_of(call, "prohibited")
    if finding.status not in ("violated", "uncertain"):
        return
    told = {round(one.start, 3) for one in finding.evidence}
    for act in call.agent.ear.faults():
        if round(act.start, 3) in told:
            name = call.agent.ear.kind(act)
            yield Warned(act.start, FAULT, name, call.agent.words(act), finding.status == "violated")


def _callers(call: Conversation) -> Iterator[Warned]:
    for name, said in WARNINGS.items():
        for act in call.caller.possible(name):
            if act.probability >= LIKELY:
                yield Warned(act.start, name, said, call.caller.words(act), act.probability >= 0.8)
