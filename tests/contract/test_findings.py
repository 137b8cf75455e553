"""The sentences on findings, their evidence, and the rules that a site may switch on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from phrasebook import load_book
from phrasebook.errors import PhraseBookError
from tests.contract.cases import ANSWER, CLOSING, NEED, OPENING, THANKS, Case, Lines, whole
from tests.judging.dialogue import BOOK, finding, transcript, with_words
from voice_agent.labels import STATUS_NAMES
from voice_agent.rules import judge
from voice_agent.values import FAULTS, OPTIONAL_RULES, RULES, CallContext, Finding, Status

GOOD = whole(NEED, ANSWER)
BAD: Lines = ("A喂", NEED, "A等着", 12.0, "A你烦不烦啊自己上网查去", "C你工号多少", "A不告诉你", "C好的谢谢", "A嗯")


def site(folder: Path, rules: str) -> Path:
    """A site's phrase-book folder with this rules.toml."""
    (folder / "book.toml").write_text('version = "本地"\neffective = 2026-01-01\n', encoding="utf-8")
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    return folder


def test_the_phrase_book_is_a_sites_own(tmp_path: Path) -> None:
    """C-general-5: a site's wording, limit and severity count, and its version and date are the judgement's."""
    folder = site(tmp_path, '[[rule]]\nid = "greeting"\nseverity = "serious"\npoints = 30\n')
    (folder / "acts.toml").write_text('[[act]]\nid = "greeting"\nadd_patterns = ["扎西德勒"]\n', encoding="utf-8")
    book = load_book(folder)
    said = ("A扎西德勒社保中心工号一零八六请问您办理什么业务", NEED, ANSWER, THANKS, CLOSING)
    judgement = judge(transcript(*said), CallContext(), book)
    assert finding(judgement, "greeting").status == "met"
    assert (book.rules["greeting"].severity, str(book.effective)) == ("serious", "2026-01-01")
    assert judgement.book_version == book.version == f"{BOOK.version}+本地"


def test_one_finding_a_rule() -> None:
    """C-finding-1: thirteen findings in the order of the contract, on a good call, a bad one and an empty one."""
    for lines in (GOOD, BAD, ("C喂喂",)):
        judgement = judge(transcript(*lines), CallContext(), BOOK)
        assert tuple(one.rule for one in judgement.findings) == RULES


def test_statuses_and_their_names() -> None:
    """C-finding-2: seven statuses, each with a Chinese name."""
    assert set(STATUS_NAMES) == set(get_args(Status)) == {*FAULTS, "met", "not_applicable", "uncertain"}
    assert list(STATUS_NAMES.values()) == ["达标", "缺失", "迟告", "不符", "违规", "不适用", "无法判定"]


@pytest.mark.parametrize("poor", ["noise", "recognition", "leg"])
def test_what_cannot_be_decided_is_uncertain(poor: str) -> None:
    """C-finding-3: noise on the leg, words that were hardly recognised, or a missing leg accuse nobody."""
    said, context = transcript(*BAD), CallContext()
    if poor == "noise":
        context = CallContext(noisy_legs=("agent", "caller"))
    elif poor == "leg":
        context = CallContext(missing_legs=("agent",))
    else:
        said = with_words(said, 0.3)
    judgement = judge(said, context, BOOK)
    assert not [one for one in judgement.findings if one.status in FAULTS]
    assert [one for one in judgement.findings if one.status == "uncertain"]


def test_evidence() -> None:
    """C-finding-4: leg, seconds within the call, the words heard, what they were taken for, and a score."""
    said = transcript(*GOOD)
    (heard,) = finding(judge(said, CallContext(), BOOK), "greeting").evidence
    assert (heard.channel, heard.text, heard.phrase != "") == ("agent", "您好", True)
    assert 0.0 <= heard.start < heard.end <= (said.duration or 0.0)
    assert 0.0 < heard.score <= 1.0


def test_scores_are_probabilities() -> None:
    """C-finding-5: every score lies between 0 and 1."""
    for lines in (GOOD, BAD):
        findings = judge(transcript(*lines), CallContext(), BOOK).findings
        assert all(0.0 <= score <= 1.0 for one in findings for score in (one.score, *(e.score for e in one.evidence)))


@pytest.mark.parametrize(
    ("case", "due"),
    [
        (Case("C-finding-6", "greeting", "missing", ("A社保中心请讲", *GOOD[1:])), "社保中心请讲"),
        (Case("C-finding-6", "job_number", "missing", ("A您好社保中心请讲", *GOOD[1:])), "您好社保中心请讲"),
        (Case("C-finding-6", "absent_message", "missing", whole("C我找一下王科长", "A王科长今天不在", "C那好吧")), "王科长今天不在"),
        (Case("C-finding-6", "closing", "missing", (*GOOD[:-1], "A就这样")), "就这样"),
    ],
)  # fmt: skip
def test_a_missing_duty_points_at_the_agents_turn(case: Case, due: str) -> None:
    """C-finding-6: the evidence holds the agent's turn where the duty was due."""
    case.holds()
    assert any(due in one.text and one.channel == "agent" for one in case.found().evidence)


def judged(rule: str, *lines: str | float, context: CallContext | None = None) -> Finding:
    """The finding of an optional rule, switched on."""
    rules = {**BOOK.rules, rule: replace(BOOK.rules["closing"], id=rule)}
    return finding(judge(transcript(*lines), context or CallContext(), replace(BOOK, rules=rules)), rule)


def test_optional_rules_are_off() -> None:
    """C-optional-1: the book that comes with the product has the thirteen."""
    assert tuple(BOOK.rules) == RULES
    assert not set(OPTIONAL_RULES) & {one.rule for one in judge(transcript(*GOOD), CallContext(), BOOK).findings}


def test_a_site_switches_optional_rules_on(tmp_path: Path) -> None:
    """C-optional-2, C-optional-3: switched on, they are judged after the thirteen in their order, and count."""
    text = "".join(f'[[rule]]\nid = "{rule}"\nenabled = true\n' for rule in reversed(OPTIONAL_RULES))
    judgement = judge(transcript(*GOOD), CallContext(), load_book(site(tmp_path, text)))
    assert tuple(one.rule for one in judgement.findings) == (*RULES, *OPTIONAL_RULES)
    assert (finding(judgement, "rating_request").status, judgement.verdict) == ("missing", "non_compliant")


@pytest.mark.parametrize("rule", RULES)
def test_the_thirteen_stay_on(rule: str, tmp_path: Path) -> None:
    """C-optional-4: a site that would switch one off is refused."""
    with pytest.raises(PhraseBookError, match="不能关闭"):
        load_book(site(tmp_path, f'[[rule]]\nid = "{rule}"\nenabled = false\n'))


COMPLAINT, STATUS, EARLY = "C我要投诉你们三号窗口的人", "C我的养老金到账了没有", "C我能提前领养老金吗"
REFUSED = "A不好意思您这个情况还不能领"
LATER = "A我核实清楚了给您回电话您留个号码"
OPTIONAL = [
    ("C-rating_request-1", "rating_request", "met", (*GOOD[:-1], "A不客气请您对我的服务作出评价再见")),
    ("C-rating_request-1", "rating_request", "met", (*GOOD[:-1], "A不客气麻烦您挂机后给打个分再见")),
    ("C-rating_request-2", "rating_request", "missing", GOOD),
    ("C-rating_request-3", "rating_request", "not_applicable", (OPENING, NEED, "A我看看", "C那我先")),
    ("C-complaint_registered-1", "complaint_registered", "met", whole(COMPLAINT, "A您反映的问题我马上登记下来给您跟进")),
    ("C-complaint_registered-1", "complaint_registered", "met", whole(COMPLAINT, "A实在对不起给您添麻烦了我先跟您道个歉")),
    ("C-complaint_registered-2", "complaint_registered", "missing", whole(COMPLAINT, "A嗯您还有别的事吗", "C没了")),
    ("C-complaint_registered-3", "complaint_registered", "not_applicable", GOOD),
    ("C-legal_basis-1", "legal_basis", "met", whole(EARLY, REFUSED + "社会保险法第十六条规定要到法定退休年龄")),
    ("C-legal_basis-2", "legal_basis", "missing", whole(EARLY, REFUSED)),
    ("C-legal_basis-3", "legal_basis", "not_applicable", whole("C你们几点下班", "A下午六点下班")),
    ("C-result_told-1", "result_told", "met", whole(STATUS, "A您这个月的养老金十五号已经到账了")),
    ("C-result_told-2", "result_told", "missing", whole(STATUS, "A这个您自己上网看吧")),
    ("C-result_told-3", "result_told", "not_applicable", whole(STATUS, LATER, "C就这个号")),
    ("C-result_told-3", "result_told", "not_applicable", whole("C你们几点下班", "A下午六点下班")),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "rule", "expected", "lines"), OPTIONAL, ids=[one[0] for one in OPTIONAL])
def test_optional_rules(sentence: str, rule: str, expected: str, lines: Lines) -> None:
    """Each sentence on an optional rule holds on its dialogue once the rule is on."""
    found = judged(rule, *lines)
    assert found.status == expected, f"{sentence}: {found.reason} {found.score}"
