"""Word counts of one source of text and the probabilities they give (absolute discounting, trigrams)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
DISCOUNT = 0.7
OUTSIDE = -1  # a token that is no word of the model: n-grams do not reach across it


def _look_up(keys: Ints, values: Floats, wanted: Ints) -> Floats:
    """Return the values of the wanted keys, 0 where a key is missing; `keys` is sorted."""
    if not len(keys):
        return np.zeros(len(wanted))
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0.0)


@dataclass(frozen=True)
class Table:
    """N-grams (packed into one number each), how often they were seen, and the same for their histories."""

    keys: Ints
    counts: Floats
    histories: Ints
    seen: Floats
    kinds: Floats

    @classmethod
    def of(cls, grams: Ints, size: int) -> "Table":
        """Count packed n-grams; the history is everything but the last word."""
        keys, counts = np.unique(grams, return_counts=True)
        histories, start = np.unique(keys // size, return_index=True)
        seen = np.add.reduceat(counts, start) if len(keys) else np.zeros(0)
        kinds = np.diff(np.append(start, len(keys)))
        return cls(keys, counts.astype(float), histories, seen.astype(float), kinds.astype(float))

    def discounted(self, wanted: Ints, size: int, lower: Floats) -> Floats:
        """Return P(word | history): the discounted share plus what was taken off times the shorter history's P."""
        seen = _look_up(self.histories, self.seen, wanted // size)
        kinds = _look_up(self.histories, self.kinds, wanted // size)
        counts = np.maximum(_look_up(self.keys, self.counts, wanted) - DISCOUNT, 0)
        safe = np.maximum(seen, 1)
        return np.where(seen > 0, counts / safe + DISCOUNT * kinds / safe * lower, lower)


class Source:
    """One source of text, counted.

    `tokens` are word numbers with sentence starts and ends in place; `start` never follows anything; `size` is the
    vocabulary; `floor` the unigram distribution mixed in with `floor_share`.
    """

    def __init__(self, tokens: Ints, start: int, size: int, floor: Floats, floor_share: float) -> None:
        self.size = size
        second = (tokens[:-1] >= 0) & (tokens[1:] >= 0) & (tokens[1:] != start)
        third = second[:-1] & second[1:]
        self.bigrams = Table.of((tokens[:-1] * size + tokens[1:])[second], size)
        self.trigrams = Table.of(((tokens[:-2] * size + tokens[1:-1]) * size + tokens[2:])[third], size)
        said = np.bincount(tokens[(tokens >= 0) & (tokens != start)], minlength=size).astype(float)
        self.total = max(said.sum(), 1.0)
        self.unigram = floor_share * floor + (1 - floor_share) * said / self.total

    def p2(self, wanted: Ints) -> Floats:
        """Return P(b | a) of packed pairs."""
        return self.bigrams.discounted(wanted, self.size, self.unigram[wanted % self.size])

    def p3(self, wanted: Ints) -> Floats:
        """Return P(c | a, b) of packed triples."""
        return self.trigrams.discounted(wanted, self.size, self.p2(wanted % self.size**2))
