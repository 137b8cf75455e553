"""Prohibited speech: what accuses a clerk, and all that must not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.judging.dialogue import BOOK, CLOSING, NEED, OPENING, THANKS, finding, judged, status
from voice_agent.acts.explain import catches, explain

EXAMPLES = [(ban.id, sentence) for ban in BOOK.prohibited.values() for sentence in ban.examples]
INNOCENT = [(ban.id, sentence) for ban in BOOK.prohibited.values() for sentence in ban.counterexamples]


@pytest.mark.parametrize(("name", "sentence"), EXAMPLES)
def test_every_example_of_prohibited_speech_is_found(name: str, sentence: str) -> None:
    """What the book says is caught is caught on a call."""
    assert status("prohibited", OPENING, NEED, "A" + sentence, THANKS, CLOSING) == "violated", name


@pytest.mark.parametrize(("name", "sentence"), INNOCENT)
def test_no_innocent_example_is_accused(name: str, sentence: str) -> None:
    """What the book says is allowed is neither accused nor doubted."""
    assert status("prohibited", OPENING, NEED, "A" + sentence, THANKS, CLOSING) == "met", name


@pytest.mark.parametrize(
    "sentence",
    [
        "我没有说您烦不烦",
        "他说你烦不烦这种话确实不对",
        "您刚才反映工作人员说你烦不烦我们会调查",
        "我们绝不会让您自己看着办",
    ],
)
def test_denied_and_quoted_rudeness_is_none(sentence: str) -> None:
    """Who repeats what somebody else said, or denies it, has not said it."""
    assert status("prohibited", OPENING, NEED, "A" + sentence, THANKS, CLOSING) == "met"


def test_the_callers_rudeness_is_not_the_agents() -> None:
    """A patient clerk with a rude caller keeps a clean record."""
    assert status("prohibited", OPENING, "C你烦不烦啊你听不懂人话吗", "A您别着急我帮您查一下", THANKS, CLOSING) == "met"


def test_every_violation_is_shown() -> None:
    """One finding, with a piece of evidence for each thing said, in order of time."""
    found = finding(judged(OPENING, NEED, "A你烦不烦啊", "C你怎么这样说话", "A你爱找谁找谁去"), "prohibited")
    assert found.status == "violated"
    assert [e.text for e in found.evidence] == sorted((e.text for e in found.evidence), key=lambda t: "找谁" in t)
    assert len(found.evidence) == 2


def test_a_sentence_is_explained_by_phrases_elements_and_prohibitions() -> None:
    """``phrasebook test`` shows what a sentence satisfies and the syllables compared."""
    told = explain("您好，我是银川社保中心养老窗口，请讲。", BOOK)
    assert {"T02", "greeting", "identity", "need_inquiry"} <= {match.id for match in told.matches}
    assert told.syllables[:2] == ("nin", "hao")
    assert [match.kind for match in explain("你烦不烦啊", BOOK).matches] == ["忌语"]
    assert explain("🙂", BOOK).matches == ()


def test_a_name_that_may_be_any_name_makes_up_for_no_greeting() -> None:
    """临号进斋, misheard, ends like a station; what stands before it still has to sound like 您好 by itself."""
    assert explain("零号靖进站", BOOK).matches == ()
    assert "identity" in {match.id for match in explain("林好银川社保站", BOOK).matches}


def test_the_lint_can_ask_whether_a_pattern_is_heard() -> None:
    """``catches`` hears by sound and minds what voids a pattern."""
    assert heard("你去投诉(我|吧)", "你去投诉我")
    assert not heard("你去投诉(我|吧)", "你可以你去投诉我", "可以")
    assert not heard("你去投诉(我|吧)", "请您留下联系电话")
    assert heard("{unit}", "银川社保站")  # a site's pattern may be a name and nothing else
    assert heard("[这里是]{unit}", "银川社保站")


def heard(pattern: str, sentence: str, *unless: str) -> bool:
    """Whether a book with this one prohibited pattern hears it in the sentence."""
    ban = replace(BOOK.acts["shirk-boss"], id="local", patterns=(pattern,), unless=unless)
    return catches(replace(BOOK, digest="", acts={"local": ban}))(ban, sentence)
