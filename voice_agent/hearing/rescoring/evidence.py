"""How much speaks for each word of what was chosen among alternatives; pure.

Vosk tells no confidences with its alternatives, so they are made of four things that its lattice's own (minimum Bayes risk) knows
only in part: see ``Evidence``. Their weights are fitted on words that are known to be right or wrong (logistic regression).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from voice_agent.speech.sounds import reading

Floats = npt.NDArray[np.float64]

MOST_MARGIN = 15.0  # nats; a larger one says no more
BEYOND = 7.0  # nats, beyond the recipe's lattice beam (5): where Vosk has no more alternatives, others are farther off
SHARE_SCALE = 0.4  # on nats, before alternatives share among themselves: they are too few to be believed as they are
SHARE_LIMITS = (0.003, 0.997)  # no share of so few alternatives is nothing or all


@dataclass(frozen=True)
class Evidence:
    """What speaks for a word (of several syllables: for the weakest of them).

    ``margin``: nats by which Vosk prefers what was chosen to the best alternative that has another syllable there; ``share``: log odds
    of the alternatives that have it; ``cost`` and ``utterance_cost``: nats a character that the network of the second look finds the word and
    all of the utterance to cost.
    """

    margin: float
    share: float
    cost: float
    utterance_cost: float


def evidence(
    texts: Sequence[str],
    scores: Floats,
    totals: Floats,
    costs: Floats,
    chosen: int,
    words: Sequence[str],
    complete: bool,
) -> list[Evidence]:
    """The evidence for each of ``words``, which make up ``texts[chosen]``.

    ``scores``: Vosk's of each text, ``totals``: with the language models' weighed in (nats, higher is likelier); ``costs``: nats of each
    character of the chosen text, the utterance's end last; ``complete``: Vosk knew no other alternatives.
    """
    sounds = [_sounds(text) for text in texts]
    same = np.zeros((len(texts), len(texts[chosen])), dtype=bool)
    for row, other in zip(same, sounds, strict=True):
        for step in Levenshtein.opcodes(other, sounds[chosen]):
            if step.tag == "equal":
                row[step.dest_start : step.dest_end] = True
    lowest = scores.min() - 1  # an alternative that is not among these is less likely than all of them
    if complete:
        lowest = min(lowest, scores.max() - BEYOND)
    best_other = np.where(same, lowest, scores[:, None]).max(axis=0)
    margins = np.minimum(scores[chosen] - best_other, MOST_MARGIN)
    weights = np.exp(SHARE_SCALE * (totals - totals.max()))
    shares = np.clip(weights @ same / weights.sum(), *SHARE_LIMITS)
    odds = np.log(shares / (1 - shares))
    return [
        Evidence(float(margins[at].min()), float(odds[at].min()), float(costs[at].mean()), float(costs.mean()))
        for at in _places(words)
    ]


def _places(words: Sequence[str]) -> Iterator[slice]:
    start = 0
    for word in words:
        yield slice(start, start + len(word))
        start += len(word)


def _sounds(text: str) -> list[str]:
    """Toneless syllables, each character by itself, so that a character sounds alike in every word."""
    return [reading(character) for character in text]


def as_rows(known: Sequence[Evidence]) -> Floats:
    """(words, 4) numbers, as they are weighed."""
    return np.array([astuple(each) for each in known], dtype=np.float64).reshape(-1, 4)
