"""How likely Chinese text is: a recurrent network over words, computed with numpy, trained by ``training/recurrent_training.py``.

It lies in the model's folder (``rescoring/words.npz``): matrices in 8 bits, each row with its own scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from voice_agent.hearing.rescoring.rescoring_file import Floats, Numbers, check_rows, read_arrays

BOUNDARY, UNKNOWN = 0, 1  # numbers of a sentence's start and end, and of every word the model lacks; the others follow
MEMORY = 6  # words by which states are told apart
_MIXER = 0x1E3779B97F4A7C15  # an odd number with no pattern in its bits: spreads what was said over 64 bits
_MATRICES = ("vectors", "input", "recurrent", "output")
_BIASES = ("input_bias", "output_bias", "bias")


@dataclass(frozen=True)
class _Step:
    """One place in all texts: the states there (``parents``: which came before, ``said``: with which word), and of the texts that
    reach so far (``alive``) in which state each is (``at``)."""

    parents: Numbers
    said: Numbers
    alive: Numbers
    at: Numbers


class RecurrentModel:
    """One LSTM layer (Hochreiter and Schmidhuber 1997) between vectors of words, the same on both sides.

    ``words``: what the vectors stand for, after the two that stand for a boundary and for an unknown word. The network was taught that
    what it says of all words adds up to 1 without being divided by their sum (Devlin et al., Fast and robust neural network joint
    models for statistical machine translation, 2014): what it says of one word is enough. Raises ModelError, naming the file, when it
    cannot be read or was made for other words.
    """

    def __init__(self, path: Path, words: Sequence[str]) -> None:
        scales = [f"{name}_scale" for name in _MATRICES]
        stored = read_arrays(path, "weight", *_MATRICES, *scales, *_BIASES)
        check_rows(path, len(stored["bias"]), len(words) + UNKNOWN + 1)
        self._vectors, self._vector_scale = stored["vectors"], stored["vectors_scale"].astype(np.float32)
        self._input, self._recurrent, self._output = (
            stored[name].astype(np.float32) * stored[scale][:, None].astype(np.float32)
            for name, scale in zip(_MATRICES[1:], scales[1:], strict=True)
        )
        self._input_bias, self._output_bias, self._bias = (stored[name].astype(np.float32) for name in _BIASES)
        self.weight = float(stored["weight"])
        self._numbers = {word: number for number, word in enumerate(words, UNKNOWN + 1)}
        self._blas = ThreadpoolController()

    def costs(self, texts: Sequence[Sequence[str]]) -> Floats:
        """(texts, words + 1) nats of every word after those before it, then of the end; nothing behind a shorter text's end.

        What is alike in the last six words, at the same place, goes on from the state of the first such text: two thirds of the time for
        nearly the same choices, as in the rescoring of lattices by Liu et al. (Efficient lattice rescoring using recurrent neural
        network language models, 2014).
        """
        with self._blas.limit(
            limits=1, user_api="blas"
        ):  # a worker has one core; small products gain nothing from more
            return self._costs(_padded([[self._numbers.get(word, UNKNOWN) for word in text] for text in texts]))

    def _costs(self, table: Numbers) -> Floats:
        """``table``: numbers of words, one text a row, filled up with boundaries, of which the first ends it.

        Only what depends on the state before is computed place by place, since a large matrix takes as long for one state as for ten.
        """
        steps = list(self._steps(table))
        entering = (
            self._input @ self._vector(np.concatenate([step.said for step in steps])).T + self._input_bias[:, None]
        )
        places = np.split(entering, np.cumsum([len(step.said) for step in steps])[:-1], axis=1)
        states, hidden, cell = [], *np.zeros((2, self._recurrent.shape[1], 1), np.float32)
        for step, gates in zip(steps, places, strict=True):
            hidden, cell = self._next(gates, hidden[:, step.parents], cell[:, step.parents])
            states.append(hidden)
        wanted = self._output @ np.concatenate(states, axis=1) + self._output_bias[:, None]
        return self._spread(table, steps, wanted.T)

    def _spread(self, table: Numbers, steps: Sequence[_Step], wanted: Floats) -> Floats:
        """What each text costs at each place, by the vectors (states, vector) that what follows should have."""
        costs, first = np.zeros(table.shape, np.float32), 0
        for place, step in enumerate(steps):
            following = table[step.alive, place]
            own = (wanted[first + step.at] * self._vector(following)).sum(axis=1) + self._bias[following]
            costs[step.alive, place] = -own
            first += len(step.said)
        return costs

    def _vector(self, numbers: Numbers) -> Floats:
        """(words, vector): out of their bytes."""
        return self._vectors[numbers] * self._vector_scale[numbers, None]

    def _steps(self, table: Numbers) -> Iterator[_Step]:
        recent, alive = self._recent(table), np.arange(len(table))
        step = _Step(np.zeros(1, np.int64), np.array([BOUNDARY]), alive, np.zeros(len(table), np.int64))
        for place, following in enumerate(table.T):
            yield step
            alive = alive[following[alive] != BOUNDARY]
            _, first, inverse = np.unique(recent[alive, place], return_index=True, return_inverse=True)
            parent = np.zeros(len(table), np.int64)
            parent[step.alive] = step.at
            step = _Step(parent[alive[first]], following[alive[first]], alive, inverse)

    def _recent(self, table: Numbers) -> Numbers:
        """The last six words up to each place, as one number (of so many that no two will ever be mistaken for each other)."""
        recent = table.copy()
        for back in range(1, MEMORY):
            recent[:, back:] += table[:, :-back] * np.int64(pow(_MIXER, back, 2**62))
        return recent

    def _next(self, gates: Floats, hidden: Floats, cell: Floats) -> tuple[Floats, Floats]:
        """One word further; states are columns: products of a large matrix with few columns take half the time of few rows."""
        enter, forget, candidate, show = np.split(gates + self._recurrent @ hidden, 4)
        cell = _sigmoid(forget) * cell + _sigmoid(enter) * np.tanh(candidate)
        return _sigmoid(show) * np.tanh(cell), cell


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(0.5 * np.tanh(0.5 * values) + 0.5)


def _padded(rows: Sequence[Sequence[int]]) -> Numbers:
    table = np.full((len(rows), max(map(len, rows), default=0) + 1), BOUNDARY)
    for filled, row in zip(table, rows, strict=True):
        filled[: len(row)] = row
    return table
