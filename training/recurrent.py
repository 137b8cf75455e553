"""The network of the second look: one LSTM layer between the same vectors at both ends; what `voice_agent.hearing.rescoring.recurrent_model` computes."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

BOUNDARY, UNKNOWN = 0, 1  # as in `voice_agent.hearing.rescoring.recurrent_model`; the test compares both
SPELT = 4  # characters of a word that its vector is made of


class Words:
    """The words that the network knows, by number."""

    def __init__(self, known: Sequence[str]) -> None:
        self._numbers = {word: number for number, word in enumerate(known, UNKNOWN + 1)}

    def __len__(self) -> int:
        return len(self._numbers) + UNKNOWN + 1

    def numbers(self, words: Sequence[str]) -> list[int]:
        """Number a text, a boundary before and after it."""
        return [BOUNDARY, *(self._numbers.get(word, UNKNOWN) for word in words), BOUNDARY]

    def spellings(self) -> Tensor:
        """(words, SPELT) the numbers of their first characters, filled up with 0."""
        characters = {c: n for n, c in enumerate(sorted({c for word in self._numbers for c in word}), 1)}
        table = np.zeros((len(self), SPELT), dtype=np.int64)
        for word, number in self._numbers.items():
            table[number, : len(word[:SPELT])] = [characters[c] for c in word[:SPELT]]
        return torch.from_numpy(table)


class RecurrentNetwork(nn.Module):
    """Vectors → LSTM → vectors; `counts` of the words in the training text are where it starts from.

    A word's vector is one of its own and the average of its characters', weighed by their place: seldom words know something from others
    with the same characters (as in Kim et al., Character-aware neural language models, 2016, but simpler).
    """

    def __init__(self, counts: Tensor, spellings: Tensor, vectors: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.register_buffer("spellings", spellings, persistent=False)
        self.register_buffer("lengths", (spellings > 0).sum(1).clip(1)[:, None], persistent=False)
        self.own = nn.Embedding(len(counts), vectors)
        self.characters = nn.Embedding(int(spellings.max()) + 1, vectors, padding_idx=0)
        nn.init.normal_(self.own.weight, 0, 0.03)
        nn.init.normal_(self.characters.weight[1:], 0, 0.05)
        self.places = nn.Parameter(torch.ones(SPELT, vectors))
        self.layer = nn.LSTM(vectors, hidden, batch_first=True)
        self.output = nn.Linear(hidden, vectors)
        self.bias = nn.Parameter((counts / counts.sum()).log())
        self.dropout = nn.Dropout(dropout)

    def vectors(self, words: Tensor) -> Tensor:
        """(…, vectors) of words by number."""
        spelt = self.characters(self.spellings[words]) * self.places  # type: ignore[index]
        return self.own(words) + spelt.sum(-2) / self.lengths[words]  # type: ignore[index,no-any-return]

    def forward(self, said: Tensor) -> Tensor:
        """Return for (texts, words) the vectors (texts, words, vectors) that what follows should have."""
        return self.output(self.dropout(self.layer(self.dropout(self.vectors(said)))[0]))  # type: ignore[no-any-return]

    def logits(self, wanted: Tensor) -> Tensor:
        """What is said of every word: log probabilities, as far as they have learnt to add up to 1."""
        return functional.linear(wanted, self.vectors(torch.arange(len(self.bias))), self.bias)


def _in_bytes(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Round a matrix to 8 bits, each row with its own scale."""
    scale = np.maximum(np.abs(matrix).max(axis=1) / 127, 1e-6).astype(np.float16)
    return np.clip(np.round(matrix / scale[:, None].astype(np.float32)), -127, 127).astype(np.int8), scale


def write_network(net: RecurrentNetwork, weight: float, path: Path) -> None:
    """Write `words.npz`; `weight` is what a nat of it counts beside a nat of Vosk's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    weights["vectors"] = net.vectors(torch.arange(len(net.bias))).detach().numpy()
    arrays: dict[str, np.ndarray] = {}
    matrices = {
        "vectors": "vectors",
        "input": "layer.weight_ih_l0",
        "recurrent": "layer.weight_hh_l0",
        "output": "output.weight",
    }
    for name, source in matrices.items():
        arrays[name], arrays[f"{name}_scale"] = _in_bytes(weights[source])
    arrays["input_bias"] = (weights["layer.bias_ih_l0"] + weights["layer.bias_hh_l0"]).astype(np.float16)
    arrays["output_bias"], arrays["bias"] = (weights[name].astype(np.float16) for name in ("output.bias", "bias"))
    np.savez_compressed(path, weight=np.array(weight), **arrays)
