"""Errors counted by hand, and the bundled model on the bundled clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hearing.conftest import DATA
from voice_agent.errors import RecordingError, TranscriptError
from voice_agent.hearing.evaluate_model import evaluate, figures, read_list, reliability, report
from voice_agent.hearing.scoring import Errors, characters, errors_between, rates, syllables, words_right
from voice_agent.hearing.sound.telephone import through_telephone
from voice_agent.hearing.vosk_transcriber import VoskTranscriber


def test_errors_counted_by_hand() -> None:
    """公号 for 工号 is a wrong character but the right sound; 您 lost is one of each."""
    assert errors_between("您好，工号一〇八六", "好公号幺零八六") == Errors(2, 8, 1, 8)


def test_only_chinese_characters_count() -> None:
    """Spaces, punctuation and Latin letters are not compared; traditional and simplified are the same; 幺 is 一."""
    assert characters("您好, ABC 電話：幺") == ["您", "好", "电", "话", "一"]
    assert syllables("绿") == ["lv"]


@given(st.text(alphabet="您好工号一二三四五六", max_size=30), st.text(alphabet="您好工号一二三四五六", max_size=30))
def test_no_more_errors_than_characters(truth: str, heard: str) -> None:
    """Equal texts have none; never more than the longer text is long; sound is never worse than writing."""
    errors = errors_between(truth, heard)
    assert errors_between(truth, truth).characters == 0
    assert errors.syllables <= errors.characters <= max(len(truth), len(heard))


def test_intervals_come_from_speakers() -> None:
    """The rate lies in its interval; one speaker alone has no spread."""
    scored = [(speaker, Errors(speaker, 10, 0, 10)) for speaker in range(10) for _ in range(3)]
    rate, other = rates(scored)
    assert (rate.errors, rate.total, rate.value) == (135, 300, 0.45)
    assert 0.2 < rate.low < 0.45 < rate.high < 0.7
    assert (other.low, other.high) == (0, 0)
    alone, _ = rates([("one", Errors(1, 10, 1, 10))] * 5)
    assert alone.low == alone.high == 0.1


def test_right_and_wrong_words() -> None:
    """A word is right when all its syllables stand where they should; homophones are right."""
    assert words_right("您好工号一零八六", ["您好", "公号", "一", "零", "九", "六"]) == [
        True,
        True,
        True,
        True,
        False,
        True,
    ]
    assert words_right("", ["喂"]) == [False]


def test_a_telephone_passes_only_its_band() -> None:
    """Within 300–3400 Hz nothing changes, far outside nothing passes, at half the rate."""
    at = np.arange(32_000) / 16_000
    low, inside, high = (np.sin(2 * np.pi * hertz * at) for hertz in (80, 1_000, 5_000))
    line = through_telephone(((low + inside + high) * 8_000).astype(np.int16), 16_000).astype(float)
    assert len(line) == 16_000
    power = np.abs(np.fft.rfft(line * np.hanning(len(line)))) ** 2
    assert power[2_000 - 20 : 2_000 + 20].sum() > 0.99 * power.sum()


@pytest.mark.vosk
def test_the_bundled_model_on_the_bundled_clips(vosk: VoskTranscriber) -> None:
    """Five hotline sentences: few syllables wrong on both lines, and confident words are mostly right."""
    results = list(evaluate(vosk, read_list(DATA / "clips.tsv")))
    together = [figure for figure in figures(results) if not figure.corpus]
    assert [(figure.condition, figure.clips) for figure in together] == [("wideband", 5), ("telephone", 5)]
    assert all(figure.syllables.value < 0.25 for figure in together)
    best = reliability(results)[-1]
    assert best.right >= 0.8 * best.words > 10
    assert "模拟电话" in report(results)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "清单是空的"),
        ("file\ttranscript\n", "清单是空的"),
        ("file\ttranscript\nx.wav\t\n", "第 2 行：缺少 transcript"),
        ("name\ttext\nx\ty\n", "第 2 行：缺少 file"),
    ],
)
def test_a_wrong_list_is_told(tmp_path: Path, content: str, message: str) -> None:
    """Errors name the list, the line and the column."""
    (tmp_path / "list.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(TranscriptError, match=rf"list\.tsv.*{message}"):
        read_list(tmp_path / "list.tsv")


@pytest.mark.vosk
def test_a_missing_clip_is_told(vosk: VoskTranscriber, tmp_path: Path) -> None:
    """The error names the clip."""
    (tmp_path / "list.tsv").write_text("file\ttranscript\ngone.wav\t您好\n", encoding="utf-8")
    with pytest.raises(RecordingError, match=r"gone\.wav：无法读取"):
        list(evaluate(vosk, read_list(tmp_path / "list.tsv")))
