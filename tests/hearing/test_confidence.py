"""What a confidence is worth."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.errors import ModelError
from voice_agent.hearing.rescoring.confidence import FILE, ConfidenceCurve, fit, read_curve, write_curve


def words(seed: int, count: int, steps: int) -> list[tuple[float, bool]]:
    """Made-up words whose confidences take few or many values and mean more, less or nothing."""
    rng = random.Random(seed)  # noqa: S311 - repeatable
    bend = rng.choice([0.0, 0.5, 1.0, 3.0])
    said = [rng.randint(0, steps) / steps for _ in range(count)]
    return [(conf, rng.random() < conf**bend) for conf in said]


def test_an_overstating_recogniser_is_corrected() -> None:
    """Who says 0.8 and is right in 60 % of cases gets 0.6."""
    rng = random.Random(1)  # noqa: S311 - repeatable
    said = [rng.random() for _ in range(20_000)]
    curve = fit([(conf, rng.random() < 0.75 * conf) for conf in said])
    for conf in (0.2, 0.5, 0.8):
        assert curve.share_right(conf) == pytest.approx(0.75 * conf, abs=0.05)


def test_the_wrong_words_among_the_most_certain_count() -> None:
    """One in ten of the words that the recogniser is quite sure of is wrong: such a word is worth 0.9, not 1."""
    sure = [(1.0, number % 10 > 0) for number in range(1000)]
    unsure = [(number / 1000, number % 2 > 0) for number in range(1000)]
    curve = fit(unsure + sure)
    assert curve.share_right(1.0) == pytest.approx(0.9, abs=0.01)
    assert curve.share_right(0.5) == pytest.approx(0.5, abs=0.1)


@given(st.integers(0, 1 << 30), st.integers(200, 3000), st.sampled_from([1, 3, 20, 1000]))
def test_a_curve_only_rises_and_stays_between_nothing_and_certainty(seed: int, count: int, steps: int) -> None:
    """More confidence is never worth less, whatever was measured."""
    curve = fit(words(seed, count, steps))
    shares = [curve.share_right(number / 50) for number in range(51)]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_a_written_curve_is_read_back(tmp_path: Path) -> None:
    """The curve belongs to the model's folder; a model without one is believed."""
    assert read_curve(tmp_path) == ConfidenceCurve()
    (tmp_path / "conf").mkdir()
    curve = ConfidenceCurve(((0.3, 0.2), (0.9, 0.65), (1.0, 0.97)))
    assert write_curve(tmp_path, curve) == tmp_path / FILE
    assert read_curve(tmp_path) == curve
    assert curve.share_right(0.95) == pytest.approx(0.81)


def test_too_few_words_make_no_curve() -> None:
    """A hundred words say more about chance than about the model."""
    with pytest.raises(ModelError, match="只有 100 个词"):
        fit([(0.5, True)] * 100)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("said,right\n0,0\n", 1),
        ("said\tright\n0.1\n", 2),
        ("said\tright\n0.1\t1.2\n", 2),
        ("said\tright\n0.1\t0.5\n0.2\t0.4\n", 3),
        ("said\tright\n0.2\t0.4\n0.1\t0.5\n", 3),
    ],
)
def test_a_broken_curve_is_named(tmp_path: Path, text: str, line: int) -> None:
    """File and line are told."""
    (tmp_path / "conf").mkdir()
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=rf"confidence\.tsv 第 {line} 行"):
        read_curve(tmp_path)
