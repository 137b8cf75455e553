"""Vosk behind the Transcriber protocol. No grammar and no biasing: nothing tells it what should have been said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import vosk

from voice_agent.errors import ModelError
from voice_agent.hearing.memory import give_back
from voice_agent.hearing.models.model_files import check_model
from voice_agent.hearing.rescoring.confidence import ConfidenceCurve, read_curve
from voice_agent.hearing.rescoring.evidence import Evidence
from voice_agent.hearing.rescoring.second_look import (
    ALTERNATIVES,
    HeardWord,
    alternatives_in,
    choose,
    is_word,
    language_models_of,
)
from voice_agent.hearing.rescoring.trust import read_trust
from voice_agent.hearing.sound.audio import Samples
from voice_agent.hearing.sound.equaliser import read_equaliser
from voice_agent.hearing.sound.tone import Tone
from voice_agent.hearing.transcriber import segment_of
from voice_agent.values import Channel, Segment, Word

TELEPHONE_RATE = 8_000
PIECE_SECONDS = 0.25  # how often Vosk looks for the end of an utterance
Said = list[tuple[HeardWord, float]]  # words with confidences


class Judge(Protocol):
    """What makes confidences of evidence."""

    def confidences(self, known: Sequence[Evidence]) -> Sequence[float]:
        """One for each word."""


class VoskTranscriber:
    """One loaded model; belongs to one process. Raises ModelError when the folder holds no usable Mandarin model.

    A model that brings language models along is asked for alternatives, of which that chooses; any other for what Vosk itself
    chooses. Words carry the share of such words that are right, by the model's own curve or by ``curve``; ``judge`` stands in for the
    model's own weights of evidence.
    """

    def __init__(self, model_dir: Path, curve: ConfidenceCurve | None = None, judge: Judge | None = None) -> None:
        self._info = check_model(model_dir)
        self._curve, self._judge = curve or read_curve(model_dir), judge or read_trust(model_dir)
        self._language, self._equaliser = language_models_of(model_dir), read_equaliser(model_dir)
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(model_dir))
        except Exception as error:  # vosk raises the bare class
            raise ModelError(f"{model_dir}：Vosk 无法加载此模型；请重新安装：voice-agent model install") from error

    def rate_for(self, source: int) -> int:
        """The model's own rate; the telephone's where the model was trained on Kaldi's doubling of it (``--allow-upsample``)."""
        return TELEPHONE_RATE if self._info.upsamples and source == TELEPHONE_RATE else self._info.rate

    def transcribe(
        self, sound: Iterable[Samples], rate: int, channel: Channel, offset: float, tone: Tone | None = None
    ) -> tuple[Segment, ...]:
        """See Transcriber. Nothing of a recording is kept: recognisers that live on grow."""
        if self._equaliser and tone is not None:
            sound = self._equaliser.evened(sound, rate, tone)
        try:
            return self._heard(sound, rate, channel, offset)
        finally:
            give_back()

    def _heard(self, sound: Iterable[Samples], rate: int, channel: Channel, offset: float) -> tuple[Segment, ...]:
        results = _results(self.recogniser(rate), sound, int(rate * PIECE_SECONDS))
        words = (self.words_in(result, offset) for result in results)
        return tuple(segment_of(said, channel) for said in words if said)

    def recogniser(self, rate: int) -> Any:
        """A fresh recogniser of Vosk's for one leg at ``rate`` Hz; all share this model."""
        recogniser = vosk.KaldiRecognizer(self._model, rate)
        recogniser.SetWords(True)
        if self._language:
            recogniser.SetMaxAlternatives(ALTERNATIVES)
        return recogniser

    def words_in(self, result: str, offset: float) -> tuple[Word, ...]:
        """The words of a final result of ``recogniser``, whose time began ``offset`` seconds into the recording."""
        return tuple(self._word(word, conf, offset) for word, conf in self._said(result))

    def _said(self, result: str) -> Said:
        """The words of one of Vosk's results, with confidences that the curve does not know yet."""
        if self._language:
            chosen = choose(alternatives_in(result), self._language)
            return list(zip(chosen.words, self._judge.confidences(chosen.evidence), strict=True))
        words = json.loads(result).get("result", ())
        return [(HeardWord(w["word"], w["start"], w["end"]), w["conf"]) for w in words if is_word(w["word"])]

    def _word(self, word: HeardWord, conf: float, offset: float) -> Word:
        start, end = round(word.start + offset, 3), round(word.end + offset, 3)
        return Word(word.text, start, end, round(self._curve.share_right(conf), 3))


def _results(recogniser: Any, sound: Iterable[Samples], size: int) -> Iterator[str]:
    for block in sound:
        for start in range(0, len(block), size):
            if recogniser.AcceptWaveform(block[start : start + size].tobytes()):
                yield recogniser.Result()
    yield recogniser.FinalResult()
