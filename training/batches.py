"""Batches of utterances of similar length, in bent voices, with stripes of time and pitch masked (SpecAugment)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.features import CEPSTRA, TO_CEPSTRA, TO_MELS, Floats, outputs_of, padded
from training.recipe import Training
from training.shards import Example, by_list, list_of, read_shard
from training.voices import bent


@dataclass(frozen=True)
class Batch:
    """`frames` (utterances, time, 40), padded; outputs and targets of each; `seconds` of sound. With two views, the second
    half are the utterances of the first half in the same order, changed otherwise."""

    frames: Tensor
    outputs: Tensor
    targets: Tensor
    target_lengths: Tensor
    seconds: float


def masked(features: Floats, share: float, rng: random.Random, whole: bool = False) -> Floats:
    """Replace, each in a share of cases, up to two stripes of mel bands and, unless it is to stay `whole`, a few stretches of time by
    the utterance's mean."""
    mean = features.mean(0, keepdims=True)
    moved = features - mean
    if rng.random() < share:
        moved = moved @ _without_bands(rng)
    if not whole and rng.random() < share:
        for _ in range(max(1, min(4, len(moved) // 150))):
            width = rng.randint(4, 30)
            start = rng.randint(0, max(1, len(moved) - width))
            moved[start : start + width] = 0
    return np.asarray(mean + moved, "f4")


def _without_bands(rng: random.Random) -> Floats:
    """The matrix that takes cepstra to cepstra without one or two stripes of mel bands."""
    kept = np.ones(CEPSTRA, "f4")
    for _ in range(rng.randint(1, 2)):
        width = rng.randint(1, 6)
        low = rng.randint(0, CEPSTRA - width)
        kept[low : low + width] = 0
    return (TO_MELS * kept) @ TO_CEPSTRA


def _batch(examples: list[Example], context: int, settings: Training, rng: random.Random, whole: bool) -> Batch:
    examples = examples * settings.views
    outputs = [outputs_of(len(example.features)) for example in examples]
    longest = 3 * (max(outputs) - 1) + 1 + 2 * context
    frames = np.zeros((len(examples), longest, CEPSTRA), "f4")
    for row, example in zip(frames, examples, strict=True):
        changed = masked(bent(example.features, settings.bend, rng), settings.masks, rng, whole)
        ready = padded(changed, context)
        row[:] = np.pad(ready, ((0, longest - len(ready)), (0, 0)), mode="edge")
    targets = [target for example in examples for target in example.targets]
    lengths = [len(example.targets) for example in examples]
    seconds = sum(example.seconds for example in examples)
    return Batch(
        torch.from_numpy(frames),
        torch.tensor(outputs),
        torch.tensor(targets, dtype=torch.long),
        torch.tensor(lengths),
        seconds,
    )


def _packed(examples: list[Example], seconds: float, rng: random.Random) -> list[list[Example]]:
    """Group utterances of similar length so that little of a batch is padding."""
    groups: list[list[Example]] = [[]]
    for example in sorted(examples, key=lambda e: len(e.features) + rng.random() * 36):
        if groups[-1] and (len(groups[-1]) + 1) * example.seconds > seconds:
            groups.append([])
        groups[-1].append(example)
    rng.shuffle(groups)
    return groups


def in_turn(shards: list[Path], shares: dict[str, float], rng: random.Random) -> list[Path]:
    """Every shard once in a new order, but of lists that are named, if there are others too, as many as make up their share."""
    named, order = by_list(shards, shares)
    rest = len(order) / (1 - sum(share for name, share in shares.items() if named[name]))
    for name, here in named.items():
        if here:
            order += rng.choices(here, k=round(shares[name] * rest)) if rest else here
    rng.shuffle(order)
    return order


def batches(shards: list[Path], context: int, settings: Training, rng: random.Random) -> Iterator[Batch]:
    """Yield batches without end for a network of `context` frames a side."""
    while True:
        for shard in in_turn(shards, settings.heard, rng):
            whole = list_of(shard) in settings.whole
            for group in _packed(read_shard(shard), settings.seconds / settings.views, rng):
                yield _batch(group, context, settings, rng, whole)
