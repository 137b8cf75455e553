"""The criterion: the right sounds against every other sequence of sounds, weighed by which sound follows which.

CTC asks of every frame alone that the right sound be likely. What Vosk searches at run time is a whole sequence under a
language model, so this asks for that: log p(right sequence | sound) where the rivals are all sequences, each with the
probability of its pairs of sounds (CTC-CRF, Xiang and Ou, ICASSP 2019; the lattice-free form of MMI, Povey et al.,
Interspeech 2016). The shape of a sound is that of our graph: one frame of its own, then blanks.
"""

from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor

NEVER = -1e4  # log probability of what cannot be; finite, so that differences of it are
SPARSEST = 12  # outputs a sound (0.36 s) from which on speech is taken to be sparse


@dataclass(frozen=True)
class Pairs:
    """Log probabilities of pairs of sounds; row 0 is the beginning, `last` (outputs,) that a sequence ends there."""

    following: Tensor
    last: Tensor


def count_pairs(sequences: list[list[int]], outputs: int, smoothing: float = 0.5) -> Pairs:
    """Count which sound follows which. Sounds are numbered from 1; `smoothing` is added to what was never seen."""
    counts = torch.full((outputs, outputs + 1), smoothing)
    for sequence in sequences:
        for before, after in zip([0, *sequence], [*sequence, outputs], strict=True):
            counts[before, after] += 1
    counts[:, 0] = 0  # nothing returns to the beginning
    shares = (counts / counts.sum(1, keepdim=True)).log().clamp_min(NEVER)
    return Pairs(shares[:, :outputs], shares[:, outputs])


class _Rivals(torch.autograd.Function):
    """Log of the sum over all sequences of sounds, by scaled forward and backward passes over time."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor, lengths: Tensor, pairs: Pairs) -> Tensor:
        """(batch, T, outputs) scores → (batch,) log sums."""
        follow, last = pairs.following.exp(), pairs.last.exp()
        top, blank, sounds = _weights(scores, lengths)
        state = torch.zeros(scores.shape[0], scores.shape[2])
        state[:, 0] = 1
        states, scales = [state], []
        for time in range(scores.shape[1]):
            state = state * blank[:, time] + (state @ follow) * sounds[:, time]
            scale = state.sum(1, keepdim=True)
            state = state / scale
            states.append(state)
            scales.append(scale)
        end = state @ last
        ctx.save_for_backward(follow, last, blank, sounds, torch.stack(states), torch.stack(scales), end)
        return torch.cat(scales, 1).log().sum(1) + end.log() + top

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:  # type: ignore[override]
        """The gradient is how probable each output is at each time, over all sequences."""
        follow, last, blank, sounds, states, scales, end = ctx.saved_tensors
        ahead = (last[None] / end[:, None]).expand(len(end), -1)
        result = torch.zeros_like(sounds)
        for time in reversed(range(sounds.shape[1])):
            ahead = ahead / scales[time]
            result[:, time, 0] = (states[time] * blank[:, time] * ahead).sum(1)
            entered = sounds[:, time] * ahead
            result[:, time, 1:] = ((states[time] @ follow) * entered)[:, 1:]
            ahead = ahead * blank[:, time] + entered @ follow.T
        return result * (gradient[:, None, None] * (sounds.sum(2, keepdim=True) > 0)), None, None


def _weights(scores: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Scores as factors near 1, frames beyond an utterance's end as blanks that cost nothing: (log of what was taken
    out (batch,), blanks (batch, T, 1), sounds (batch, T, outputs) with 0 for the blank)."""
    inside = torch.arange(scores.shape[1]) < lengths[:, None]
    top = scores.amax(2)
    factors = (scores - top[:, :, None]).exp()
    blank = torch.where(inside[:, :, None], factors[:, :, :1], torch.ones(()))
    sounds = factors * inside[:, :, None]
    sounds[:, :, 0] = 0
    return (top * inside).sum(1), blank, sounds


class _Right(torch.autograd.Function):
    """Log of the sum over all ways to place the right sounds in time."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor, lengths: Tensor, targets: Tensor, target_lengths: Tensor) -> Tensor:
        """(batch, T, outputs) scores, (batch, longest) targets → (batch,) log sums."""
        inside = torch.arange(scores.shape[1]) < lengths[:, None]
        blank = torch.where(inside, scores[:, :, 0], torch.zeros(()))
        index = targets[:, None].expand(-1, scores.shape[1], -1)
        entered = scores.gather(2, index).masked_fill(~inside[:, :, None], NEVER)
        batch, longest = targets.shape
        state = torch.full((batch, longest + 1), NEVER)
        state[:, 0] = 0
        states = [state]
        for time in range(scores.shape[1]):
            stayed = state + blank[:, time, None]
            stayed[:, 1:] = torch.logaddexp(stayed[:, 1:], state[:, :-1] + entered[:, time])
            state = stayed
            states.append(state)
        total = state.gather(1, target_lengths[:, None])[:, 0]
        ctx.outputs = scores.shape[2]
        ctx.save_for_backward(blank, entered, torch.stack(states), total, index, target_lengths, inside)
        return total

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:  # type: ignore[override]
        """The gradient is how probable each output is at each time, over all placements."""
        blank, entered, states, total, index, target_lengths, inside = ctx.saved_tensors
        ahead = torch.full_like(states[0], NEVER)
        ahead.scatter_(1, target_lengths[:, None], 0.0)
        placed = torch.empty_like(entered)
        for time in reversed(range(entered.shape[1])):
            placed[:, time] = states[time][:, :-1] + entered[:, time] + ahead[:, 1:]
            stayed = ahead + blank[:, time, None]
            stayed[:, :-1] = torch.logaddexp(stayed[:, :-1], ahead[:, 1:] + entered[:, time])
            ahead = stayed
        placed = (placed - total[:, None, None]).exp()
        result = torch.zeros(*entered.shape[:2], ctx.outputs).scatter_add_(2, index, placed)
        result[:, :, 0] = (1 - placed.sum(2)) * inside
        return result * gradient[:, None, None], None, None, None


def crf_loss(scores: Tensor, outputs: Tensor, targets: Tensor, target_lengths: Tensor, pairs: Pairs) -> Tensor:
    """Return the mean over utterances of the loss per sound; where nothing or little is said, sounds are taken to be sparse:
    a whole stretch of music would otherwise weigh as much as a hundred sounds of speech.

    `scores` (batch, T, outputs) of any scale, `outputs` (batch,) how many of T count, `targets` all sounds of all
    utterances one after another, `target_lengths` (batch,). The constant probability of the right pairs is left out.
    """
    rows = torch.nn.utils.rnn.pad_sequence(list(targets.split(target_lengths.tolist())), batch_first=True)
    right = cast(Tensor, _Right.apply(scores, outputs, rows, target_lengths))  # type: ignore[no-untyped-call]
    rivals = cast(Tensor, _Rivals.apply(scores, outputs, pairs))  # type: ignore[no-untyped-call]
    return ((rivals - right) / torch.maximum(target_lengths, outputs / SPARSEST)).mean()
