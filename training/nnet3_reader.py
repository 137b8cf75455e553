"""Reads the network of Kaldi's binary `final.mdl` back, so that training can go on from a model that ships."""

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from training.nnet3_writer import Bytes, from_bytes, from_levels

_WHOLE = {
    "<Dim>",
    "<BlockDim>",
    "<InputDim>",
    "<OutputDim>",
    "<RankIn>",
    "<RankOut>",
    "<Rank>",
    "<TimePeriod>",
    "<NumBlocks>",
}
Component = dict[str, Any]


@dataclass
class Network:
    """Components of an nnet3 network by name (`"<LinearParams>"` → matrix and so on), its wiring and its priors."""

    wiring: list[str]
    components: dict[str, Component]
    priors: np.ndarray = field(default_factory=lambda: np.zeros(0, "f4"))


class Reader:
    """A position in Kaldi's binary format."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def token(self) -> str:
        """Read up to the next space."""
        end = self.data.index(b" ", self.at)
        word = self.data[self.at : end].decode()
        self.at = end + 1
        return word

    def expect(self, token: str) -> None:
        """Read one token that must be there."""
        if (found := self.token()) != token:
            raise ValueError(f"expected {token} at byte {self.at}, found {found}")

    def line(self) -> str:
        """Read up to the end of the line."""
        end = self.data.index(b"\n", self.at)
        text = self.data[self.at : end].decode()
        self.at = end + 1
        return text

    def whole(self) -> int:
        """Read a 32-bit integer."""
        (value,) = struct.unpack_from("<i", self.data, self.at + 1)
        self.at += 5
        return int(value)

    def real(self) -> float:
        """Read a number of 32 or 64 bits."""
        size = self.data[self.at]
        (value,) = struct.unpack_from("<f" if size == 4 else "<d", self.data, self.at + 1)
        self.at += 1 + size
        return float(value)

    def array(self) -> np.ndarray:
        """Read a vector or a matrix."""
        kind = self.token()
        if kind.startswith("CM"):
            return self._compressed(kind)
        shape = (self.whole(),) if kind[1] == "V" else (self.whole(), self.whole())
        values = np.frombuffer(self.data, "<f4" if kind[0] == "F" else "<f8", int(np.prod(shape)), self.at)
        self.at += values.nbytes
        return values.reshape(shape)

    def _compressed(self, kind: str) -> np.ndarray:
        """Read a matrix in 16 bits or in 8."""
        low, span, rows, columns = struct.unpack_from("<ffii", self.data, self.at)
        self.at += 16
        if kind == "CM2":
            return from_levels(low, span, self._many("<u2", rows * columns).reshape(rows, columns))
        corners = self._many("<u2", 4 * columns).reshape(columns, 4)
        return from_bytes(Bytes(low, span, corners, self._many("u1", rows * columns).reshape(columns, rows).T))

    def _many(self, kind: str, count: int) -> np.ndarray:
        numbers = np.frombuffer(self.data, kind, count, self.at)
        self.at += numbers.nbytes
        return numbers

    def int_vector(self) -> np.ndarray:
        """Read a vector of 32-bit integers."""
        values = np.frombuffer(self.data, "<i4", count := self.whole(), self.at)
        self.at += 4 * count
        return values


def _value(reader: Reader, key: str) -> Any:
    """Read what follows a component's key, told by its first bytes."""
    head = reader.data[reader.at : reader.at + 3]
    if head in (b"FM ", b"FV ", b"DM ", b"DV ", b"CM ", b"CM2"):
        return reader.array()
    if head[:1] in (b"T", b"F"):
        reader.at += 1
        return head[:1] == b"T"
    if key == "<TimeOffsets>":
        return reader.int_vector()
    return reader.whole() if key in _WHOLE else reader.real()


def _component(reader: Reader) -> tuple[str, Component]:
    reader.expect("<ComponentName>")
    name, kind = reader.token(), reader.token()
    component: Component = {"kind": kind[1:-1]}
    key = ""
    while True:
        if reader.data[reader.at : reader.at + 1] != b"<":
            component[key] = _value(reader, key)
        elif (key := reader.token()) == f"</{kind[1:]}":
            return name, component
        else:
            component.setdefault(key, None)


def read_network(path: Path) -> Network:
    """Read the network of a `final.mdl`.

    Raises:
        ValueError: the file is no binary Kaldi model, or is cut short.
    """
    data = path.read_bytes()
    start = data.find(b"<Nnet3> ")
    if not data.startswith(b"\0B") or start < 0:
        raise ValueError(f"{path} is not a binary nnet3 model")
    reader = Reader(data)
    reader.at = start + len(b"<Nnet3> ")
    reader.line()
    wiring = []
    while line := reader.line():
        wiring.append(line)
    reader.expect("<NumComponents>")
    components = dict(_component(reader) for _ in range(reader.whole()))
    reader.expect("</Nnet3>")
    for key in ("<LeftContext>", "<RightContext>"):
        reader.expect(key)
        reader.whole()
    reader.expect("<Priors>")
    return Network(wiring, components, reader.array())
