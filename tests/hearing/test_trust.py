"""Confidences made of evidence."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from voice_agent.errors import ModelError
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.hearing.rescoring.evidence import Evidence
from voice_agent.hearing.rescoring.trust import FILE, NAMES, Trust, fit_trust, read_trust, write_trust


def known(seed: int, count: int) -> list[Evidence]:
    """Made-up evidence."""
    rng = random.Random(seed)  # noqa: S311 - repeatable
    return [
        Evidence(rng.uniform(-5, 15), rng.uniform(-5, 5), rng.uniform(0, 9), rng.uniform(2, 6)) for _ in range(count)
    ]


def test_weights_are_found_again() -> None:
    """Words that are right as often as known weights say teach weights like these."""
    rng, words, truth = random.Random(2), known(1, 20_000), Trust((0.4, 0.3, -0.2, -0.1, 0.5))  # noqa: S311 - repeatable
    fitted = fit_trust(words, [rng.random() < confidence for confidence in truth.confidences(words)])
    assert fitted.weights == pytest.approx(truth.weights, abs=0.12)


def test_evidence_without_exception_gives_no_endless_weights() -> None:
    """Where the margin tells right from wrong each time, words are as good as certain, and still numbers."""
    words = known(3, 300)
    fitted = fit_trust(words, [word.margin > 5 for word in words])
    assert all(0 <= confidence <= 1 for confidence in fitted.confidences(words))
    assert max(map(abs, fitted.weights)) < 100


def test_no_words_have_no_confidences() -> None:
    """An utterance without a word is none to judge."""
    assert Trust().confidences([]) == []


def test_the_usual_weights_are_those_of_the_bundled_model() -> None:
    """Whoever trains a network of his own and does not calibrate gets weights that were fitted once, not forgotten ones."""
    assert read_trust(BUNDLED) == Trust()


def test_weights_are_read_back(tmp_path: Path) -> None:
    """They belong to the model's folder; a model without them has the usual ones."""
    assert read_trust(tmp_path) == Trust()
    (tmp_path / "conf").mkdir()
    trust = Trust((0.5, 0.25, -0.125, -0.0625, 2.0))
    assert write_trust(tmp_path, trust) == tmp_path / FILE
    assert read_trust(tmp_path) == trust


@pytest.mark.parametrize(
    ("line", "content", "message"),
    [
        (0, "weight\tevidence", "第 1 行：应为以制表符分隔的表头"),
        (2, "share\tmuch", "第 3 行：share 的权重应为一个数"),
        (3, "price\t1", "第 4 行：应为 cost 及其权重"),
        (1, "margin\tnan", "第 2 行：应为 margin 及其权重"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: int, content: str, message: str) -> None:
    """The error says which file and line, and what belongs there."""
    lines = ["evidence\tweight", *(f"{name}\t1" for name in NAMES)]
    lines[line] = content
    (tmp_path / "conf").mkdir()
    (tmp_path / FILE).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ModelError, match=rf"evidence\.tsv {message}"):
        read_trust(tmp_path)
