"""Makes a network's slow layers wider without changing what it computes, so that training goes on where it was."""

from dataclasses import replace
from itertools import pairwise

import torch
from torch import Tensor, nn

from training.network import AcousticNetwork


def widened(net: AcousticNetwork, slow_bottleneck: int) -> AcousticNetwork:
    """Give the slow layers and the last but one a factor of `slow_bottleneck`; its new part is heard by nobody yet.

    The new rows of the first matrix are random, the new columns of the second are zero (Net2Net's way to widen).
    """
    if slow_bottleneck <= net.shape.slow_bottleneck:
        return net
    wide = AcousticNetwork(replace(net.shape, slow_bottleneck=slow_bottleneck))
    weights = {name: value for name, value in net.state_dict().items() if value.shape == wide.state_dict()[name].shape}
    wide.load_state_dict(weights, strict=False)
    for layer, old in zip(wide.layers()[net.shape.fast :], net.layers()[net.shape.fast :], strict=True):
        _widen(layer.lin, layer.aff, old.lin, old.aff, layer.taps)
    _widen(wide.pl, wide.pa, net.pl, net.pa, 1)
    return wide


def _widen(
    narrowing: nn.Linear, expanding: nn.Linear, old_narrowing: nn.Linear, old_expanding: nn.Linear, taps: int
) -> None:
    old, new = old_narrowing.out_features, narrowing.out_features
    with torch.no_grad():
        narrowing.weight.normal_(std=float(old_narrowing.weight.std()))
        narrowing.weight[:old] = old_narrowing.weight
        expanding.weight.zero_()
        for here, there in zip(
            _blocks(expanding.weight, new, taps), _blocks(old_expanding.weight, old, taps), strict=True
        ):
            here[:, :old] = there
        expanding.bias.copy_(old_expanding.bias)


def _blocks(weight: Tensor, width: int, taps: int) -> list[Tensor]:
    """The columns of each tap."""
    edges = range(0, taps * width + 1, width)
    return [weight[:, first:last] for first, last in pairwise(edges)]
