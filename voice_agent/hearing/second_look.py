"""A second look at what Vosk takes for possible: its alternatives, weighed anew by a model of characters."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice_agent.hearing.character_model import FILE, CharacterModel
from voice_agent.hearing.evidence import Evidence, evidence

ALTERNATIVES = 30  # that Vosk is asked for
FIGURES = "零〇一二三四五六七八九幺洞两"  # not the homophones that judging takes for figures inside a number
FREE_CHOICE = math.log(10)  # nats that a figure after a figure costs any model: nobody can know which of ten comes next


@dataclass(frozen=True)
class HeardWord:
    """A word as Vosk gives it: seconds since the recogniser's start."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Alternative:
    """One of Vosk's alternatives; ``score`` in nats, higher is likelier."""

    score: float
    words: tuple[HeardWord, ...]

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(word.text for word in self.words)


@dataclass(frozen=True)
class Chosen:
    """The words of an utterance and what speaks for each."""

    words: tuple[HeardWord, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def is_word(text: str) -> bool:
    """Vosk marks noises and unknown words with a bracket."""
    return not text.startswith(("[", "<"))


@dataclass(frozen=True)
class Possible:
    """What Vosk takes for possible, the likeliest first, no text twice; ``complete``: there is nothing else within its beam."""

    alternatives: tuple[Alternative, ...]
    complete: bool


def alternatives_in(result: str) -> Possible:
    """The alternatives of Vosk's ``Result``."""
    listed = json.loads(result).get("alternatives", ())
    first: dict[str, Alternative] = {}
    for each in listed:
        words = (HeardWord(word["word"], word["start"], word["end"]) for word in each.get("result", ()))
        alternative = Alternative(float(each["confidence"]), tuple(word for word in words if is_word(word.text)))
        first.setdefault(alternative.text, alternative)
    return Possible(tuple(first.values()), len(listed) < ALTERNATIVES)


def choose(possible: Possible, model: CharacterModel) -> Chosen:
    """What is likeliest by Vosk and the character model together."""
    texts = [alternative.text for alternative in possible.alternatives]
    if not any(texts):
        return Chosen()
    scores = np.array([alternative.score for alternative in possible.alternatives])
    costs = model.costs(texts).astype(np.float64) - FREE_CHOICE * follows_a_figure(texts)
    totals = scores - model.weight * costs.sum(axis=1)
    best = int(np.argmax(totals))
    words, own = possible.alternatives[best].words, costs[best, : len(texts[best]) + 1]
    known = evidence(texts, scores, totals, own, best, [word.text for word in words], possible.complete)
    return Chosen(words, tuple(known))


def follows_a_figure(texts: Sequence[str]) -> NDArray[np.bool_]:
    """(texts, longest + 1): whether a character is a figure after a figure.

    Without this the shorter of two numbers would nearly always be preferred.
    """
    marks = np.zeros((len(texts), max(map(len, texts)) + 1), dtype=bool)
    for row, text in zip(marks, texts, strict=True):
        row[1 : len(text)] = [before in FIGURES and after in FIGURES for before, after in pairwise(text)]
    return marks


def character_model_of(model_dir: Path) -> CharacterModel | None:
    """The character model that a Vosk model brings along; None where it brings none. Raises ModelError for a damaged one."""
    path = model_dir / FILE
    return CharacterModel(path) if path.is_file() else None
