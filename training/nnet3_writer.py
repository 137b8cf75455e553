"""Writes Kaldi's binary `final.mdl`: a transition model and an nnet3 network with its priors."""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training.phones import ENTER, MOVES, Inventory

NONE = -1
LEVELS = 65535  # of a number in 16 bits
CORNERS = (0, 64, 192, 255)  # the bytes that stand for a column's smallest number, its quartiles and its largest


def in_levels(numbers: NDArray[np.float32]) -> tuple[float, float, NDArray[np.uint16]]:
    """Return the smallest number, the distance to the largest, and which of the 65,536 levels between is nearest to each."""
    low, span = float(numbers.min()), max(float(np.ptp(numbers)), 1e-12)
    return low, span, np.round((numbers - low) * (LEVELS / span)).astype("<u2")


def from_levels(low: float, span: float, levels: NDArray[np.uint16]) -> NDArray[np.float32]:
    """The numbers that `in_levels` kept."""
    return np.asarray(np.float32(low) + levels.astype("f4") * np.float32(span / LEVELS))


@dataclass(frozen=True)
class Bytes:
    """A matrix in a byte a number: Kaldi's compressed format CM.

    ``corners``: (columns, 4) smallest number, quartiles and largest of each column, in 65,536 steps of the matrix's ``span`` above
    ``low``; ``levels``: (rows, columns) where between them each number lies.
    """

    low: float
    span: float
    corners: NDArray[np.uint16]
    levels: NDArray[np.uint8]


def in_bytes(matrix: NDArray[np.float32]) -> Bytes:
    """Round a matrix: half of the steps lie between a column's quartiles, where half of its numbers are."""
    low, span = float(matrix.min()), max(float(np.ptp(matrix)), 1e-12)
    corners = np.percentile(matrix, (0, 25, 75, 100), axis=0).T
    steps = np.round((corners - low) * (LEVELS / span)).astype(np.int64)
    for at, room in ((1, 2), (2, 1), (3, 0)):  # each corner above the one before, as Kaldi makes them
        steps[:, at] = np.clip(steps[:, at], steps[:, at - 1] + 1, LEVELS - room)
    for at in (2, 1, 0):
        steps[:, at] = np.minimum(steps[:, at], steps[:, at + 1] - 1)
    places = low + steps * (span / LEVELS)
    levels = [np.interp(column, place, CORNERS) for column, place in zip(matrix.T, places, strict=True)]
    return Bytes(low, span, steps.astype("<u2"), np.round(levels).astype("u1").T)


def from_bytes(kept: Bytes) -> NDArray[np.float32]:
    """The numbers that `in_bytes` kept."""
    places = kept.low + kept.corners.astype("f4") * np.float32(kept.span / LEVELS)
    columns = [np.interp(column, CORNERS, place) for column, place in zip(kept.levels.T, places, strict=True)]
    return np.array(columns, "f4").T.copy()


class Writer:
    """Kaldi's binary tokens, numbers, vectors and matrices."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")
        self._file.write(b"\0B")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def text(self, text: str) -> None:
        """Write characters as they are."""
        self._file.write(text.encode("ascii"))

    def token(self, *tokens: str) -> None:
        """Write tokens, each followed by a space."""
        for token in tokens:
            self.text(f"{token} ")

    def ints(self, *values: int) -> None:
        """Write 32-bit integers, each with its size."""
        for value in values:
            self._file.write(b"\x04" + struct.pack("<i", value))

    def real(self, value: float) -> None:
        """Write a 32-bit number."""
        self._file.write(b"\x04" + struct.pack("<f", value))

    def double(self, value: float) -> None:
        """Write a 64-bit number."""
        self._file.write(b"\x08" + struct.pack("<d", value))

    def flag(self, value: bool) -> None:
        """Write a truth value."""
        self._file.write(b"T" if value else b"F")

    def int_vector(self, values: Sequence[int]) -> None:
        """Write a vector of 32-bit integers."""
        self.ints(len(values))
        self._file.write(np.asarray(values, "<i4").tobytes())

    def vector(self, values: ArrayLike) -> None:
        """Write a vector of 32-bit numbers."""
        numbers = np.asarray(values, "<f4")
        self.token("FV")
        self.ints(len(numbers))
        self._file.write(numbers.tobytes())

    def matrix(self, values: ArrayLike, coarse: bool = False) -> None:
        """Write a matrix in 16 bits a number (Kaldi's compressed format CM2), or, `coarse`, in 8 (CM); Vosk reads both as any other."""
        numbers = np.asarray(values, "f4")
        self.token("CM" if coarse else "CM2")
        if coarse:
            kept = in_bytes(numbers)
            self._file.write(struct.pack("<ffii", kept.low, kept.span, *numbers.shape))
            self._file.write(kept.corners.tobytes() + kept.levels.T.tobytes())
        else:
            low, span, levels = in_levels(numbers)
            self._file.write(struct.pack("<ffii", low, span, *numbers.shape) + levels.tobytes())


def write_transition_model(out: Writer, inventory: Inventory) -> None:
    """Write the topology (one state a phone), the transition states and even odds for every move."""
    phones = list(range(1, len(inventory.phones)))
    out.token("<TransitionModel>", "<Topology>")
    out.int_vector(phones)
    out.int_vector([NONE, *(0 for _ in phones)])  # every phone uses the first topology
    out.ints(NONE, 1)  # states whose loop has an output of its own; one topology
    out.ints(2)
    out.ints(0, 1, len(MOVES))  # output classes when entered and while staying
    for _, target in MOVES:
        out.ints(target)
        out.real(0.5)
    out.ints(NONE, NONE, 0)  # the end of the phone
    out.token("</Topology>", "<Tuples>")
    out.ints(len(inventory.tuples))
    for numbers in inventory.tuples:
        out.ints(*numbers)
    out.token("</Tuples>", "<LogProbs>")
    last = inventory.transition_id(phones[-1], ENTER)
    out.vector([0.0, *(math.log(0.5) for _ in range(last))])
    out.token("</LogProbs>", "</TransitionModel>")
