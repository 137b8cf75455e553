"""The sentences on look-up silences, and the two rules about them."""

from __future__ import annotations

from dataclasses import replace

from tests.contract.cases import NEED, Case, numbered, whole
from tests.judging.dialogue import BOOK, finding, transcript
from voice_agent.rules import judge
from voice_agent.values import CallContext, Span

WAIT, BACK = "A请稍等我给您查一下", "A让您久等了您的养老金已经到账了"
ON = "A您的养老金已经到账了"
FETCH = "A我去叫一下管这个业务的同事您稍等"
HOLD = CallContext(holds=(Span(12.0, 16.0),))
MUTED = CallContext(unjudged=(Span(14.0, 29.0),))
RINGING = CallContext(unjudged=(Span(0.0, 15.0),))

SILENCES = [
    Case("C-silence-1", "hold_notice", "missing", whole(NEED, "A这个嘛", 12.0, BACK)),
    Case("C-silence-1", "hold_notice", "met", whole(NEED, FETCH, 12.0, BACK)),
    Case("C-silence-1", "hold_notice", "not_applicable", whole(NEED, "A您的", 6.0, ON)),
    Case("C-silence-3", "hold_return", "missing", whole(NEED, WAIT, 5.0, ON), context=HOLD),
    Case("C-silence-4", "hold_notice", "not_applicable", whole("C等一下我去拿单子", "A好的不着急", 15.0, "C拿来了", "A好的您说")),
    Case("C-silence-4", "hold_return", "not_applicable", whole("C您别挂啊我找找卡", "A好的", 15.0, "C找着了", "A好的您说")),
    Case("C-silence-5", "hold_notice", "not_applicable", whole(NEED, "A您的身份证号码是多少", 12.0, "C哦我说一下啊", "A好您说")),
    Case("C-silence-6", "hold_notice", "not_applicable", whole(NEED, "A您的", 15.0, ON), context=MUTED),
    Case("C-silence-6", "hold_notice", "not_applicable", (14.0, *whole(NEED, ON)), context=RINGING),
]  # fmt: skip


@numbered(SILENCES)
def test_look_up_silences(case: Case) -> None:
    """Which silences the agent answers for."""
    case.holds()


def test_a_hold_is_a_look_up() -> None:
    """C-silence-3: a Hold too short to be heard as a silence still needs a notice."""
    assert (
        Case("C-silence-3", "hold_notice", "missing", whole(NEED, ON, 5.0, ON), context=HOLD).found().status
        == "missing"
    )


def test_the_length_of_a_look_up_is_configurable() -> None:
    """C-silence-2: where a site asks for 15 seconds, a silence of 12 is none."""
    rules = dict(BOOK.rules)
    for rule in ("hold_notice", "hold_return"):
        rules[rule] = replace(rules[rule], limits={**rules[rule].limits, "silence_seconds": 15.0})
    judgement = judge(transcript(*SILENCES[0].lines), CallContext(), replace(BOOK, rules=rules))
    assert {finding(judgement, rule).status for rule in ("hold_notice", "hold_return")} == {"not_applicable"}


HOLD_NOTICE = [
    Case("C-hold_notice-1", "hold_notice", "met", whole(NEED, WAIT, 12.0, BACK)),
    Case("C-hold_notice-1", "hold_notice", "met", whole(NEED, "A容我翻翻您先别撂", 12.0, BACK)),
    Case("C-hold_notice-2", "hold_notice", "missing", whole(NEED, "A嗯", 12.0, BACK)),
    Case("C-hold_notice-3", "hold_notice", "missing", whole(NEED, WAIT, 40.0, BACK)),
    Case("C-hold_notice-4", "hold_notice", "met", whole(NEED, WAIT, 24.0, "A您再稍等一下还在查", 20.0, BACK)),
    Case("C-hold_notice-5", "hold_notice", "missing", whole(NEED, WAIT, 12.0, BACK, "C那上个月的呢", "A嗯", 14.0, "A也到账了")),
    Case("C-hold_notice-5", "hold_notice", "met", whole(NEED, WAIT, 12.0, BACK, "C那上个月的呢", "A我再给您查查您稍等", 14.0, "A让您久等了也到账了")),
    Case("C-hold_notice-6", "hold_notice", "met", whole(NEED, "A好的您稍等我给您查身份证号码报一下", "C六四零一零三幺九六零零一零一零零幺二", "A好的", 12.0, BACK)),
    Case("C-hold_notice-7", "hold_notice", "not_applicable", whole(NEED, ON)),
]  # fmt: skip


@numbered(HOLD_NOTICE)
def test_hold_notice(case: Case) -> None:
    """Said before every look-up silence, a long one again."""
    case.holds()


def test_evidence_of_a_missing_notice() -> None:
    """C-hold_notice-8: the silence itself, and what was said before it."""
    silence, said = HOLD_NOTICE[2].found().evidence
    assert (silence.text, 11.0 < silence.end - silence.start < 13.0) == ("", True)
    assert said.end <= silence.start


def test_limits_of_waiting() -> None:
    """C-hold_notice-9, C-hold_return-4: the book holds the limits that the contract names."""
    assert BOOK.rules["hold_notice"].limits == {"silence_seconds": 8.0, "repeat_seconds": 30.0}
    assert BOOK.rules["hold_return"].limits == {"silence_seconds": 8.0}


HOLD_RETURN = [
    Case("C-hold_return-1", "hold_return", "met", whole(NEED, WAIT, 12.0, BACK)),
    Case("C-hold_return-1", "hold_return", "met", whole(NEED, WAIT, 12.0, "A叫您干等了养老金到账了")),
    Case("C-hold_return-1", "hold_return", "met", whole(NEED, WAIT, 12.0, "A谢谢您的耐心等候养老金到账了")),
    Case("C-hold_return-2", "hold_return", "missing", whole(NEED, WAIT, 12.0, ON)),
    Case("C-hold_return-3", "hold_return", "missing", whole(NEED, WAIT, 12.0, BACK, "C那上个月的呢", WAIT, 14.0, "A也到账了")),
    Case("C-hold_return-3", "hold_return", "not_applicable", whole(NEED, ON)),
]  # fmt: skip


@numbered(HOLD_RETURN)
def test_hold_return(case: Case) -> None:
    """Thanks or an apology after every look-up silence."""
    case.holds()
