"""Error of a network before any words: sounds wrong, with nothing but the pairs of sounds to help."""

from collections.abc import Iterable

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein

from training.crf import NEVER, Pairs
from training.features import Floats, padded
from training.network import AcousticNetwork
from training.shards import Example


def likeliest(scores: Floats, pairs: Pairs) -> list[int]:
    """Return the sequence of sounds whose scores (T, outputs) and pairs are best: each one frame, blanks between."""
    following, states = pairs.following.numpy(), np.arange(scores.shape[1])
    best = np.where(states == 0, 0.0, NEVER)
    came: list[Floats] = []
    for frame in scores:
        ways = best[:, None] + following
        before = ways.argmax(0)
        entered, stayed = ways[before, states] + frame, best + frame[0]
        moved = (entered > stayed) & (states > 0)
        best = np.where(moved, entered, stayed)
        came.append(np.where(moved, before, -1))
    state, heard = int((best + pairs.last.numpy()).argmax()), []
    for before in reversed(came):
        if before[state] >= 0:
            heard.append(state)
            state = int(before[state])
    return heard[::-1]


def error_rate(net: AcousticNetwork, examples: Iterable[Example], pairs: Pairs) -> float:
    """Share of sounds wrong (substituted, missed, invented) over utterances."""
    training, wrong, total = net.training, 0, 0
    net.eval()
    for example in examples:
        frames = torch.from_numpy(padded(example.features, net.shape.context))[None]
        with torch.inference_mode():
            heard = likeliest(net(frames)[0].numpy(), pairs)
        wrong += Levenshtein.distance(heard, example.targets)
        total += len(example.targets)
    net.train(training)
    return wrong / max(1, total)
