"""What two versions of the same utterance should have in common: the network's opinion of every frame."""

import torch
from torch import Tensor

from training.crf import SPARSEST


def disagreement(scores: Tensor, outputs: Tensor, target_lengths: Tensor) -> Tensor:
    """Return how far the opinions of the first half of a batch and of the second are apart, in nats a sound.

    `scores` (2·n, T, outputs) are log probabilities; row i and row n + i are two views of one utterance with the same times.
    Each view is pulled towards what the other said, which itself does not move (CR-CTC, Yao et al., arXiv 2410.05101):
    sounds that are masked in one are learnt from the other, and single recordings are learnt less by heart.
    """
    half = len(scores) // 2
    said = torch.cat([scores[half:], scores[:half]]).detach()
    inside = torch.arange(scores.shape[1]) < outputs[:, None]
    apart = (said.exp() * (said - scores)).sum(2) * inside
    return (apart.sum(1) / torch.maximum(target_lengths, outputs / SPARSEST)).mean()
