"""Widening and rounded weights, run by test_smoke.py in the recipe's own environment (they need torch)."""

from pathlib import Path

import numpy as np
import torch

from training.export import as_written, write_acoustic_model
from training.network import AcousticNetwork, Shape
from training.nnet3_writer import from_bytes, in_bytes
from training.phones import load_inventory
from training.start import starting_network
from training.widen import widened

NARROW = Shape(load_inventory().outputs, dim=48, bottleneck=12, first=30, last=16, fast=2, slow=3, slow_bottleneck=12)


def trained(shape: Shape) -> AcousticNetwork:
    """A network whose normalisations have seen something."""
    torch.manual_seed(1)
    net = AcousticNetwork(shape).train()
    net(frames(net))
    return net.eval()


def frames(net: AcousticNetwork) -> torch.Tensor:
    """Two utterances of ten outputs."""
    return torch.randn(2, 3 * 9 + 1 + 2 * net.shape.context, 40, generator=torch.Generator().manual_seed(2))


def test_a_widened_network_computes_the_same() -> None:
    """The scores are those of the narrow network, though there is room for more."""
    net = trained(NARROW)
    wide = widened(net, 20).eval()
    assert wide.layers()[-1].lin.out_features == 20
    assert wide.layers()[0].lin.out_features == 12
    assert torch.allclose(net(frames(net)), wide(frames(net)), atol=1e-5)


def test_the_new_part_of_a_widened_network_learns() -> None:
    """Gradients reach the columns that are zero at the beginning."""
    wide = widened(trained(NARROW), 20)
    wide(frames(wide))[..., 0].sum().backward()
    new = wide.layers()[-1].aff.weight.grad
    assert new is not None
    assert float(new[:, 12:20].abs().sum()) > 0


def test_a_model_is_continued_with_its_own_or_a_wider_bottleneck(tmp_path: Path) -> None:
    """Written in 16 and 8 bits and read back, the network scores as before to a few hundredths, also where the recipe widens it."""
    net = trained(NARROW)
    write_acoustic_model(net, load_inventory(), tmp_path / "am" / "final.mdl", 0.0)
    for wide in (12, 20):
        again = starting_network(str(tmp_path), Shape(NARROW.outputs, slow_bottleneck=wide)).eval()
        assert again.shape.slow_bottleneck == wide
        assert again.shape.bottleneck == 12
        assert torch.allclose(net(frames(net)), again(frames(net)), atol=1e-2)


def test_what_is_written_is_what_is_proved(tmp_path: Path) -> None:
    """`as_written` rounds in memory as the file does: read back, every matrix is the same to the last bit but one."""
    net = trained(NARROW)
    write_acoustic_model(net, load_inventory(), tmp_path / "am" / "final.mdl", 0.0)
    again, rounded = starting_network(str(tmp_path), NARROW), as_written(net)
    for name, matrix in rounded.state_dict().items():
        if matrix.ndim == 2:
            torch.testing.assert_close(again.state_dict()[name], matrix, rtol=0, atol=1e-6)


def test_half_of_a_columns_bytes_are_for_the_half_between_its_quartiles() -> None:
    """One far number leaves that half of its column as exact as that of any other; equal numbers stay equal."""
    numbers = np.random.default_rng(1).normal(0, 0.1, (400, 3)).astype("f4")
    numbers[0, 0], numbers[:, 2] = 5.0, 0.25
    kept = from_bytes(in_bytes(numbers))
    low, high = np.percentile(numbers, (25, 75), axis=0)
    assert np.abs(kept - numbers)[(numbers > low) & (numbers < high)].max() < 0.001
    assert np.abs(kept - numbers)[:, 1].max() < 0.004
    assert abs(kept[0, 0] - 5) < 0.001
    assert np.ptp(kept[:, 2]) < 0.001
