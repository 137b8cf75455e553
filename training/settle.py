"""The weights that are exported: the running average, moved towards the start, its normalisation measured anew."""

import random
from pathlib import Path

import torch
from torch import Tensor, nn

from training.batches import batches
from training.network import AcousticNetwork, Shape
from training.recipe import Training

SETTLED = "settled.pt"
BATCHES = 120  # over which normalisations are measured: 70 minutes of sound at 36 s each


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
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm1d)]
    usual = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over all batches
    net.train()
    heard = batches(shards, net.shape.context, settings, random.Random(seed))
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
