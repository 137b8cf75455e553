"""Several processes that train apart and meet every few steps to average what they learnt (local SGD).

On two busy cores this is faster than one process with two threads, which wait for each other many times a step.
"""

import datetime
from pathlib import Path

import torch
from torch import Tensor, distributed, nn


class Processes:
    """The processes of one training; a single one needs no meeting point."""

    def __init__(self, rank: int, count: int, meeting: Path) -> None:
        self.rank, self.count = rank, count
        if count > 1:
            distributed.init_process_group(
                "gloo",
                init_method=f"file://{meeting}",
                rank=rank,
                world_size=count,
                timeout=datetime.timedelta(minutes=30),
            )

    def total(self, value: float) -> float:
        """Sum a number over the processes."""
        if self.count == 1:
            return value
        tensor = torch.tensor([value], dtype=torch.float64)
        distributed.all_reduce(tensor)
        return float(tensor.item())

    def average(self, net: nn.Module) -> None:
        """Give every process the mean of all weights and normalisation statistics."""
        if self.count == 1:
            return
        tensors: list[Tensor] = [t for t in net.state_dict().values() if t.dtype.is_floating_point]
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        distributed.all_reduce(flat)
        for tensor, mean in zip(tensors, (flat / self.count).split([t.numel() for t in tensors]), strict=True):
            tensor.copy_(mean.view_as(tensor))

    def close(self) -> None:
        """Leave the group."""
        if self.count > 1:
            distributed.destroy_process_group()


class RunningAverage:
    """An average of the weights over the steps; it hears better than any single step.

    Until `remember` is reached, the n-th meeting weighs in proportion to n: most of a long training counts, its beginning
    little (polynomial-decay averaging, Shamir and Zhang 2013).
    """

    def __init__(self, net: nn.Module, remember: float, kept: dict[str, Tensor] | None = None) -> None:
        self.remember, self.updates = remember, 0
        self.weights = kept or {name: value.clone() for name, value in net.state_dict().items()}

    def update(self, net: nn.Module) -> None:
        """Move towards the present weights; quickly at first, when there is little to remember."""
        self.updates += 1
        keep = min(self.remember, (1 + self.updates) / (3 + self.updates))
        for name, value in net.state_dict().items():
            if value.dtype.is_floating_point:
                self.weights[name].mul_(keep).add_(value, alpha=1 - keep)
