"""Trains the network of the second look on the texts of the language model, minus the held-out sentences."""

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from training.precision import lower_precision
from training.recipe import Rescoring
from training.recurrent import BOUNDARY, RecurrentNetwork, Words

LONGEST = 44  # words of a text; the rest of longer ones is left out
WARM_UP_STEPS = 200
GRADIENT_NORM = 1.0
OFTEN, SAMPLED = 1024, 1024  # words in the training's sum over what else might follow: always, and by lot
FLATTER = 0.6  # power of a word's frequency by which it is drawn
TIDY = 0.05  # weight of the square of a sum's logarithm: it learns to be nothing
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


class Loss:
    """Nats of what follows, on average, and how far sums over all words are from 1.

    The sum is taken over the frequent words and a sample of the others (Bengio and Senécal, Adaptive importance sampling to accelerate
    training of a neural probabilistic language model, 2008): all of them would take most of the time of a step.
    """

    def __init__(self, counts: Tensor, always: int = OFTEN, by_lot: int = SAMPLED, tidy: float = TIDY) -> None:
        often = counts.argsort(descending=True)
        self.often, self.seldom, self.by_lot, self.tidy = often[:always], often[always:], by_lot, tidy
        drawn = counts[self.seldom] ** FLATTER
        self.chances = drawn / drawn.sum()
        self.is_often = torch.zeros(len(counts), dtype=torch.bool).index_fill(0, self.often, True)

    def _chosen(self) -> tuple[Tensor, Tensor]:
        """Words, and what is added to their logits so that the drawn ones stand for all of the seldom ones."""
        if not len(self.seldom):
            return self.often, torch.zeros(len(self.often))
        lot = torch.multinomial(self.chances, self.by_lot, replacement=True)
        stand_for = -(math.log(self.by_lot) + self.chances[lot].log())
        return torch.cat([self.often, self.seldom[lot]]), torch.cat([torch.zeros(len(self.often)), stand_for])

    def __call__(self, net: RecurrentNetwork, wanted: Tensor, following: Tensor) -> Tensor:
        """`wanted`: (places, vectors) that the words `following` (places) should have."""
        chosen, stand_for = self._chosen()
        others = (wanted @ net.vectors(chosen).T).float() + net.bias[chosen] + stand_for
        own = (wanted.float() * net.vectors(following)).sum(-1) + net.bias[following]
        counted = self.is_often[following]
        others = others.masked_fill((chosen == following[:, None]) & ~counted[:, None], -1e4)
        total = others.logsumexp(-1)
        total = torch.where(counted, total, torch.logaddexp(total, own))
        return (total - own).mean() + self.tidy * (total**2).mean()


def batches(sentences: Numbered, size: int, rng: random.Random) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield (texts, words) of about `size` words with sentences of like length, and which of them are none of the filling."""
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


@torch.no_grad()
def perplexity(net: RecurrentNetwork, words: Words, sentences: Sequence[Sequence[str]]) -> float:
    """Perplexity per character, ends counted."""
    net.eval()
    nats, count = 0.0, sum(len("".join(sentence)) + 1 for sentence in sentences)
    for said, real in batches([words.numbers(sentence) for sentence in sentences], 500, random.Random(0)):
        logs = net.logits(net(said[:, :-1])).log_softmax(-1)
        nats -= float(logs.gather(-1, said[:, 1:, None])[..., 0][real[:, 1:]].sum())
    net.train()
    return math.exp(nats / count)


def train_network(
    texts: dict[str, list[list[str]]],
    words: Words,
    settings: Rescoring,
    seed: int,
    held_out: Sequence[Sequence[str]],
) -> RecurrentNetwork:
    """Read `settings.millions` of words, at a rate that falls along half a cosine; print perplexities of `held_out` on the way."""
    cut = {name: [words.numbers(said[:LONGEST]) for said in text if any(said)] for name, text in texts.items()}
    reader = Reader(cut, settings.copies, settings.default_copies, random.Random(seed))
    counts = _counts(reader.round(), len(words))
    net = RecurrentNetwork(counts, words.spellings(), settings.vectors, settings.hidden, settings.dropout)
    loss, read, total, told = Loss(counts), 0, settings.millions * 1e6, 0
    optimiser = torch.optim.AdamW(net.parameters(), lr=settings.rate, betas=(0.9, 0.99), weight_decay=0.05)
    for step, (said, real) in enumerate(_endless(reader, settings.batch), 1):
        falling = (1 + math.cos(math.pi * read / total)) / 2
        optimiser.param_groups[0]["lr"] = settings.rate * min(1, step / WARM_UP_STEPS) * falling
        _learn(net, loss, optimiser, said, real)
        read += int(real[:, 1:].sum())
        if read >= (told + 1) * total / 10:
            told += 1
            print(
                f"{read / 1e6:.1f} million words, held-out perplexity per character {perplexity(net, words, held_out):.1f}", flush=True
            )  # fmt: skip
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


def _learn(net: RecurrentNetwork, loss: Loss, optimiser: torch.optim.Optimizer, said: Tensor, real: Tensor) -> None:
    wanted = real[:, 1:]
    with lower_precision():
        nats = loss(net, net(said[:, :-1])[wanted], said[:, 1:][wanted])
    optimiser.zero_grad()
    nats.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(net.parameters(), GRADIENT_NORM)
    optimiser.step()
