"""Writes a trained network as `am/final.mdl` and Vosk's settings, so that stock Vosk decodes with it."""

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training.network import SKIP, AcousticNetwork, Layer
from training.nnet3_writer import Writer, from_bytes, from_levels, in_bytes, in_levels, write_transition_model
from training.phones import Inventory

MFCC = "--use-energy=false\n--num-mel-bins=40\n--num-ceps=40\n--low-freq=20\n--high-freq=-400\n--dither=0\n--allow-upsample=true\n"
# Vosk decodes 20 frames at a time unless told: products of seven rows, at half the speed of 48. Nothing waits for words here, and
# 48 and 144 rows are whole blocks of a matrix product. Kaldi keeps 200 states a frame even where one would do: a quarter of the time.
MODEL = (
    "--min-active=20\n--max-active={max_active}\n--beam={beam}\n--lattice-beam={lattice_beam}\n"
    "--acoustic-scale={acoustic_scale}\n--frame-subsampling-factor=3\n--frames-per-chunk=144\n--endpoint.silence-phones=1\n"
    "--endpoint.rule2.min-trailing-silence={rule2}\n--endpoint.rule3.min-trailing-silence={rule3}\n"
    "--endpoint.rule4.min-trailing-silence={rule4}\n"
)


class _Graph:
    """Components and wiring of a network being written."""

    def __init__(self) -> None:
        self.wiring = ["input-node name=input dim=40"]
        self.components: list[tuple[str, str, tuple[object, ...]]] = []

    def add(self, name: str, source: str, kind: str, *values: object) -> str:
        """Append a component that reads `source`; return its name."""
        self.wiring.append(f"component-node name={name} component={name} input={source}")
        self.components.append((name, kind, values))
        return name

    def affine(self, name: str, source: str, linear: nn.Linear, coarse: bool = False) -> str:
        """Append a matrix product, with or without a bias; `coarse` as in `Writer.matrix`."""
        bias = np.zeros(linear.out_features, "f4") if linear.bias is None else _numbers(linear.bias)
        return self.add(name, source, "affine", _numbers(linear.weight), bias, coarse)

    def relu_norm(self, name: str, source: str, norm: nn.BatchNorm1d) -> str:
        """Append a ReLU and its normalisation."""
        return self.add(f"{name}.bn", self.add(f"{name}.relu", source, "relu", norm.num_features), "norm", norm)


def as_written(net: AcousticNetwork) -> AcousticNetwork:
    """Round a network's matrices as they are written, in place: what Vosk will compute with."""
    coarse = {matrix.data_ptr() for matrix in net.upper_matrices()}
    with torch.no_grad():
        for matrix in net.state_dict().values():
            if matrix.ndim == 2:
                numbers = _numbers(matrix)
                kept = (
                    from_bytes(in_bytes(numbers)) if matrix.data_ptr() in coarse else from_levels(*in_levels(numbers))
                )
                matrix.copy_(torch.from_numpy(kept))
    return net


def _numbers(values: Tensor) -> np.ndarray:
    return values.detach().numpy()


def _append(source: str, offsets: list[int]) -> str:
    parts = [f"Offset({source}, {offset})" if offset else source for offset in offsets]
    return f"Append({', '.join(parts)})" if len(parts) > 1 else parts[0]


def _layer(graph: _Graph, number: int, source: str, layer: Layer, step: int) -> str:
    """Append one factored layer; its taps lie `step` frames apart, the factor looking back, the expansion ahead."""
    before, after = ([-step, 0], [0, step]) if layer.taps == 2 else ([0], [0])
    coarse = step > 1
    inner = graph.affine(f"f{number}.lin", _append(source, before), layer.lin, coarse)
    outer = graph.affine(f"f{number}.aff", _append(inner, after), layer.aff, coarse)
    outer = graph.relu_norm(f"f{number}", outer, layer.bn)
    return graph.add(f"f{number}.noop", f"Sum(Scale({SKIP}, {source}), {outer})", "noop", layer.bn.num_features)


def _graph_of(net: AcousticNetwork) -> _Graph:
    graph = _Graph()
    name = graph.add("lda", _append("input", [-1, 0, 1]), "affine", _numbers(net.lda), _numbers(net.ldab))
    name = graph.relu_norm("t1", graph.affine("t1.affine", name, net.t1), net.b1)
    for position, layer in enumerate(net.layers()):
        name = _layer(graph, position + 2, name, layer, 1 if position < net.shape.fast else 3)
    name = graph.relu_norm(
        "pf", graph.affine("pf.affine", graph.affine("pl", name, net.pl, True), net.pa, True), net.pb1
    )
    name = graph.add("pf.bn2", graph.affine("pf.linear", name, net.pl2, True), "norm", net.pb2)
    name = graph.add("output.lsm", graph.affine("output.affine", name, net.out), "logsoftmax", net.shape.outputs)
    graph.wiring.append(f"output-node name=output input={name} objective=linear")
    return graph


def _write_affine(out: Writer, weights: np.ndarray, bias: np.ndarray, coarse: bool = False) -> None:
    out.token("<FixedAffineComponent>", "<LinearParams>")
    out.matrix(weights, coarse)
    out.token("<BiasParams>")
    out.vector(bias)
    out.token("</FixedAffineComponent>")


def _write_norm(out: Writer, norm: nn.BatchNorm1d) -> None:
    out.token("<BatchNormComponent>", "<Dim>")
    out.ints(norm.num_features)
    out.token("<BlockDim>")
    out.ints(norm.num_features)
    for key, value in (("<Epsilon>", norm.eps), ("<TargetRms>", 1.0)):
        out.token(key)
        out.real(value)
    out.token("<TestMode>")
    out.flag(True)
    out.token("<Count>")
    out.real(1000.0)
    for key, statistics in (("<StatsMean>", "running_mean"), ("<StatsVar>", "running_var")):
        out.token(key)
        out.vector(_numbers(norm.get_buffer(statistics)))
    out.token("</BatchNormComponent>")


def _write_noop(out: Writer, dim: int) -> None:
    out.token("<NoOpComponent>", "<Dim>")
    out.ints(dim)
    out.token("<BackpropScale>")  # Kaldi refuses the component without it
    out.real(1.0)
    out.token("</NoOpComponent>")


def _write_nonlinear(out: Writer, name: str, dim: int) -> None:
    out.token(f"<{name}>", "<Dim>")
    out.ints(dim)
    for key in ("<ValueAvg>", "<DerivAvg>"):
        out.token(key)
        out.vector([])
    out.token("<Count>")
    out.double(0.0)
    out.token(f"</{name}>")


_WRITERS = {
    "affine": _write_affine,
    "norm": _write_norm,
    "noop": _write_noop,
    "relu": lambda out, dim: _write_nonlinear(out, "RectifiedLinearComponent", dim),
    "logsoftmax": lambda out, dim: _write_nonlinear(out, "LogSoftmaxComponent", dim),
}


def write_acoustic_model(net: AcousticNetwork, inventory: Inventory, path: Path, blank_penalty: float) -> None:
    """Write `final.mdl`; `blank_penalty` nats are taken off the blank's log probability, as a prior."""
    graph, priors = _graph_of(net), np.ones(net.shape.outputs, "f4")
    priors[0] = math.exp(blank_penalty)
    with Writer(path) as out:
        write_transition_model(out, inventory)
        out.token("<Nnet3>")
        out.text("\n" + "\n".join(graph.wiring) + "\n\n")
        out.token("<NumComponents>")
        out.ints(len(graph.components))
        for name, kind, values in graph.components:
            out.token("<ComponentName>", name)
            _WRITERS[kind](out, *values)  # type: ignore[operator]
        out.token("</Nnet3>", "<LeftContext>")
        out.ints(net.shape.context)
        out.token("<RightContext>")
        out.ints(net.shape.context)
        out.token("<Priors>")
        out.vector(priors)


def write_settings(model: Path, decoding: dict[str, float]) -> None:
    """Write `conf/`: features as in training, and how Vosk searches."""
    (model / "conf").mkdir(parents=True, exist_ok=True)
    (model / "conf" / "mfcc.conf").write_text(MFCC, encoding="ascii")
    (model / "conf" / "model.conf").write_text(MODEL.format(**decoding), encoding="ascii")
