"""The rules that a site may switch on: judged after the thirteen, on the same ladder, and silent while they are off.

Heard by phrases alone: what the learned model adds is asked in tests/contract.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from phrasebook import PhraseBook
from tests.judging.dialogue import BOOK, CLOSING, GOOD, NEED, OPENING, THANKS, finding, transcript
from voice_agent.rules import judge
from voice_agent.rules.levels import LEVELS, Level
from voice_agent.values import OPTIONAL_RULES, RULES, CallContext, Finding, Judgement


def switched_on(*rules: str) -> PhraseBook:
    """The book with ``rules`` switched on."""
    return replace(BOOK, rules={**BOOK.rules, **{rule: replace(BOOK.rules["closing"], id=rule) for rule in rules}})


def by_phrases(book: PhraseBook, *lines: str | float, context: CallContext | None = None) -> Judgement:
    return judge(transcript(*lines), context or CallContext(), book, model=None)


def judged(rule: str, *lines: str | float, context: CallContext | None = None) -> Finding:
    return finding(by_phrases(switched_on(rule), *lines, context=context), rule)


@pytest.mark.parametrize("rule", OPTIONAL_RULES)
def test_a_rule_that_is_off_leaves_no_trace(rule: str) -> None:
    """The thirteen findings, verdict and points are the same; switched on, its own comes last."""
    off = by_phrases(BOOK, *GOOD)
    on = by_phrases(switched_on(rule), *GOOD)
    assert tuple(one.rule for one in off.findings) == RULES
    assert on.findings[:-1] == off.findings
    assert on.findings[-1].rule == rule


def test_optional_rules_come_in_the_order_of_the_contract() -> None:
    """All four switched on stand after the thirteen."""
    made = by_phrases(switched_on(*reversed(OPTIONAL_RULES)), *GOOD)
    assert tuple(one.rule for one in made.findings) == (*RULES, *OPTIONAL_RULES)


def test_a_fault_of_an_optional_rule_counts() -> None:
    """A call without one is compliant while the rule is off, and non-compliant with points deducted while it is on."""
    assert by_phrases(BOOK, *GOOD).verdict == "compliant"
    on = by_phrases(switched_on("rating_request"), *GOOD)
    assert (on.verdict, on.score) == ("non_compliant", 95.0)


def test_without_the_agents_leg_nobody_is_accused() -> None:
    """An optional rule is uncertain like the thirteen."""
    assert judged("rating_request", *GOOD, context=CallContext(missing_legs=("agent",))).status == "uncertain"


def test_optional_rules_use_the_usual_levels() -> None:
    """Each accuses from 0.8 on and asks a person from 0.5 on, until its calls are measured."""
    assert {LEVELS[rule] for rule in OPTIONAL_RULES} == {Level(0.8, 0.5)}


def test_rating_is_asked_for() -> None:
    """Asking for a rating keeps the rule, with the words as evidence."""
    found = judged("rating_request", OPENING, NEED, "A已经发放了", THANKS, "A不客气请您对我的服务作出评价再见")
    assert found.status == "met"
    assert "评价" in found.evidence[0].text


def test_rating_is_not_asked_for() -> None:
    """A call that ends without it breaks the rule, and the last words are shown."""
    found = judged("rating_request", *GOOD)
    assert (found.status, found.evidence[0].text.endswith("再见")) == ("missing", True)


@pytest.mark.parametrize(
    "context", [CallContext(transferred=True), CallContext(hung_up_by="caller")], ids=["transferred", "caller"]
)
def test_rating_is_not_due_where_nobody_could_ask(context: CallContext) -> None:
    """A call that was transferred, or that the caller left in the middle, is not applicable."""
    assert judged("rating_request", OPENING, NEED, "A我帮您看一下", context=context).status == "not_applicable"


def test_a_complaint_is_taken_up() -> None:
    """Whoever registers it keeps the rule."""
    found = judged(
        "complaint_registered", OPENING, "C我要投诉你们窗口", "A您反映的问题我马上登记给您跟进到底", THANKS, CLOSING
    )
    assert found.status == "met"
    assert [one.channel for one in found.evidence] == ["caller", "agent"]


def test_a_complaint_is_passed_over() -> None:
    """Whoever does not take it up breaks the rule."""
    lines = (OPENING, "C我要投诉你们窗口", "A这个我知道了还有别的事吗", "C没有了再见", CLOSING)
    assert judged("complaint_registered", *lines).status == "missing"


def test_what_was_taken_up_before_the_complaint_is_none() -> None:
    """Taking charge of something else first does not take up what the caller complains of later."""
    early = "A您反映的问题我马上登记给您跟进到底"
    lines = (OPENING, NEED, early, "C我要投诉你们窗口", "A还有别的事吗", "C没有了再见", CLOSING)
    assert judged("complaint_registered", *lines).status == "missing"


def test_nobody_complains() -> None:
    """A call without a complaint is not applicable."""
    assert judged("complaint_registered", *GOOD).status == "not_applicable"


REFUSAL = "A对不起您的情况不符合办理条件"


def test_a_refusal_with_its_basis() -> None:
    """Naming the law keeps the rule."""
    lines = (OPENING, "C我能提前领养老金吗", REFUSAL + "根据社会保险法的规定累计缴满十五年才能领取", THANKS, CLOSING)
    assert judged("legal_basis", *lines).status == "met"


def test_a_refusal_without_its_basis() -> None:
    """A bare refusal breaks the rule."""
    assert judged("legal_basis", OPENING, "C我能提前领养老金吗", REFUSAL, THANKS, CLOSING).status == "missing"


def test_nothing_is_decided() -> None:
    """A call without a refusal or an entitlement is not applicable."""
    assert judged("legal_basis", *GOOD).status == "not_applicable"


STATUS = "C我想问一下我的养老金到账了没有"


def test_a_result_is_told() -> None:
    """Whoever asks how a matter stands is told."""
    found = judged("result_told", OPENING, STATUS, "A您这个月的养老金已经到账了", THANKS, CLOSING)
    assert found.status == "met"


def test_a_result_is_withheld() -> None:
    """An answer that tells nothing breaks the rule."""
    assert judged("result_told", OPENING, STATUS, "A这个您自己上网看吧", THANKS, CLOSING).status == "missing"


@pytest.mark.parametrize(
    "answer", ["A我核实以后给您回电话请留下您的联系电话", "A这个请您拨打医保局的电话六零幺二三四五"]
)
def test_a_result_that_comes_from_elsewhere_is_not_due(answer: str) -> None:
    """A promise to ring back, or another office's matter, is not applicable."""
    assert judged("result_told", OPENING, STATUS, answer, THANKS, CLOSING).status == "not_applicable"


def test_nobody_asks_for_a_result() -> None:
    """A question how to do something is not applicable."""
    lines = (OPENING, "C我想问退休怎么办理", "A您带身份证到窗口办理当场办结", THANKS, CLOSING)
    assert judged("result_told", *lines).status == "not_applicable"
