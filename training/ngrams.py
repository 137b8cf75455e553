"""Word counts of one source of text and the probabilities they give (trigrams, modified absolute discounting).

What is taken off n-grams seen once, twice and more often follows from how many there are of each, as in the modified Kneser-Ney
smoothing of Chen and Goodman (An Empirical Study of Smoothing Techniques for Language Modeling, 1998); shorter histories are
counted plainly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
DISCOUNTS = (0.7, 0.7, 0.7)  # for n-grams seen once, twice, more often, where there are too few to count how many are
ENOUGH = 20
OUTSIDE = -1  # a token that is no word of the model: n-grams do not reach across it


def _look_up(keys: Ints, values: Floats, wanted: Ints) -> Floats:
    """Return the values of the wanted keys, 0 where a key is missing; `keys` is sorted."""
    if not len(keys):
        return np.zeros(len(wanted))
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0.0)


def discounts(counts: Ints) -> Floats:
    """Return what is taken off n-grams seen once, twice, and three times or more."""
    seen = [int((counts == times).sum()) for times in (1, 2, 3, 4)]
    if min(seen) < ENOUGH:
        return np.array(DISCOUNTS)
    once = seen[0] / (seen[0] + 2 * seen[1])
    estimated = [times - (times + 1) * once * seen[times] / seen[times - 1] for times in (1, 2, 3)]
    return np.clip(estimated, 0.1, (0.95, 1.9, 2.9))


@dataclass(frozen=True)
class Table:
    """N-grams (packed into one number each), how often they were seen, and of their histories how often, and what was taken off."""

    keys: Ints
    counts: Floats
    kept: Floats
    histories: Ints
    seen: Floats
    taken: Floats

    @classmethod
    def of(cls, grams: Ints, size: int) -> "Table":
        """Count packed n-grams; the history is everything but the last word."""
        keys, counts = np.unique(grams, return_counts=True)
        histories, start = np.unique(keys // size, return_index=True)
        off = discounts(counts)[np.minimum(counts, 3) - 1]
        seen, taken = (np.add.reduceat(each, start) if len(keys) else np.zeros(0) for each in (counts, off))
        return cls(keys, counts.astype(float), counts - off, histories, seen.astype(float), taken)

    def discounted(self, wanted: Ints, size: int, lower: Floats) -> Floats:
        """Return P(word | history): the discounted share plus what was taken off times the shorter history's P."""
        seen = _look_up(self.histories, self.seen, wanted // size)
        taken = _look_up(self.histories, self.taken, wanted // size)
        kept = _look_up(self.keys, self.kept, wanted)
        safe = np.maximum(seen, 1)
        return np.where(seen > 0, kept / safe + taken / safe * lower, lower)


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

    def said(self, words: Ints) -> Floats:
        """Return P(a) of words."""
        return self.unigram[words]

    def p2(self, wanted: Ints) -> Floats:
        """Return P(b | a) of packed pairs."""
        return self.bigrams.discounted(wanted, self.size, self.unigram[wanted % self.size])

    def p3(self, wanted: Ints) -> Floats:
        """Return P(c | a, b) of packed triples."""
        return self.trigrams.discounted(wanted, self.size, self.p2(wanted % self.size**2))
