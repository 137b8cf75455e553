"""The network that hears acts: convolutions over syllables, attention over the spurts of the whole call, acts for every syllable.

A spurt sees what was said before and after it; so mockery in polite words can be told from politeness.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from voice_agent.acts.learned.encode import BEGINNINGS, ENDINGS, PAUSES, SIDES

KERNEL = 7


@dataclass(frozen=True)
class Shape:
    """Sizes of a network. `characters` and `sounds` count what is known (0 stands for the unknown); `acts` what is heard."""

    characters: int
    sounds: int
    acts: int
    width: int = 192
    below: int = 3
    above: int = 3
    heads: int = 4
    layers: int = 2


class Block(nn.Module):
    """A residual convolution: each channel over seven syllables, then channels with each other (ConvNeXt, arXiv 2201.03545)."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.over_time = nn.Conv1d(
            width, width, KERNEL, padding=KERNEL // 2 * dilation, dilation=dilation, groups=width
        )
        self.norm = nn.LayerNorm(width)
        self.wide = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)

    def forward(self, said: Tensor, real: Tensor) -> Tensor:
        """`said`: (calls, syllables, width); `real`: (calls, syllables, 1), 0 where a call is filled up."""
        seen = self.over_time((said * real).transpose(1, 2)).transpose(1, 2)
        return said + self.narrow(functional.relu(self.wide(self.norm(seen))))


class Layer(nn.Module):
    """Attention of spurts to each other, then each by itself."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before = nn.LayerNorm(width)
        self.asked = nn.Linear(width, 3 * width)
        self.told = nn.Linear(width, width)
        self.between = nn.LayerNorm(width)
        self.wide = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)

    def forward(self, spurts: Tensor, near: Tensor) -> Tensor:
        """`spurts`: (calls, spurts, width); `near`: (calls, heads, spurts, spurts) added to the attention."""
        calls, count, width = spurts.shape
        parts = self.asked(self.before(spurts)).view(calls, count, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        weights = (query @ key.transpose(-1, -2) / (width // self.heads) ** 0.5 + near).softmax(-1)
        spurts = spurts + self.told((weights @ value).transpose(1, 2).reshape(calls, count, width))
        return spurts + self.narrow(functional.relu(self.wide(self.between(spurts))))


class ActNetwork(nn.Module):
    """Acts of every syllable of a call."""

    def __init__(self, shape: Shape, dropout: float = 0.2) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.characters = nn.Embedding(shape.characters, width)
        self.sounds = nn.Embedding(shape.sounds, width)
        self.sides = nn.Embedding(SIDES, width)
        self.pauses = nn.Embedding(PAUSES, width)
        self.beginnings = nn.Embedding(BEGINNINGS, width)
        self.endings = nn.Embedding(ENDINGS, width)
        for table in self.children():
            nn.init.normal_(table.weight, 0, 0.3)  # type: ignore[arg-type,union-attr]
        self.below = nn.ModuleList(Block(width, 2**place) for place in range(shape.below))
        self.above = nn.ModuleList(Block(width, 2**place) for place in range(shape.above))
        self.pooled = nn.Linear(2 * width, width)
        self.layers = nn.ModuleList(Layer(width, shape.heads) for _ in range(shape.layers))
        self.distances = nn.Parameter(torch.zeros(shape.heads, 2 * NEAREST + 1))
        self.norm = nn.LayerNorm(width)
        self.acts = nn.Linear(width, shape.acts)
        self.dropout = nn.Dropout(dropout)

    def hidden(self, batch: "Batch") -> Tensor:
        """What the network makes of each syllable before it names acts: (calls, syllables, width)."""
        real = batch.real[..., None].float()
        said = self.characters(batch.characters) + self.sounds(batch.sounds) + self.sides(batch.sides)
        said = said + self.pauses(batch.pauses) + self.beginnings(batch.beginnings) + self.endings(batch.endings)
        said = self.dropout(said)
        for block in self.below:
            said = self.dropout(block(said, real))
        spurts = self._spurts(said, batch)
        near = self._near(spurts.shape[1], batch)
        for layer in self.layers:
            spurts = self.dropout(layer(spurts, near))
        said = said + torch.gather(spurts, 1, batch.spurts[..., None].expand(-1, -1, said.shape[2]))
        for block in self.above:
            said = self.dropout(block(said, real))
        return self.norm(said)

    def forward(self, batch: "Batch") -> Tensor:
        """The logit of every act for every syllable: (calls, syllables, acts)."""
        return self.acts(self.hidden(batch))

    def _spurts(self, said: Tensor, batch: "Batch") -> Tensor:
        """The mean and the largest of what the syllables of a spurt hold."""
        calls, _, width = said.shape
        count = batch.count
        place = batch.spurts[..., None].expand(-1, -1, width)
        kept = said * batch.real[..., None]
        total = said.new_zeros(calls, count, width).scatter_add(1, place, kept)
        length = said.new_zeros(calls, count).scatter_add(1, batch.spurts, batch.real.float()).clamp(min=1)
        low = said.masked_fill(~batch.real[..., None], -1e4)
        most = said.new_full((calls, count, width), -1e4).scatter_reduce(1, place, low, "amax").clamp(min=-50)
        return self.pooled(torch.cat([total / length[..., None], most], -1))

    def _near(self, count: int, batch: "Batch") -> Tensor:
        places = torch.arange(count)
        apart = (places[None, :] - places[:, None]).clamp(-NEAREST, NEAREST) + NEAREST
        near = self.distances[:, apart][None]
        there = (batch.spurts.amax(1)[:, None] >= places[None, :])[:, None, None, :]
        return near.masked_fill(~there, -1e4)


#: Spurts further apart than this are equally far.
NEAREST = 8


@dataclass(frozen=True)
class Batch:
    """Calls of like length, filled up: (calls, syllables) each; `count` spurts at most; `wanted` and `known` (…, acts) and `weights` to learn from."""

    characters: Tensor
    sounds: Tensor
    sides: Tensor
    pauses: Tensor
    beginnings: Tensor
    endings: Tensor
    spurts: Tensor
    real: Tensor
    count: int
    wanted: Tensor
    weights: Tensor
    known: Tensor
