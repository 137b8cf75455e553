"""Whisper (faster-whisper) behind the Transcriber protocol: an extra for sites whose servers can afford it, never a default.

It is given no prompt and no earlier text: both would make it invent the mandated phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import opencc

from voice_agent.errors import ModelError
from voice_agent.hearing.sound.audio import Samples
from voice_agent.hearing.sound.quality import INAUDIBLE_DB, Levels, measure
from voice_agent.hearing.sound.tone import Tone
from voice_agent.hearing.transcriber import segment_of
from voice_agent.hearing.whisper_guards import Piece, believable, spoken_words, without_loops
from voice_agent.values import Channel, Segment, Word

RATE = 16_000
WINDOW_SECONDS, SEARCH_SECONDS = 120, 20  # long speech is cut at the quietest moment of the window's end
FILES = ("model.bin", "config.json")
_NOT_SPOKEN = re.compile(r"[^\w%.]|_")


class WhisperTranscriber:
    """One loaded faster-whisper model. Raises ModelError for a missing extra or an unusable folder."""

    def __init__(self, model_dir: Path) -> None:
        missing = [name for name in FILES if not (model_dir / name).is_file()]
        if missing:
            raise ModelError(f"{model_dir}：不是 faster-whisper 模型目录，缺少 {'、'.join(missing)}")
        try:
            from faster_whisper import WhisperModel  # noqa: PLC0415 - an optional extra
        except ImportError as error:
            raise ModelError("没有安装 Whisper 支持；请执行 pip install 'voice-agent[whisper]'") from error
        try:
            self._model: Any = WhisperModel(str(model_dir), device="cpu", compute_type="int8", cpu_threads=1)
        except Exception as error:  # ctranslate2 raises whatever its C++ throws
            raise ModelError(f"{model_dir}：无法加载 Whisper 模型：{error}") from error
        self._simplified = opencc.OpenCC("t2s")

    def rate_for(self, source: int) -> int:
        """Whisper hears 16 kHz only."""
        del source
        return RATE

    def transcribe(
        self, sound: Iterable[Samples], rate: int, channel: Channel, offset: float, tone: Tone | None = None
    ) -> tuple[Segment, ...]:
        """See Transcriber. Whisper learnt from every kind of microphone and wants none evened out."""
        del tone
        segments: list[Segment] = []
        for window in windows(sound, rate):
            segments += self._hear(window, rate, channel, offset)
            offset += len(window) / rate
        return tuple(segments)

    def _hear(self, window: Samples, rate: int, channel: Channel, offset: float) -> Iterator[Segment]:
        levels = measure([window], rate)
        for piece in self._pieces(window):
            audible = [word for word in piece.words if _is_audible(word, levels)]
            words = spoken_words(without_loops(audible)) if believable(piece) else ()
            if words:
                yield segment_of([_shifted(word, offset) for word in words], channel)

    def _pieces(self, window: Samples) -> Iterator[Piece]:
        found, _ = self._model.transcribe(
            window.astype(np.float32) / 32768,
            language="zh",
            word_timestamps=True,
            condition_on_previous_text=False,
            hallucination_silence_threshold=2.0,
            suppress_tokens=[-1, *self._digit_tokens],
        )
        for piece in found:
            words = tuple(self._words(piece.words or ()))
            yield Piece(piece.text, piece.no_speech_prob, piece.avg_logprob, piece.compression_ratio, words)

    def _words(self, words: Iterable[Any]) -> Iterator[Word]:
        for word in words:
            text = _NOT_SPOKEN.sub("", self._simplified.convert(word.word))
            if text:
                yield Word(text, float(word.start), float(word.end), round(float(word.probability), 3))

    @cached_property
    def _digit_tokens(self) -> list[int]:
        """Without figures in its vocabulary Whisper writes numbers as they are said."""
        vocabulary: dict[str, int] = self._model.hf_tokenizer.get_vocab()
        return sorted(number for token, number in vocabulary.items() if re.search(r"\d", token) and "<|" not in token)


def windows(sound: Iterable[Samples], rate: int) -> Iterator[Samples]:
    """Stretches of at most two minutes, cut where it is quietest, so that memory stays bounded and no word is cut."""
    held = np.zeros(0, np.int16)
    for block in sound:
        held = np.concatenate([held, block])
        while len(held) >= WINDOW_SECONDS * rate:
            cut = _quietest(held[: WINDOW_SECONDS * rate], rate)
            yield held[:cut]
            held = held[cut:]
    if len(held):
        yield held


def _quietest(window: Samples, rate: int) -> int:
    search = window[-SEARCH_SECONDS * rate :]
    levels = measure([search], rate)
    width = 10  # frames of 20 ms
    power = np.convolve(10 ** (levels.db / 10), np.ones(width), mode="valid")
    return int(len(window) - len(search) + (np.argmin(power) + width / 2) * levels.step * rate)


def _is_audible(word: Word, levels: Levels) -> bool:
    return levels.between(word.start - 0.1, word.end + 0.1) > INAUDIBLE_DB


def _shifted(word: Word, offset: float) -> Word:
    return Word(word.text, round(word.start + offset, 3), round(word.end + offset, 3), word.conf)
