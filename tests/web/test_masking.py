"""Which runs of digits are hidden, and that masking never changes anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.planted import LINES
from voice_agent.masking import DOT, mask, mask_number
from voice_agent.privacy.finding import find, hide
from voice_agent.privacy.talk import MARGIN, hidden_texts, hidden_transcript, private_stretches, private_texts
from voice_agent.values import Channel, Segment, Span, Transcript, Word


@pytest.mark.parametrize(
    "text",
    ["13812345678", "138 1234 5678", "0951-5099123", "一三八零零一二三四五六", "幺三八洞洞幺两三四五六", "64010219900101123X", "６４０１０２１９９０", "五零九九，一二三"],
)  # fmt: skip
def test_telephone_and_identity_numbers_are_hidden(text: str) -> None:
    """Seven digits or more, in figures or as spoken, with pauses or not, leave no digit to be read."""
    hidden = mask(f"号码是{text}请记下")
    assert hidden.startswith("号码是")
    assert hidden.endswith("请记下")
    assert not set(hidden) & set("0123456789一二三四五六七八九零幺两洞X")


@pytest.mark.parametrize(
    "text", ["工号幺零八六", "工号1086", "二零二六年十一月二十二日", "一共三千五百元", "请到3号窗口", "一二三四五六"]
)
def test_shorter_figures_stay(text: str) -> None:
    """Job numbers, dates, amounts and windows are not telephone numbers."""
    assert mask(text) == text


def test_a_number_spread_over_words_is_hidden() -> None:
    """A recogniser gives a spoken number digit by digit; masked words keep their lengths, so their times still fit."""
    texts = ["电话", "一三八", "零零", "一二", "三四五六", "谢谢"]
    words = tuple(Word(text, n, n + 1) for n, text in enumerate(texts))
    said = Transcript("c", (Segment("caller", 0.0, 6.0, "".join(texts), words),))
    shown = hidden_transcript(said).segments[0].words
    assert [word.text for word in shown] == ["电话", DOT * 3, DOT * 2, DOT * 2, DOT * 4, "谢谢"]
    assert private_stretches(said) == [Span(1 - MARGIN, 5 + MARGIN)]


@pytest.mark.parametrize(("side", "before", "line", "hidden", "stays"), LINES)
def test_planted_words_are_hidden_and_nothing_else(
    side: Channel, before: str, line: str, hidden: tuple[str, ...], stays: str
) -> None:
    """Names, addresses, numbers, codes and illnesses of somebody are hidden; job numbers, offices, dates, sums and policy stay."""
    got = hide(line, find(line, side, before))
    assert len(got) == len(line)
    assert stays in got
    for part in hidden:
        shown = got[line.index(part) : line.index(part) + len(part)]
        assert set(shown) <= {DOT, " "} | (set("-个，") if part[0] not in "我" else set()), part


def test_what_was_told_once_is_hidden_wherever_it_recurs() -> None:
    """A name that somebody told is hidden when the clerk repeats it, and in what people write about the call."""
    said = Transcript(
        "c",
        (
            Segment("agent", 0.0, 2.0, "请问您怎么称呼"), Segment("caller", 2.0, 3.0, "马桂花"), Segment("agent", 3.0, 5.0, "马桂花您好请讲"),
        ),
    )  # fmt: skip
    assert hidden_texts(said) == ["请问您怎么称呼", DOT * 3, f"{DOT * 3}您好请讲"]
    assert mask("来电人马桂花不满意", private_texts(said)) == f"来电人{DOT * 3}不满意"
    # Without times of words the whole segment is silent.
    assert private_stretches(said) == [Span(2 - MARGIN, 5 + MARGIN)]


@pytest.mark.parametrize(
    ("number", "shown"), [("13812345678", "138••••5678"), ("8001", "8001"), (None, ""), ("5099123", "••••123")]
)
def test_a_callers_number_keeps_its_ends(number: str | None, shown: str) -> None:
    """Enough to recognise a caller who rings again, not enough to ring back."""
    assert mask_number(number) == shown


@given(st.text(alphabet="您好工号年月0123456789一二三幺，- x", max_size=60))
def test_masking_keeps_length_and_is_final(text: str) -> None:
    """Every other character stays where it was, and masking twice changes nothing."""
    hidden = mask(text)
    assert len(hidden) == len(text)
    assert mask(hidden) == hidden
    assert all(after in (before, DOT) for before, after in zip(text, hidden, strict=True))
