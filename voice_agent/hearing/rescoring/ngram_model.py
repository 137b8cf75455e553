"""What the trigrams in Vosk's graph say of a text, so that a second look can take part of it off again; written by ``training/ngram_file.py``.

Vosk tells one score, in which its sounds' and its language model's are added up. A better language model counts best where it
replaces the other rather than being added to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice_agent.hearing.rescoring.rescoring_file import Floats, Numbers, check_rows, read_arrays

STEPS = 12.0  # to a nat, in which costs are kept
ZERO = 128  # the step that stands for no cost where there are costs above and below it
OUTSIDE_NATS = 20.0  # of a word that the model lacks
_Found = npt.NDArray[np.bool_]


class NgramModel:
    """Trigrams that back off to pairs and single words (Katz 1987), as ARPA files have them.

    ``words``: what the rows stand for; after them follow a sentence's start and its end. Raises ModelError, naming the file, when it cannot be read
    or was made for other words.
    """

    def __init__(self, path: Path, words: Sequence[str]) -> None:
        stored = read_arrays(path, "weight", "word_costs", "word_back_offs", "seconds", "seconds_of",
                             "pair_costs", "pair_back_offs", "thirds", "thirds_of", "triple_costs")  # fmt: skip
        check_rows(path, len(stored["word_costs"]), len(words) + 2)
        self.weight = float(stored["weight"])
        self._numbers = {word: number for number, word in enumerate(words)}
        self._start, self._end, self._outside = range(len(words), len(words) + 3)
        self._size = len(words) + 3
        self._word = np.append(stored["word_costs"], OUTSIDE_NATS).astype(np.float32)
        self._back_off = np.append(stored["word_back_offs"], 0).astype(np.float32)
        self._pairs = self._keys(stored["seconds_of"], stored["seconds"])
        self._pair, self._pair_back_off = (
            np.append(nats, 0) for nats in (stored["pair_costs"] / STEPS, (stored["pair_back_offs"] - ZERO) / STEPS)
        )
        self._triples = self._keys(stored["thirds_of"], stored["thirds"])
        self._triple = np.append(stored["triple_costs"] / STEPS, 0)

    def costs(self, texts: Sequence[Sequence[str]]) -> Floats:
        """(texts, words + 1) nats of every word after the two before it, then of the end; nothing behind a shorter text's end."""
        known = [[self._numbers.get(word, self._outside) for word in text] for text in texts]
        said = np.full((len(texts), max(map(len, known), default=0) + 3), self._end)
        said[:, :2] = self._start
        for row, text in zip(said, known, strict=True):
            row[2 : len(text) + 2] = text
        costs = self._after_two(said[:, :-2], said[:, 1:-1], said[:, 2:])
        costs[np.arange(costs.shape[1]) > np.array([[len(text)] for text in known])] = 0
        return costs

    def _after_two(self, first: Numbers, second: Numbers, third: Numbers) -> Floats:
        """Nats of the third word; before a text there is one start, so that of two the first is no history."""
        pair, has_pair = _find(self._pairs, second * self._size + third)
        nats = np.where(has_pair, self._pair[pair], self._back_off[second] + self._word[third])
        history, has_history = _find(self._pairs, first * self._size + second)
        triple, has_triple = _find(self._triples, history * self._size + third)
        backed_off = np.where(has_history, self._pair_back_off[history], 0) + nats
        return np.where(has_history & has_triple, self._triple[triple], backed_off).astype(np.float32)

    def _keys(self, counts: Numbers, last: Numbers) -> Numbers:
        """Sorted numbers of n-grams: which history, which last word; behind them one that nothing has."""
        return np.append(np.repeat(np.arange(len(counts)), counts) * self._size + last, np.iinfo(np.int64).max)


def _find(keys: Numbers, wanted: Numbers) -> tuple[Numbers, _Found]:
    """Where in sorted keys the wanted ones are, and which are there at all."""
    at = np.searchsorted(keys, wanted)
    return at, keys[at] == wanted
