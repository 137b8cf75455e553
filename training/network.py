"""The acoustic network: a factored time-delay network (TDNN-F) with one output per sound and one for the blank."""

from dataclasses import asdict, dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

CEPSTRA = 40
SKIP = 0.66  # share of a layer's input that is added to its output, as in Kaldi's TDNN-F
SUBSAMPLING = 3


@dataclass(frozen=True)
class Shape:
    """Sizes of a network.

    `fast` layers run on every frame (10 ms), then one layer drops two frames of three, then `slow` layers run on the
    rest (30 ms); `dim` is the width of a layer, `bottleneck` of a fast layer's factor, `slow_bottleneck` of a slow one's,
    `last` of the factor before the outputs.
    """

    outputs: int
    dim: int = 768
    bottleneck: int = 64
    first: int = 220
    last: int = 128
    fast: int = 3
    slow: int = 10
    slow_bottleneck: int = 128

    @property
    def context(self) -> int:
        """Frames needed on each side of an output."""
        return 1 + self.fast + SUBSAMPLING * self.slow

    def as_dict(self) -> dict[str, int]:
        """Return the sizes for a checkpoint."""
        return asdict(self)


class Layer(nn.Module):
    """One factored layer: `taps` frames → bottleneck, `taps` bottlenecks → width `dim`, ReLU, normalised."""

    def __init__(self, dim: int, bottleneck: int, taps: int) -> None:
        super().__init__()
        self.taps = taps
        self.lin = nn.Linear(dim * taps, bottleneck, bias=False)
        self.aff = nn.Linear(bottleneck * taps, dim)
        self.bn = normaliser(dim)

    def forward(self, hidden: Tensor) -> Tensor:
        """(batch, T, dim) → (batch, T - 2·(taps - 1), dim)."""
        kept = hidden[:, 1:-1] if self.taps == 2 else hidden
        inner = _spliced(self.lin, hidden, self.taps)
        return SKIP * kept + normalise(self.bn, torch.relu(_spliced(self.aff, inner, self.taps)))


def normaliser(dim: int) -> nn.BatchNorm1d:
    """Batch normalisation without scale and shift, as Kaldi has it."""
    return nn.BatchNorm1d(dim, eps=1e-3, affine=False)


def normalise(norm: nn.BatchNorm1d, hidden: Tensor) -> Tensor:
    """Normalise (batch, T, dim) over batch and time."""
    batch, frames, dim = hidden.shape
    return cast(Tensor, norm(hidden.reshape(batch * frames, dim))).view(batch, frames, dim)


def _spliced(linear: nn.Linear, hidden: Tensor, taps: int) -> Tensor:
    joined = torch.cat([hidden[:, :-1], hidden[:, 1:]], -1) if taps == 2 else hidden
    return functional.linear(joined, linear.weight, linear.bias)


class AcousticNetwork(nn.Module):
    """MFCC frames → log probabilities of sounds, one output for every three frames."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("lda", torch.eye(shape.first, CEPSTRA * 3))
        self.register_buffer("ldab", torch.zeros(shape.first))
        self.t1 = nn.Linear(shape.first, shape.dim)
        self.b1 = normaliser(shape.dim)
        wide = shape.slow_bottleneck
        sizes = [(shape.bottleneck, 2)] * shape.fast + [(wide, 1)] + [(wide, 2)] * shape.slow
        self.L = nn.ModuleList(Layer(shape.dim, bottleneck, taps) for bottleneck, taps in sizes)
        self.pl = nn.Linear(shape.dim, wide, bias=False)
        self.pa = nn.Linear(wide, shape.dim)
        self.pb1 = normaliser(shape.dim)
        self.pl2 = nn.Linear(shape.dim, shape.last, bias=False)
        self.pb2 = normaliser(shape.last)
        self.out = nn.Linear(shape.last, shape.outputs)

    def forward(self, frames: Tensor, train_lower: bool = True) -> Tensor:
        """(batch, 3·(n - 1) + 1 + 2·context, 40) → (batch, n, outputs); without `train_lower` no gradient reaches the
        layers that run on every frame, which are the costliest and the most general."""
        hidden = self._upper(self._lower(frames, train_lower and torch.is_grad_enabled()))
        return functional.log_softmax(hidden, -1)

    def _lower(self, frames: Tensor, gradient: bool) -> Tensor:
        with torch.set_grad_enabled(gradient):
            spliced = torch.cat([frames[:, :-2], frames[:, 1:-1], frames[:, 2:]], -1)
            hidden = normalise(self.b1, torch.relu(self.t1(functional.linear(spliced, self.lda, self.ldab))))
            for layer in self.L[: self.shape.fast]:
                hidden = layer(hidden)
            return hidden[:, ::SUBSAMPLING]

    def _upper(self, hidden: Tensor) -> Tensor:
        for layer in self.L[self.shape.fast :]:
            hidden = layer(hidden)
        hidden = normalise(self.pb1, torch.relu(self.pa(self.pl(hidden))))
        return cast(Tensor, self.out(normalise(self.pb2, self.pl2(hidden))))

    def standardise_input(self, frames: Tensor) -> None:
        """Make the first matrix bring cepstra like `frames` (T, 40) to mean 0 and deviation 1: a random start learns
        nothing from the raw ones, whose first is a hundred times the last."""
        mean, deviation = frames.mean(0).repeat(3), frames.std(0).repeat(3)
        with torch.no_grad():
            self.lda.copy_(torch.eye(self.shape.first, CEPSTRA * 3) / deviation)
            self.ldab.copy_(-(self.lda @ mean))

    def normalisers(self) -> list[nn.BatchNorm1d]:
        """Return what normalises the layers' outputs, lowest first."""
        return [module for module in self.modules() if isinstance(module, nn.BatchNorm1d)]

    def keep_normalisation(self) -> None:
        """Normalise while learning as while hearing: by the means and variances as they are, not by each batch's."""
        for norm in self.normalisers():
            norm.eval()

    def layers(self) -> list[Layer]:
        """Return the factored layers, lowest first."""
        return [cast(Layer, layer) for layer in self.L]

    def lower_parameters(self) -> list[nn.Parameter]:
        """Parameters of the layers that run on every frame."""
        return [*self.t1.parameters(), *self.L[: self.shape.fast].parameters()]

    def upper_matrices(self) -> list[Tensor]:
        """Matrices of the layers that run on every third frame, but for the last: four fifths of all weights. They are written in
        8 bits a number; the lower ones need 16, since cepstra reach hundreds before they are normalised."""
        factored = [linear.weight for layer in self.layers()[self.shape.fast :] for linear in (layer.lin, layer.aff)]
        return [*factored, self.pl.weight, self.pa.weight, self.pl2.weight]
