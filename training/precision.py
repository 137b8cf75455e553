"""Sixteen bits where the processor can compute a recurrent network in them, thirty-two elsewhere."""

from contextlib import AbstractContextManager, nullcontext
from functools import cache

import torch
from torch import nn


@cache
def has_bfloat16() -> bool:
    """Whether an LSTM can be computed in bfloat16 here.

    PyTorch's oneDNN has no such LSTM for processors without AVX-512 (with AVX2 alone it ends in "could not create a primitive
    descriptor"), and no flag tells beforehand: so one is tried, once a process.
    """
    try:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            said, _ = nn.LSTM(4, 4, batch_first=True)(torch.zeros(1, 2, 4))
    except RuntimeError:
        return False
    return bool(torch.isfinite(said).all())


def lower_precision() -> AbstractContextManager[object]:
    """The context for a step of training: bfloat16 if this processor can, else what PyTorch computes in anyway."""
    return torch.autocast("cpu", dtype=torch.bfloat16) if has_bfloat16() else nullcontext()
