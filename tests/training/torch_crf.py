"""The criterion against its definition, summed by hand. Run by test_smoke.py in the environment that has torch."""

import copy
import itertools

import numpy as np
import torch
from torch import Tensor

from training.crf import Pairs, count_pairs, crf_loss
from training.muon import Muon, evened
from training.scoring import likeliest

SOUNDS, FRAMES = 4, 4
PAIRS = count_pairs([[1, 2, 3], [2, 2], [3, 1], [1]], SOUNDS)
LENGTHS, TARGETS, COUNTS = torch.tensor([4, 3]), [[1, 2], [2]], torch.tensor([2, 1])


def paths(scores: Tensor, length: int) -> list[tuple[list[int], Tensor]]:
    """Every choice of outputs over time: the sounds it says and the sum of its scores."""
    made = itertools.product(range(SOUNDS), repeat=length)
    return [([s for s in path if s], torch.stack([scores[t, s] for t, s in enumerate(path)]).sum()) for path in made]


def worth(sounds: list[int], pairs: Pairs) -> Tensor:
    """Log probability of a sequence of sounds."""
    steps = zip([0, *sounds], sounds, strict=False)
    return torch.stack([*(pairs.following[a, b] for a, b in steps), pairs.last[([0, *sounds])[-1]]]).sum()


def by_hand(scores: Tensor) -> Tensor:
    """The loss as its definition says."""
    losses = []
    for row, length, target in zip(scores, LENGTHS.tolist(), TARGETS, strict=True):
        every = paths(row, length)
        rivals = torch.logsumexp(torch.stack([score + worth(sounds, PAIRS) for sounds, score in every]), 0)
        right = torch.logsumexp(torch.stack([score for sounds, score in every if sounds == target]), 0)
        losses.append((rivals - right) / len(target))
    return torch.stack(losses).mean()


def test_loss_and_gradient_are_those_of_the_definition() -> None:
    """Summing over all sequences by dynamic programming gives what summing them one by one gives, slope included."""
    torch.manual_seed(0)
    scores = torch.randn(2, FRAMES, SOUNDS, requires_grad=True)
    loss = crf_loss(scores, LENGTHS, torch.tensor([1, 2, 2]), COUNTS, PAIRS)
    hand = by_hand(scores)
    torch.testing.assert_close(loss, hand)
    torch.testing.assert_close(torch.autograd.grad(loss, scores), torch.autograd.grad(hand, scores))


def test_long_utterances_neither_overflow_nor_vanish() -> None:
    """Half a minute of very sure, very wrong scores still has a finite slope."""
    scores = (40 * torch.randn(1, 1000, SOUNDS)).requires_grad_()
    loss = crf_loss(scores, torch.tensor([1000]), torch.tensor([1, 2, 3] * 60), torch.tensor([180]), PAIRS)
    loss.backward()
    assert torch.isfinite(loss)
    assert scores.grad is not None and torch.isfinite(scores.grad).all()


def test_the_likeliest_sequence_is_found() -> None:
    """No other sequence has a higher score."""
    torch.manual_seed(3)
    for _ in range(20):
        scores = 2 * torch.randn(FRAMES, SOUNDS)
        best = max(paths(scores, FRAMES), key=lambda path: float(path[1] + worth(path[0], PAIRS)))
        assert likeliest(scores.numpy(), PAIRS) == best[0]


def test_pairs_are_probabilities() -> None:
    """After each sound, all that may follow and the end sum to one, and nothing returns to the beginning."""
    total = PAIRS.following.exp().sum(1) + PAIRS.last.exp()
    torch.testing.assert_close(total, torch.ones(SOUNDS))
    assert float(PAIRS.following[:, 0].exp().max()) == 0


def test_steps_are_even_in_all_directions() -> None:
    """Singular values that differ a hundredfold come out within a factor of two of one."""
    torch.manual_seed(1)
    left, right = torch.linalg.qr(torch.randn(8, 8))[0], torch.linalg.qr(torch.randn(20, 8))[0]
    values = torch.linalg.svdvals(evened(left @ torch.diag(torch.logspace(0, -1.7, 8)) @ right.T))
    assert float(values.min()) > 0.5 and float(values.max()) < 1.6


def test_the_optimiser_resumes_where_it_was() -> None:
    """Saved and restored, it makes the same next step."""
    torch.manual_seed(2)
    weights, biases = torch.nn.Parameter(torch.randn(4, 6)), torch.nn.Parameter(torch.randn(4))

    def optimiser() -> Muon:
        return Muon([{"params": [weights], "lr": 0.1, "even": True}, {"params": [biases], "lr": 0.1}])

    def step(one: Muon) -> np.ndarray:
        weights.grad, biases.grad = torch.sin(weights).detach(), torch.cos(biases).detach()
        one.step()
        return torch.cat([weights.detach().flatten(), biases.detach()]).numpy().copy()

    first = optimiser()
    step(first)
    saved = (copy.deepcopy(first.state_dict()), weights.detach().clone(), biases.detach().clone())
    expected = step(first)
    second = optimiser()
    second.load_state_dict(saved[0])
    weights.data, biases.data = saved[1], saved[2]
    np.testing.assert_allclose(step(second), expected)
