"""Trains the character network on the texts of the language model, minus the held-out sentences."""

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from training.characters import BOUNDARY, CharacterNetwork, Characters
from training.recipe import CharacterSettings

LONGEST = 62  # characters of a text, boundaries counted; the rest of longer ones is left out
WARM_UP_STEPS = 200
GRADIENT_NORM = 1.0
OUTSIDE = "\0"  # stands where a text says something that is no Chinese character
Numbered = list[list[int]]


@dataclass
class Reader:
    """The texts, numbered; `copies` of each text are read in one round, a broken number by lot."""

    texts: dict[str, Numbered]
    copies: dict[str, float]
    default_copies: float
    rng: random.Random

    def round(self) -> Numbered:
        """Draw one round of sentences."""
        drawn: Numbered = []
        for name, sentences in self.texts.items():
            copies = self.copies.get(name, self.default_copies)
            drawn += sentences * int(copies) + self.rng.sample(sentences, int(len(sentences) * (copies % 1)))
        return drawn


def batches(sentences: Numbered, size: int, rng: random.Random) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield (texts, characters) of about `size` characters with sentences of like length, and which of them are none of the filling."""
    ordered = sorted(sentences, key=lambda sentence: (len(sentence), rng.random()))
    groups: list[Numbered] = [[]]
    for sentence in ordered:
        if groups[-1] and len(sentence) * (len(groups[-1]) + 1) > size:
            groups.append([])
        groups[-1].append(sentence)
    rng.shuffle(groups)
    for group in groups:
        said, real = np.full((2, len(group), max(map(len, group))), BOUNDARY)
        for row, sentence in enumerate(group):
            said[row, : len(sentence)], real[row, : len(sentence)] = sentence, 1
        yield torch.from_numpy(said), torch.from_numpy(real).bool()


def numbered(texts: dict[str, list[list[str]]], characters: Characters) -> dict[str, Numbered]:
    """Number texts that are cut into words."""
    return {
        name: [characters.numbers("".join(word or OUTSIDE for word in words))[:LONGEST] for words in cut if any(words)]
        for name, cut in texts.items()
    }


@torch.no_grad()
def perplexity(net: CharacterNetwork, sentences: Numbered) -> float:
    """Perplexity per character, ends counted."""
    net.eval()
    nats = count = 0.0
    for said, real in batches(sentences, 4000, random.Random(0)):
        logs = net.logs(net(said[:, :-1])).gather(-1, said[:, 1:, None])[..., 0][real[:, 1:]]
        nats, count = nats - float(logs.sum()), count + len(logs)
    net.train()
    return math.exp(nats / count)


def train_characters(
    texts: dict[str, list[list[str]]],
    characters: Characters,
    settings: CharacterSettings,
    seed: int,
    held_out: Sequence[str],
) -> CharacterNetwork:
    """Read `settings.millions` of characters, at a rate that falls along half a cosine; print perplexities of `held_out` on the way."""
    reader = Reader(numbered(texts, characters), settings.copies, settings.default_copies, random.Random(seed))
    net = CharacterNetwork(
        _counts(reader.round(), len(characters)), settings.vectors, settings.hidden, settings.dropout
    )
    optimiser = torch.optim.AdamW(net.parameters(), lr=settings.rate, betas=(0.9, 0.99), weight_decay=0.01)
    strangers, read, total, told = [characters.numbers(text) for text in held_out], 0, settings.millions * 1e6, 0
    for step, (said, real) in enumerate(_endless(reader, settings.batch), 1):
        share = read / total
        optimiser.param_groups[0]["lr"] = (
            settings.rate * min(1, step / WARM_UP_STEPS) * (1 + math.cos(math.pi * share)) / 2
        )
        _learn(net, optimiser, said, real)
        read += int(real[:, 1:].sum())
        if read >= (told + 1) * total / 10:
            told += 1
            print(
                f"{read / 1e6:.1f} million characters, held-out perplexity {perplexity(net, strangers):.1f}", flush=True
            )
        if read >= total:
            break
    return net.eval()


def _endless(reader: Reader, size: int) -> Iterator[tuple[Tensor, Tensor]]:
    while True:
        yield from batches(reader.round(), size, reader.rng)


def _counts(sentences: Iterable[list[int]], size: int) -> Tensor:
    counts = np.ones(size)
    for sentence in sentences:
        np.add.at(counts, sentence[1:], 1)
    return torch.from_numpy(counts).float()


def _learn(net: CharacterNetwork, optimiser: torch.optim.Optimizer, said: Tensor, real: Tensor) -> None:
    wanted = real[:, 1:]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = net.sampled_loss(net(said[:, :-1])[wanted], said[:, 1:][wanted])
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(net.parameters(), GRADIENT_NORM)
    optimiser.step()
