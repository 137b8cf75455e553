"""How well a recogniser hears a list of clips with known words, wideband and over a telephone line."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
import soxr

from voice_agent.errors import RecordingError, TranscriptError
from voice_agent.hearing.models.choice import load_vosk
from voice_agent.hearing.rescoring.confidence import ConfidenceCurve, fit, write_curve
from voice_agent.hearing.rescoring.evidence import Evidence
from voice_agent.hearing.rescoring.trust import fit_trust, write_trust
from voice_agent.hearing.scoring import Errors, Rate, errors_between, rates, words_right
from voice_agent.hearing.sound.audio import Samples
from voice_agent.hearing.sound.telephone import LINE_RATE, through_telephone
from voice_agent.hearing.sound.tone import tone_of
from voice_agent.hearing.transcriber import Transcriber
from voice_agent.hearing.vosk_transcriber import VoskTranscriber
from voice_agent.values import Word

Condition = Literal["wideband", "telephone"]
CONDITIONS: tuple[Condition, ...] = ("wideband", "telephone")
CONFIDENCE_BINS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0001)
TAIL_SECONDS = 0.3  # clips are often cut at the last sound; a call never is


@dataclass(frozen=True)
class Clip:
    """Speech whose words are known."""

    path: Path
    speaker: str
    corpus: str
    transcript: str


@dataclass(frozen=True)
class ClipResult:
    """What was heard of a clip under a condition; ``seconds`` of sound took ``decode_seconds`` of one core."""

    clip: Clip
    condition: Condition
    heard: str
    errors: Errors
    seconds: float
    decode_seconds: float
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Figures:
    """The figures of one corpus (or of all, ``corpus`` = "") under one condition; ``exact``: clips without a wrong syllable."""

    corpus: str
    condition: Condition
    clips: int
    speakers: int
    exact: int
    characters: Rate
    syllables: Rate
    real_time_factor: float


@dataclass(frozen=True)
class Reliability:
    """Words whose confidence lies in [``low``, ``high``): how many, and how many of them were right."""

    low: float
    high: float
    words: int
    right: int


def read_list(path: Path) -> tuple[Clip, ...]:
    """Clips of a tab-separated list with the columns file, speaker (or voice), corpus and transcript.

    File names are relative to the list. Raises TranscriptError naming file, line and column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TranscriptError(f"{path}：无法读取清单：{error}") from error
    if not rows:
        raise TranscriptError(
            f"{path}：清单是空的；需要以制表符分隔的表头 file、speaker、corpus、transcript 和至少一行"
        )
    return tuple(_clip(path, line, row) for line, row in enumerate(rows, start=2))


def _clip(path: Path, line: int, row: dict[str, str | None]) -> Clip:
    for column in ("file", "transcript"):
        if not row.get(column):
            raise TranscriptError(f"{path} 第 {line} 行：缺少 {column}")
    speaker = row.get("speaker") or row.get("voice") or "?"
    return Clip(path.parent / str(row["file"]), speaker, row.get("corpus") or path.stem, str(row["transcript"]))


def evaluate(
    transcriber: Transcriber,
    clips: Sequence[Clip],
    conditions: Sequence[Condition] = CONDITIONS,
    progress: Callable[[int, int], object] | None = None,
) -> Iterator[ClipResult]:
    """Hear each clip under each condition; ``progress(done, of)`` after each. Raises RecordingError."""
    count = len(clips) * len(conditions)
    for number, clip in enumerate(clips):
        sound, rate = _read(clip.path)
        for offset, condition in enumerate(conditions):
            yield _hear(transcriber, clip, condition, sound, rate)
            if progress:
                progress(number * len(conditions) + offset + 1, count)


def _read(path: Path) -> tuple[Samples, int]:
    try:
        sound, rate = soundfile.read(path, dtype="int16", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        raise RecordingError(f"{path}：无法读取：{error}") from error
    return sound[:, 0], rate


def _hear(transcriber: Transcriber, clip: Clip, condition: Condition, sound: Samples, rate: int) -> ClipResult:
    line = (through_telephone(sound, rate), LINE_RATE) if condition == "telephone" else (sound, rate)
    wanted = transcriber.rate_for(line[1])
    ready = np.concatenate([soxr.resample(*line, wanted), np.zeros(int(TAIL_SECONDS * wanted), np.int16)])
    start = time.process_time()
    segments = transcriber.transcribe([ready], wanted, "mixed", 0.0, tone_of([ready], wanted))
    spent = time.process_time() - start
    heard = "".join(segment.text for segment in segments)
    words = tuple(word for segment in segments for word in segment.words)
    return ClipResult(clip, condition, heard, errors_between(clip.transcript, heard), len(sound) / rate, spent, words)


def figures(results: Iterable[ClipResult]) -> tuple[Figures, ...]:
    """For each condition: all clips together, then corpus by corpus."""
    known = list(results)
    corpora = ["", *sorted({result.clip.corpus for result in known})]
    groups = (
        (corpus, condition, [r for r in known if r.condition == condition and corpus in ("", r.clip.corpus)])
        for condition in CONDITIONS
        for corpus in corpora
    )
    return tuple(_figures(corpus, condition, group) for corpus, condition, group in groups if group)


def _figures(corpus: str, condition: Condition, group: Sequence[ClipResult]) -> Figures:
    characters, syllables = rates((result.clip.speaker, result.errors) for result in group)
    return Figures(
        corpus,
        condition,
        len(group),
        len({result.clip.speaker for result in group}),
        sum(not result.errors.syllables for result in group),
        characters,
        syllables,
        sum(result.decode_seconds for result in group) / max(sum(result.seconds for result in group), 1e-9),
    )


def confidences(results: Iterable[ClipResult]) -> list[tuple[float, bool]]:
    """The confidence of every word heard, and whether it is right."""
    return [
        (word.conf, right)
        for result in results
        for word, right in zip(
            result.words, words_right(result.clip.transcript, [word.text for word in result.words]), strict=True
        )
    ]


def reliability(results: Iterable[ClipResult]) -> tuple[Reliability, ...]:
    """Does a confidence mean what it says? Words by confidence bin and how many of them were right."""
    pairs = confidences(results)
    bins = pairwise(CONFIDENCE_BINS)
    inside = ((low, high, [right for conf, right in pairs if low <= conf < high]) for low, high in bins)
    return tuple(Reliability(low, high, len(right), sum(right)) for low, high, right in inside)


def evaluate_model(model: Path, clips: Path, limit: int | None = None) -> tuple[ClipResult, ...]:
    """Hear the clips of a list with the Vosk model in a folder. Raises ModelError, TranscriptError, RecordingError."""
    return tuple(evaluate(load_vosk(model), read_list(clips)[:limit]))


class _Kept:
    """Keeps the evidence of all words heard, in order; believes every word."""

    def __init__(self) -> None:
        self.known: list[Evidence] = []

    def confidences(self, known: Sequence[Evidence]) -> list[float]:
        self.known += known
        return [1.0] * len(known)


def calibrate_model(model: Path, clips: Path, progress: Callable[[int, int], object] | None = None) -> Path:
    """Fit what the model's confidences are worth on the clips of a list; put the curve, and the weights of evidence, into its folder.

    Raises ModelError, TranscriptError, RecordingError.
    """
    kept = _Kept()
    plain = VoskTranscriber(model, ConfidenceCurve(), kept)
    words = confidences(evaluate(plain, read_list(clips), progress=progress))
    if not kept.known:  # Vosk's own confidences
        return write_curve(model, fit(words))
    right = [each for _, each in words]
    trust = fit_trust(kept.known, right)
    curve = fit(list(zip(trust.confidences(kept.known), right, strict=True)))
    write_trust(model, trust)
    return write_curve(model, curve)


_NAMES = {"wideband": "宽带", "telephone": "模拟电话"}


def report(results: Sequence[ClipResult]) -> str:
    """The figures as Markdown tables for people (Chinese): by corpus and line, then what confidences are worth."""
    head = "| 线路 | 语料 | 条数 | 说话人 | 字错误率（95 % 区间） | 无调拼音错误率（95 % 区间） | 全对 | 实时率 |\n|---|---|---|---|---|---|---|---|"
    rows = [
        f"| {_NAMES[f.condition]} | {f.corpus or '全部'} | {f.clips} | {f.speakers} | {_said(f.characters)} | {_said(f.syllables)} "
        f"| {f.exact} | {f.real_time_factor:.3f} |"
        for f in figures(results)
    ]
    trust = "\n| 置信度 | 词数 | 听对 | 比例 |\n|---|---|---|---|"
    bins = [
        f"| {b.low:.2f}–{min(b.high, 1):.2f} | {b.words} | {b.right} | {b.right / b.words if b.words else 0:.2f} |"
        for b in reliability(results)
    ]
    return "\n".join([head, *rows, trust, *bins])


def _said(rate: Rate) -> str:
    return f"{rate.value:.3f}（{rate.low:.3f}–{rate.high:.3f}；{rate.errors}/{rate.total}）"
