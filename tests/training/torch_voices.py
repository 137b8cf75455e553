"""Bent voices (needs the training environment; run by `test_smoke.py`)."""

import random

import numpy as np

from training.features import TO_MELS, mfcc
from training.voices import bent


def repeatable(seed: int) -> random.Random:
    """Chance that can be repeated."""
    return random.Random(seed)


def test_a_bent_voice_has_higher_or_lower_resonances() -> None:
    """Nothing happens where nothing is asked; otherwise a steady tone moves by no more than it may."""
    tone = mfcc(8000 * np.sin(2 * np.pi * 1500 * np.arange(16000) / 16000))
    assert bent(tone, 0.0, repeatable(1)) is tone
    bands = [int((bent(tone, 0.1, repeatable(seed)) @ TO_MELS).mean(0).argmax()) for seed in range(20)]
    plain = int((tone @ TO_MELS).mean(0).argmax())
    assert min(bands) < plain < max(bands)
    assert max(abs(band - plain) for band in bands) <= 3
