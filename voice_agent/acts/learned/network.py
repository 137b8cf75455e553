"""The network that hears acts, in numpy: the probability of every act for every syllable of a call.

The recipe (``training/judge``) makes the weights; its test compares both. One call is read at a time, so nothing is filled up.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from voice_agent.acts.learned.encode import Tokens

Matrix = npt.NDArray[np.float32]
#: Syllables that a convolution sees, and spurts further apart than which are equally far.
_KERNEL, _NEAREST = 7, 8
_EPSILON = 1e-5
_UNKNOWN = 0


@dataclass(frozen=True)
class Names:
    """Numbers of the characters and sounds that the model knows (0: any other), and the acts it hears, by number."""

    characters: Mapping[str, int]
    sounds: Mapping[str, int]
    acts: tuple[str, ...]


@dataclass(frozen=True)
class ActNetwork:
    """``weights`` by name as PyTorch names them; ``digest`` of the file."""

    weights: Mapping[str, Matrix]
    names: Names
    below: int
    above: int
    layers: int
    heads: int
    digest: str

    def probabilities(self, tokens: Tokens) -> Matrix:
        """(syllables, acts): how probable it is that the syllable belongs to a clause that does the act (not calibrated)."""
        if not tokens.characters:
            return np.zeros((0, len(self.names.acts)), np.float32)
        return _sigmoid(self._linear(self.hidden(tokens), "acts."))

    def hidden(self, tokens: Tokens) -> Matrix:
        """(syllables, width): what the last layer hears acts from; at least one syllable."""
        said = self._embedded(tokens)
        for number in range(self.below):
            said = self._block(said, f"below.{number}.", 2**number)
        said = said + self._context(said, tokens)
        for number in range(self.above):
            said = self._block(said, f"above.{number}.", 2**number)
        return self._normed(said, "norm.")

    def _embedded(self, tokens: Tokens) -> Matrix:
        characters = [self.names.characters.get(char, _UNKNOWN) for char in tokens.characters]
        sounds = [self.names.sounds.get(sound, _UNKNOWN) for sound in tokens.sounds]
        parts = {
            "characters": characters,
            "sounds": sounds,
            "sides": tokens.sides,
            "pauses": tokens.pauses,
            "beginnings": tokens.beginnings,
            "endings": tokens.endings,
        }
        first, *rest = (self.weights[f"{name}.weight"][numbers] for name, numbers in parts.items())
        return sum(rest, first)

    def _block(self, said: Matrix, name: str, dilation: int) -> Matrix:
        """A residual convolution, as ``training.judge.network.Block``."""
        kernel, bias = self.weights[name + "over_time.weight"], self.weights[name + "over_time.bias"]
        reach = _KERNEL // 2 * dilation
        padded = np.pad(said, ((reach, reach), (0, 0)))
        seen = bias + sum(padded[k * dilation : k * dilation + len(said)] * kernel[k] for k in range(_KERNEL))
        wide = np.maximum(self._linear(self._normed(seen, name + "norm."), name + "wide."), 0.0)
        return said + self._linear(wide, name + "narrow.")

    def _context(self, said: Matrix, tokens: Tokens) -> Matrix:
        """What each spurt is in the call, for each of its syllables."""
        edges = [*tokens.begins, len(said)]
        pieces = [said[first:last] for first, last in pairwise(edges)]
        pooled = np.stack([np.concatenate([piece.mean(0), piece.max(0).clip(min=-50.0)]) for piece in pieces])
        spurts = self._linear(pooled, "pooled.")
        places = np.arange(len(spurts))
        apart = np.clip(places[None, :] - places[:, None], -_NEAREST, _NEAREST) + _NEAREST
        near = self.weights["distances"][:, apart]
        for number in range(self.layers):
            spurts = self._layer(spurts, near, f"layers.{number}.")
        return np.repeat(spurts, [len(piece) for piece in pieces], axis=0)

    def _layer(self, spurts: Matrix, near: Matrix, name: str) -> Matrix:
        """Attention of spurts to each other, as ``training.judge.network.Layer``."""
        count, width = spurts.shape
        each = width // self.heads
        asked = self._linear(self._normed(spurts, name + "before."), name + "asked.")
        query, key, value = asked.reshape(count, 3, self.heads, each).transpose(1, 2, 0, 3)
        weights = _softmax(query @ key.transpose(0, 2, 1) / np.float32(each**0.5) + near)
        spurts = spurts + self._linear((weights @ value).transpose(1, 0, 2).reshape(count, width), name + "told.")
        wide = np.maximum(self._linear(self._normed(spurts, name + "between."), name + "wide."), 0.0)
        return spurts + self._linear(wide, name + "narrow.")

    def _linear(self, given: Matrix, name: str) -> Matrix:
        return given @ self.weights[name + "weight"] + self.weights[name + "bias"]

    def _normed(self, given: Matrix, name: str) -> Matrix:
        centred: Matrix = given - given.mean(-1, keepdims=True)
        spread: Matrix = np.sqrt((centred * centred).mean(-1, keepdims=True) + np.float32(_EPSILON))
        normed: Matrix = centred / spread * self.weights[name + "weight"] + self.weights[name + "bias"]
        return normed


def _sigmoid(logits: Matrix) -> Matrix:
    probable: Matrix = np.float32(1.0) / (np.float32(1.0) + np.exp(-logits))
    return probable


def _softmax(logits: Matrix) -> Matrix:
    raised: Matrix = np.exp(logits - logits.max(-1, keepdims=True))
    shares: Matrix = raised / raised.sum(-1, keepdims=True)
    return shares


@lru_cache(maxsize=2)
def read_network(path: Path) -> ActNetwork:
    """Read what the recipe wrote: weights in 16 bits (matrices as they are multiplied from the right) and a JSON of names."""
    threadpool_limits(
        1, user_api="blas"
    )  # these matrices are small: threads that wait for each other take twice the time
    content = path.read_bytes()
    with np.load(BytesIO(content)) as arrays:
        told = json.loads(bytes(arrays["names"]).decode())
        weights = {name: arrays[name].astype(np.float32) for name in arrays.files if name != "names"}
    names = Names(
        {char: number for number, char in enumerate(told["characters"], 1)},
        {sound: number for number, sound in enumerate(told["sounds"], 1)},
        tuple(told["acts"]),
    )
    return ActNetwork(
        weights, names, told["below"], told["above"], told["layers"], told["heads"], hashlib.sha256(content).hexdigest()
    )
