"""How likely Chinese text is: a recurrent network over characters, computed with numpy, trained by ``training/character_training.py``.

It lies in the model's folder (``rescoring/characters.npz``; Vosk itself ignores it): matrices in 8 bits, each row with its own scale.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from voice_agent.errors import ModelError

FILE = Path("rescoring") / "characters.npz"
BOUNDARY, UNKNOWN = (
    0,
    1,
)  # numbers of a sentence's start and end, and of every character the model lacks; the others follow
MEMORY = 4  # characters by which states are told apart
BLOCK = 256  # states of which sums over all characters are computed at once
Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Step:
    """One place in all texts: the states there (``parents``: which came before, ``said``: with which character), and of the texts that
    reach so far (``alive``) in which state each is (``at``)."""

    parents: Numbers
    said: Numbers
    alive: Numbers
    at: Numbers


class CharacterModel:
    """One LSTM layer (Hochreiter and Schmidhuber 1997) between vectors of characters, the same on both sides.

    Raises ModelError, naming the file, when it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                self._vectors, self._input, self._recurrent, self._output = (
                    stored[name].astype(np.float32) * stored[f"{name}_scale"][:, None]
                    for name in ("vectors", "input", "recurrent", "output")
                )
                self._input_bias, self._output_bias, self._bias = (
                    stored[name].astype(np.float32) for name in ("input_bias", "output_bias", "bias")
                )
                characters, self.weight = str(stored["characters"]), float(stored["weight"])
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise ModelError(f"{path}：字符语言模型已损坏，请重新安装此模型：{error}") from error
        self._vectors_across = np.ascontiguousarray(self._vectors.T)
        self._numbers = {character: number for number, character in enumerate(characters, UNKNOWN + 1)}
        self._blas = ThreadpoolController()

    def costs(self, texts: Sequence[str]) -> Floats:
        """(texts, characters + 1) nats of every character after those before it, then of the end; nothing behind a shorter text's end.

        What is alike in the last four characters, at the same place, goes on from the state of the first such text: a quarter of the
        work for the same choices, as in the rescoring of lattices by Liu et al. (Efficient lattice rescoring using recurrent neural
        network language models, 2014).
        """
        with self._blas.limit(
            limits=1, user_api="blas"
        ):  # a worker has one core; small products gain nothing from more
            return self._costs(_padded([[self._numbers.get(c, UNKNOWN) for c in text] for text in texts]))

    def _costs(self, table: Numbers) -> Floats:
        """``table``: numbers of characters, one text a row, filled up with boundaries, of which the first ends it.

        Only what depends on the state before is computed place by place, since a large matrix takes as long for one state as for ten.
        """
        steps = list(self._steps(table))
        entering = (
            self._input @ self._vectors[np.concatenate([step.said for step in steps])].T + self._input_bias[:, None]
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
        costs, totals, first = np.zeros(table.shape, np.float32), self._totals(wanted), 0
        for place, step in enumerate(steps):
            at, following = first + step.at, table[step.alive, place]
            own = (wanted[at] * self._vectors[following]).sum(axis=1) + self._bias[following]
            costs[step.alive, place] = totals[at] - own
            first += len(step.said)
        return costs

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
        """The last four characters up to each place, as one number."""
        recent = table.copy()
        for back in range(1, MEMORY):
            recent[:, back:] += table[:, :-back] * len(self._vectors) ** back
        return recent

    def _next(self, gates: Floats, hidden: Floats, cell: Floats) -> tuple[Floats, Floats]:
        """One character further; states are columns: products of a large matrix with few columns take half the time of few rows."""
        enter, forget, candidate, show = np.split(gates + self._recurrent @ hidden, 4)
        cell = _sigmoid(forget) * cell + _sigmoid(enter) * np.tanh(candidate)
        return _sigmoid(show) * np.tanh(cell), cell

    def _totals(self, wanted: Floats) -> Floats:
        """The logarithm of the sum over all characters, for each state."""
        totals = []
        for start in range(0, len(wanted), BLOCK):
            scores = wanted[start : start + BLOCK] @ self._vectors_across + self._bias
            highest = scores.max(axis=1, keepdims=True)
            totals.append(highest[:, 0] + np.log(np.exp(scores - highest).sum(axis=1)))
        return np.concatenate(totals)


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(0.5 * np.tanh(0.5 * values) + 0.5)


def _padded(rows: Sequence[Sequence[int]]) -> Numbers:
    table = np.full((len(rows), max(map(len, rows), default=0) + 1), BOUNDARY)
    for filled, row in zip(table, rows, strict=True):
        filled[: len(row)] = row
    return table
