"""Vosk behind the Transcriber protocol. No grammar, no biasing, no alternatives (these would take the word confidences away)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import vosk

from voice_agent.errors import ModelError
from voice_agent.events import Channel, Segment, Word
from voice_agent.hearing.audio import Samples
from voice_agent.hearing.confidence import ConfidenceCurve, read_curve
from voice_agent.hearing.memory import give_back
from voice_agent.hearing.model_files import check_model
from voice_agent.hearing.transcriber import segment_of

TELEPHONE_RATE = 8_000
PIECE_SECONDS = 0.25  # how often Vosk looks for the end of an utterance


class VoskTranscriber:
    """One loaded model; belongs to one process. Raises ModelError when the folder holds no usable Mandarin model.

    Words carry the share of such words that are right, by the model's own curve or by ``curve``.
    """

    def __init__(self, model_dir: Path, curve: ConfidenceCurve | None = None) -> None:
        self._info = check_model(model_dir)
        self._curve = curve or read_curve(model_dir)
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(model_dir))
        except Exception as error:  # vosk raises the bare class
            raise ModelError(f"{model_dir}：Vosk 无法加载此模型；请重新安装：voice-agent model install") from error

    def rate_for(self, source: int) -> int:
        """The model's own rate; the telephone's where the model was trained on Kaldi's doubling of it (``--allow-upsample``)."""
        return TELEPHONE_RATE if self._info.upsamples and source == TELEPHONE_RATE else self._info.rate

    def transcribe(self, sound: Iterable[Samples], rate: int, channel: Channel, offset: float) -> tuple[Segment, ...]:
        """See Transcriber. Nothing of a recording is kept: recognisers that live on grow."""
        try:
            return self._heard(sound, rate, channel, offset)
        finally:
            give_back()

    def _heard(self, sound: Iterable[Samples], rate: int, channel: Channel, offset: float) -> tuple[Segment, ...]:
        recogniser = vosk.KaldiRecognizer(self._model, rate)
        recogniser.SetWords(True)
        results = _results(recogniser, sound, int(rate * PIECE_SECONDS))
        words = (tuple(self._words(result, offset)) for result in results)
        return tuple(segment_of(heard, channel) for heard in words if heard)

    def _words(self, result: str, offset: float) -> Iterator[Word]:
        for word in json.loads(result).get("result", ()):
            text = word["word"]
            if not text.startswith(("[", "<")):  # noises and unknown words are marked so
                start, end = round(word["start"] + offset, 3), round(word["end"] + offset, 3)
                yield Word(text, start, end, round(self._curve.share_right(word["conf"]), 3))


def _results(recogniser: Any, sound: Iterable[Samples], size: int) -> Iterator[str]:
    for block in sound:
        for start in range(0, len(block), size):
            if recogniser.AcceptWaveform(block[start : start + size].tobytes()):
                yield recogniser.Result()
    yield recogniser.FinalResult()
