"""The weights that are exported: the running average, moved towards the start, its normalisation measured anew."""

import random
from pathlib import Path

import torch
from torch import nn

from training.batches import batches
from training.network import AcousticNetwork, Shape
from training.recipe import Training

SETTLED = "settled.pt"
BATCHES = 120  # over which normalisations are measured: 70 minutes of sound at 36 s each


def between(net: AcousticNetwork, start: AcousticNetwork, share: float) -> AcousticNetwork:
    """Return the network with a `share` of the weights of `start`, from which it was trained, and the rest of `net`'s.

    Weights on the way between two networks of one training hear strangers better than either: Wortsman et al., Robust
    fine-tuning of zero-shot models (CVPR 2022).
    """
    ours, theirs = net.state_dict(), start.state_dict()
    mixed = AcousticNetwork(net.shape)
    mixed.load_state_dict({
        name: torch.lerp(value, theirs[name], share) if value.dtype.is_floating_point else value for name, value in ours.items()
    })  # fmt: skip
    return mixed.eval()


def measure_normalisation(net: AcousticNetwork, shards: list[Path], settings: Training, seed: int) -> None:
    """Replace the means and variances of the layers' outputs, which belong to other weights, by those of training sound."""
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm1d)]
    usual = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over all batches
    net.train()
    heard = batches(shards, settings.seconds, net.shape.context, settings.masks, random.Random(seed))
    with torch.no_grad():
        for _, batch in zip(range(BATCHES), heard, strict=False):
            net(batch.frames)
    for norm, momentum in zip(norms, usual, strict=True):
        norm.momentum = momentum
    net.eval()


def settled_network(work: Path) -> AcousticNetwork:
    """Load what stage settle wrote."""
    saved = torch.load(work / SETTLED, weights_only=True)
    net = AcousticNetwork(Shape(**saved["shape"]))
    net.load_state_dict(saved["weights"])
    return net.eval()
