"""The weights that are exported: the running average, moved towards the start, its normalisation measured anew."""

import random
from dataclasses import replace
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor

from training.batches import batches
from training.network import AcousticNetwork, Shape
from training.recipe import Training
from training.shards import by_list

SETTLED = "settled.pt"
# Normalisations are measured over so many shards, of each so many batches: 2.6 h of sound at 36 s each.
SHARDS, BATCHES = 26, 10
LESS_MASKED = 0.5  # share of the training's masks while they are measured: what will be heard is not masked


def between(net: AcousticNetwork, start: dict[str, Tensor], share: float) -> AcousticNetwork:
    """Return the network with a `share` of the weights that its training began with, and the rest of its own.

    Wortsman et al., Robust fine-tuning of zero-shot models (arXiv 2109.01903); what it brought here is in the model card.
    """
    mixed = AcousticNetwork(net.shape)
    mixed.load_state_dict({
        name: torch.lerp(value, start[name], share) if value.dtype.is_floating_point else value
        for name, value in net.state_dict().items()
    })  # fmt: skip
    return mixed.eval()


def measure_normalisation(net: AcousticNetwork, shards: list[Path], settings: Training, seed: int) -> None:
    """Replace the means and variances of the layers' outputs, which belong to other weights, by those of training sound."""
    norms = net.normalisers()
    usual = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over all batches
    net.train()
    rng = random.Random(seed)
    light = replace(settings, masks=LESS_MASKED * settings.masks, views=1)
    with torch.no_grad():
        for shard in _drawn(shards, settings.settled_on, rng):
            for batch in islice(batches([shard], net.shape.context, light, rng), BATCHES):
                net(batch.frames)
    for norm, momentum in zip(norms, usual, strict=True):
        norm.momentum = momentum
    net.eval()


def _drawn(shards: list[Path], shares: dict[str, float], rng: random.Random) -> list[Path]:
    """Some shards: of lists that are named the share of each, of the others as chance has it."""
    drawn: list[Path] = []
    named, others = by_list(shards, shares)
    for name, share in shares.items():
        drawn += rng.sample(named[name], min(round(share * SHARDS), len(named[name])))
    return drawn + rng.sample(others, min(SHARDS - len(drawn), len(others)))


def settled_network(work: Path) -> AcousticNetwork:
    """Load what stage settle wrote."""
    saved = torch.load(work / SETTLED, weights_only=True)
    net = AcousticNetwork(Shape(**saved["shape"]))
    net.load_state_dict(saved["weights"])
    return net.eval()
