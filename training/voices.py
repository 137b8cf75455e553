"""Other speakers and microphones out of the same recording, by one matrix on its cepstra."""

import random

import numpy as np

from training.features import HIGH_HZ, LOW_HZ, MELS, TO_CEPSTRA, TO_MELS, Floats, hertz_of, mel

TILT = 0.6  # nats of power (2.6 dB) by which a pitch region may become louder or softer
KNEE_HZ = 6000.0


def bent(features: Floats, by: float, rng: random.Random) -> Floats:
    """Make another speaker of a recording: the pitch axis is stretched by up to `by` either way, as by a longer or shorter
    vocal tract (Jaitly and Hinton 2013), and the loudness of pitch regions is changed as by another microphone."""
    if not by:
        return features
    factor = 1 + rng.uniform(-by, by)
    tilt = np.interp(np.arange(MELS), np.linspace(0, MELS - 1, 6), [rng.uniform(-1, 1) * TILT for _ in range(6)])
    return np.asarray(features @ _stretched(factor) + (tilt @ TO_CEPSTRA), "f4")


def _stretched(factor: float) -> Floats:
    """The matrix that takes cepstra to those of a voice whose resonances lie 1 / `factor` times as high."""
    step = (mel(HIGH_HZ) - mel(LOW_HZ)) / (MELS + 1)
    hertz = hertz_of(mel(LOW_HZ) + (np.arange(MELS) + 1) * step)
    knee = KNEE_HZ / max(1.0, factor)  # above it the stretch fades out, so that the top of the range stays the top
    above = hertz * factor
    rest = factor * knee + (hertz - knee) * (HIGH_HZ - factor * knee) / (HIGH_HZ - knee)
    came = (mel(np.where(hertz <= knee, above, rest)) - mel(LOW_HZ)) / step - 1
    low = np.clip(np.floor(came).astype(int), 0, MELS - 2)
    part = np.clip(came - low, 0, 1)
    mixing = np.zeros((MELS, MELS))
    mixing[low, np.arange(MELS)] = 1 - part
    mixing[low + 1, np.arange(MELS)] += part
    return (TO_MELS @ mixing.astype("f4")) @ TO_CEPSTRA
