"""Which runs of digits are hidden, and that masking never changes anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.masking import DOT, mask, mask_number, mask_words
from voice_agent.values import Word


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
    words = [Word(text, n, n + 1) for n, text in enumerate(["电话", "一三八", "零零", "一二", "三四五六", "谢谢"])]
    assert mask_words(words) == ("电话", DOT * 3, DOT * 2, DOT * 2, DOT * 4, "谢谢")


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
