"""The optimiser: every matrix moves by the same amount in all directions.

A gradient's few large directions are evened out (its singular values become about 1), so that rare sounds are learnt as fast as common
ones (Muon, Jordan et al. 2024; the size of a step as Adam's, Liu et al. 2025, arXiv 2502.16982). Kaldi's natural gradient serves the same end.
Biases and the last two layers learn with Adam.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

_QUINTIC = (3.4445, -4.7750, 2.0315)  # drives singular values towards 1 in five rounds, from whatever they are
_ROUNDS = 5
_MOMENTUM, _BETAS, _DECAY, _TINY = 0.95, (0.9, 0.98), 0.02, 1e-8
_STEP = 0.2  # root mean square of a step, as Adam's usually is


def evened(matrix: Tensor) -> Tensor:
    """Return a matrix with the same singular vectors and singular values near 1."""
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    wide = wide / (wide.norm() + _TINY)
    first, third, fifth = _QUINTIC
    for _ in range(_ROUNDS):
        square = wide @ wide.T
        wide = first * wide + (third * square + fifth * square @ square) @ wide
    return wide if matrix.shape[0] <= matrix.shape[1] else wide.T


class Muon(torch.optim.Optimizer):
    """Groups of parameters with `lr`; those with `even` True are matrices that move evenly, others follow Adam."""

    def __init__(self, groups: list[dict[str, Any]]) -> None:
        super().__init__(groups, {"lr": 0.0, "even": False})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Move every parameter that has a gradient."""
        del closure
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    move = (_even if group["even"] else _adam)(self.state[parameter], parameter.grad)
                    parameter.mul_(1 - group["lr"] * _DECAY).add_(move, alpha=-group["lr"])


def _even(state: dict[str, Any], gradient: Tensor) -> Tensor:
    mean = state.setdefault("mean", torch.zeros_like(gradient))
    mean.lerp_(gradient, 1 - _MOMENTUM)
    return evened(gradient.lerp(mean, _MOMENTUM)) * (_STEP * max(gradient.shape) ** 0.5)


def _adam(state: dict[str, Any], gradient: Tensor) -> Tensor:
    mean = state.setdefault("mean", torch.zeros_like(gradient))
    square = state.setdefault("square", torch.zeros_like(gradient))
    state["steps"] = state.get("steps", 0) + 1
    mean.lerp_(gradient, 1 - _BETAS[0])
    square.lerp_(gradient**2, 1 - _BETAS[1])
    size = (square / (1 - _BETAS[1] ** state["steps"])).sqrt() + _TINY
    return (mean / (1 - _BETAS[0] ** state["steps"])) / size
