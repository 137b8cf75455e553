"""The character network: one LSTM layer between the same vectors at both ends; what `voice_agent.hearing.character_model` computes."""

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

BOUNDARY, UNKNOWN = 0, 1  # as in `voice_agent.hearing.character_model`; the test compares both
OFTEN, SAMPLED = 512, 384  # characters in the training's sum over what else might follow: always, and by lot


class Characters:
    """The characters that the network knows, by number."""

    def __init__(self, known: str) -> None:
        self.known = known
        self._numbers = {character: number for number, character in enumerate(known, UNKNOWN + 1)}

    def __len__(self) -> int:
        return len(self.known) + UNKNOWN + 1

    def numbers(self, text: str) -> list[int]:
        """Number a text, a boundary before and after it."""
        return [BOUNDARY, *(self._numbers.get(character, UNKNOWN) for character in text), BOUNDARY]


class CharacterNetwork(nn.Module):
    """Vectors → LSTM → vectors; `counts` of the characters in the training text are where it starts from."""

    def __init__(self, counts: Tensor, vectors: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.vectors = nn.Embedding(len(counts), vectors)
        nn.init.normal_(self.vectors.weight, 0, 0.05)
        self.layer = nn.LSTM(vectors, hidden, batch_first=True)
        self.output = nn.Linear(hidden, vectors)
        self.bias = nn.Parameter((counts / counts.sum()).log())
        self.dropout = nn.Dropout(dropout)
        often = counts.argsort(descending=True)
        self.often, self.seldom = often[:OFTEN], often[OFTEN:]

    def forward(self, said: Tensor) -> Tensor:
        """Return for (texts, characters) the vectors (texts, characters, vectors) that what follows should have."""
        return self.output(self.dropout(self.layer(self.dropout(self.vectors(said)))[0]))  # type: ignore[no-any-return]

    def logs(self, wanted: Tensor) -> Tensor:
        """Log probabilities of every character."""
        return functional.linear(wanted, self.vectors.weight, self.bias).log_softmax(-1)

    def sampled_loss(self, wanted: Tensor, following: Tensor) -> Tensor:
        """Nats of what follows, on average; the sum over all characters is taken over the frequent ones and a sample of the others.

        Bengio and Senécal, Adaptive importance sampling to accelerate training of a neural probabilistic language model (2008): the
        whole sum takes two thirds of the time of a step.
        """
        lot = self.seldom[torch.randperm(len(self.seldom))[:SAMPLED]]
        chosen = torch.cat([self.often, lot])
        stand_for = torch.zeros(len(chosen))
        stand_for[len(self.often) :] = math.log(max(len(self.seldom), 1) / max(len(lot), 1))
        others = (wanted @ self.vectors.weight[chosen].T).float() + self.bias[chosen] + stand_for
        own = (wanted.float() * self.vectors(following)).sum(-1) + self.bias[following]
        counted = torch.zeros(len(self.bias), dtype=torch.bool).index_fill(0, chosen, True)[following]
        total = torch.where(counted, others.logsumexp(-1), torch.logaddexp(others.logsumexp(-1), own))
        return (total - own).mean()


def _in_bytes(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Round a matrix to 8 bits, each row with its own scale."""
    scale = np.maximum(np.abs(matrix).max(axis=1) / 127, 1e-6).astype(np.float16)
    return np.clip(np.round(matrix / scale[:, None].astype(np.float32)), -127, 127).astype(np.int8), scale


def write_characters(net: CharacterNetwork, characters: Characters, weight: float, path: Path) -> None:
    """Write `characters.npz`; `weight` is what a nat of it counts beside a nat of Vosk's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    arrays: dict[str, np.ndarray] = {}
    matrices = {
        "vectors": "vectors.weight",
        "input": "layer.weight_ih_l0",
        "recurrent": "layer.weight_hh_l0",
        "output": "output.weight",
    }
    for name, source in matrices.items():
        arrays[name], arrays[f"{name}_scale"] = _in_bytes(weights[source])
    arrays["input_bias"] = (weights["layer.bias_ih_l0"] + weights["layer.bias_hh_l0"]).astype(np.float16)
    arrays["output_bias"], arrays["bias"] = (weights[name].astype(np.float16) for name in ("output.bias", "bias"))
    np.savez_compressed(path, characters=np.array(characters.known), weight=np.array(weight), **arrays)
