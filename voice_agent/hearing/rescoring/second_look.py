"""A second look at what Vosk takes for possible: its alternatives, weighed anew by a better language model."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice_agent.hearing.rescoring.evidence import Evidence, evidence
from voice_agent.hearing.rescoring.ngram_model import NgramModel
from voice_agent.hearing.rescoring.recurrent_model import RecurrentModel
from voice_agent.hearing.rescoring.rescoring_file import FOLDER, words_of

ALTERNATIVES = 40  # that Vosk is asked for
FIGURES = "零〇一二三四五六七八九幺洞两"  # not the homophones that judging takes for figures inside a number
# Nats that a figure after a figure costs the network: nobody can know which of ten comes next. What the n-grams said of figures was in
# Vosk's score and is taken off as it is.
FREE_CHOICE = math.log(10)


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


@dataclass(frozen=True)
class LanguageModels:
    """What judges alternatives: a recurrent network, and the n-grams of Vosk's graph, whose weight is below nothing."""

    network: RecurrentModel
    ngrams: NgramModel


def choose(possible: Possible, models: LanguageModels) -> Chosen:
    """What is likeliest by Vosk and the language models together."""
    texts = [alternative.text for alternative in possible.alternatives]
    if not any(texts):
        return Chosen()
    words = [[word.text for word in alternative.words] for alternative in possible.alternatives]
    scores = np.array([alternative.score for alternative in possible.alternatives])
    costs = models.network.costs(words).astype(np.float64) - FREE_CHOICE * follows_a_figure(words)
    totals = (
        scores
        - models.network.weight * costs.sum(axis=1)
        - models.ngrams.weight * models.ngrams.costs(words).sum(axis=1)
    )
    best = int(np.argmax(totals))
    own = _by_character(words[best], costs[best])
    known = evidence(texts, scores, totals, own, best, words[best], possible.complete)
    return Chosen(possible.alternatives[best].words, tuple(known))


def _by_character(words: Sequence[str], costs: NDArray[np.float64]) -> NDArray[np.float64]:
    """What words cost, evenly over their characters; the end last."""
    lengths = np.array([*map(len, words), 1])
    return np.repeat(costs[: len(lengths)] / lengths, lengths)


def follows_a_figure(texts: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """(texts, words + 1): how many of a word's characters are figures after a figure.

    Without this the shorter of two numbers would nearly always be preferred.
    """
    counts = np.zeros((len(texts), max(map(len, texts)) + 1))
    for row, words in zip(counts, texts, strict=True):
        row[: len(words)] = [_figures_in_a_row(before[-1:] + word) for before, word in pairwise(["", *words])]
    return counts


@lru_cache(maxsize=10_000)
def _figures_in_a_row(said: str) -> int:
    return sum(before in FIGURES and after in FIGURES for before, after in pairwise(said))


def language_models_of(model_dir: Path) -> LanguageModels | None:
    """The language models that a Vosk model brings along; None where it brings none. Raises ModelError for damaged ones."""
    folder = model_dir / FOLDER
    if not folder.is_dir():
        return None
    words = words_of(model_dir)
    return LanguageModels(RecurrentModel(folder / "words.npz", words), NgramModel(folder / "ngrams.npz", words))
