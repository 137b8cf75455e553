"""Whisper's inventions, loops and figures, on plain data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hearing.conftest import noise
from voice_agent.errors import ModelError
from voice_agent.hearing.whisper import WhisperTranscriber, windows
from voice_agent.hearing.whisper_guards import Piece, believable, spoken, spoken_words, without_loops
from voice_agent.values import Word


def words(*texts: str) -> tuple[Word, ...]:
    return tuple(Word(text, number * 0.3, number * 0.3 + 0.3, 0.9) for number, text in enumerate(texts))


def piece(text: str = "您好", no_speech: float = 0.1, log: float = -0.3, compression: float = 1.1) -> Piece:
    return Piece(text, no_speech, log, compression, words(*text))


def test_ordinary_speech_is_believed() -> None:
    """What Whisper is sure of stays."""
    assert believable(piece())


@pytest.mark.parametrize(
    "invented",
    [
        piece(no_speech=0.9),
        piece(log=-1.4),
        piece(compression=5.0),
        piece("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目"),
        piece("谢谢观看"),
        piece(""),
    ],
)
def test_inventions_are_not_believed(invented: Piece) -> None:
    """Text in silence, improbable text, loops and subtitle credits are dropped."""
    assert not believable(invented)


def test_one_round_of_a_loop_stays() -> None:
    """An endless repetition is heard once; what stands before and after it stays."""
    looped = words("请", *["稍", "等"] * 9, "好")
    assert [word.text for word in without_loops(looped)] == ["请", "稍", "等", "好"]


def test_honest_repetition_stays() -> None:
    """People do say 好好好 and 对对对对."""
    assert without_loops(words(*"对对对对好好好")) == words(*"对对对对好好好")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("工号1086", "工号一零八六"),
        ("2007年3月5日", "二零零七年三月五日"),
        ("3000元", "三千元"),
        ("12个月", "十二个月"),
        ("电话09515012333", "电话零九五一五零一二三三三"),
        ("80%", "百分之八十"),
        ("1号窗口", "一号窗口"),
        ("没有数字", "没有数字"),
    ],
)
def test_figures_are_written_as_they_are_said(written: str, said: str) -> None:
    """Quantities as numbers, years and bare strings digit by digit."""
    assert spoken(written) == said


def test_figures_cut_into_words_are_read_together() -> None:
    """Whisper cuts 3000元 into 3, 000 and 元; it is still three thousand."""
    assert [word.text for word in spoken_words(words("3", "000", "元"))] == ["三千", "元"]
    assert [word.text for word in spoken_words(words("涨了", "8", "0", "%"))] == ["涨了", "百分之八十"]


@given(st.text(alphabet="0123456789年元%.好", max_size=30))
def test_no_figure_survives(text: str) -> None:
    """Whatever the figures, none is left in Arabic digits, and nothing fails."""
    assert not any(character.isdigit() and character.isascii() for character in spoken(text))


def test_long_speech_is_cut_where_it_is_quiet() -> None:
    """Windows join to the whole again, none is longer than two minutes, and the cut lies in the pause."""
    sound = np.concatenate([noise(110, -20), np.zeros(8_000), noise(80, -20)])
    sound = (sound * 32768).clip(-32768, 32767).astype(np.int16)
    first, second = windows(np.array_split(sound, 20), 8_000)
    assert (np.concatenate([first, second]) == sound).all()
    assert 110 < len(first) / 8_000 < 111


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    """The error names the folder and what is missing."""
    with pytest.raises(ModelError, match=r"缺少 model\.bin、config\.json"):
        WhisperTranscriber(tmp_path)
