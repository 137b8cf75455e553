"""How far recognised text is from the truth, in characters and in toneless syllables; pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
import opencc
from pypinyin import lazy_pinyin
from rapidfuzz.distance import Levenshtein

RESAMPLES = 1_000
_HAN = re.compile(r"[〇\u3400-\u9fff]")
#: Two spellings of one spoken word each: neither is an error.
_SAME = str.maketrans("幺〇", "一零")


@dataclass(frozen=True)
class Errors:
    """Edit distance and length of the truth, in characters and in toneless syllables, of one clip or of many."""

    characters: int = 0
    of_characters: int = 0
    syllables: int = 0
    of_syllables: int = 0

    def __add__(self, other: Errors) -> Errors:
        """Both together."""
        return Errors(
            self.characters + other.characters,
            self.of_characters + other.of_characters,
            self.syllables + other.syllables,
            self.of_syllables + other.of_syllables,
        )


@dataclass(frozen=True)
class Rate:
    """``errors`` of ``total`` and the 95 % interval of their ratio over resampled speakers."""

    errors: int
    total: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """Errors per unit of truth (0 where there is none)."""
        return self.errors / self.total if self.total else 0.0


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def characters(text: str) -> list[str]:
    """The Chinese characters of a text, simplified; 幺 counts as 一 and 〇 as 零."""
    return _HAN.findall(_simplifier().convert(text).translate(_SAME))


def syllables(text: str) -> list[str]:
    """The toneless pinyin of the text's Chinese characters, one syllable each."""
    return lazy_pinyin("".join(characters(text)))


def errors_between(truth: str, heard: str) -> Errors:
    """Edit distances between two texts."""
    true_characters, true_syllables = characters(truth), syllables(truth)
    return Errors(
        Levenshtein.distance(true_characters, characters(heard)),
        len(true_characters),
        Levenshtein.distance(true_syllables, syllables(heard)),
        len(true_syllables),
    )


def rates(scored: Iterable[tuple[Hashable, Errors]], seed: int = 0) -> tuple[Rate, Rate]:
    """Character and syllable error rate of (speaker, errors) pairs; intervals from drawing speakers with replacement."""
    by_speaker: defaultdict[Hashable, Errors] = defaultdict(Errors)
    for speaker, errors in scored:
        by_speaker[speaker] += errors
    parts = list(by_speaker.values())
    table = np.array([(e.characters, e.of_characters, e.syllables, e.of_syllables) for e in parts], dtype=np.int64)
    table = table.reshape(-1, 4)
    return _rate(table[:, 0], table[:, 1], seed), _rate(table[:, 2], table[:, 3], seed)


def _rate(errors: np.ndarray, totals: np.ndarray, seed: int) -> Rate:
    if not totals.sum():
        return Rate(int(errors.sum()), 0, 0.0, 0.0)
    drawn = np.random.default_rng(seed).integers(len(errors), size=(RESAMPLES, len(errors)))
    ratios = errors[drawn].sum(axis=1) / np.maximum(totals[drawn].sum(axis=1), 1)
    low, high = np.percentile(ratios, (2.5, 97.5))
    return Rate(int(errors.sum()), int(totals.sum()), float(low), float(high))


def words_right(truth: str, words: Sequence[str]) -> list[bool]:
    """For each recognised word: do all its syllables stand in the truth, at their place? Words without characters count as wrong."""
    said = [syllables(word) for word in words]
    flat = [syllable for word in said for syllable in word]
    right = [False] * len(flat)
    for step in Levenshtein.opcodes(syllables(truth), flat):
        if step.tag == "equal":
            right[step.dest_start : step.dest_end] = [True] * (step.dest_end - step.dest_start)
    places = iter(right)
    return [bool(word) and min(list(islice(places, len(word)))) for word in said]
