"""Error of a network before any language model: sounds wrong, by greedy decoding."""

from collections.abc import Iterable, Sequence

import torch
from rapidfuzz.distance import Levenshtein

from training.features import padded
from training.network import AcousticNetwork
from training.shards import Example


def spikes(best: Sequence[int]) -> list[int]:
    """Collapse the best output of each frame: repetitions are one sound, blanks (0) none."""
    return [sound for at, sound in enumerate(best) if sound and (at == 0 or best[at - 1] != sound)]


def heard(net: AcousticNetwork, example: Example) -> list[int]:
    """Return the sounds that the network hears in an utterance."""
    frames = torch.from_numpy(padded(example.features, net.shape.context))[None]
    with torch.inference_mode():
        return spikes(net(frames)[0].argmax(1).tolist())


def error_rate(net: AcousticNetwork, examples: Iterable[Example]) -> float:
    """Share of sounds wrong (substituted, missed, invented) over utterances."""
    training = net.training
    net.eval()
    pairs = [(heard(net, example), example.targets) for example in examples]
    net.train(training)
    return sum(Levenshtein.distance(a, b) for a, b in pairs) / max(1, sum(len(b) for _, b in pairs))
