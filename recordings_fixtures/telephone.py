"""What a telephone line does to speech: 300–3400 Hz, a level, noise, line hum at rest. Samples are float64 in −1…1 at 8,000 Hz."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.float64]

RATE = 8_000
#: A level that telephone exchanges deliver, over the parts with speech (dB below full scale).
SPEECH_DB = -21.0
#: An open line is never digitally silent.
IDLE_DB = -63.0
FRAME = 160


def gain(decibels: float) -> float:
    """A factor from decibels."""
    return float(10 ** (decibels / 20))


def rms(samples: Samples) -> float:
    """The effective level, never 0."""
    return float(np.sqrt(np.mean(samples**2))) if len(samples) and samples.any() else 1e-9


def active(samples: Samples) -> float:
    """The effective level of the parts with speech: frames above a tenth of the loudest one."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    levels = np.sqrt((frames**2).mean(axis=1))
    return rms(frames[levels > 0.1 * levels.max()].ravel())


def band(samples: Samples) -> Samples:
    """Keep 300–3400 Hz, with half-cosine edges 80 Hz wide so that nothing rings."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    low, high = np.clip((hertz - 220) / 80, 0, 1), np.clip((3480 - hertz) / 80, 0, 1)
    return np.fft.irfft(spectrum * np.sin(low * np.pi / 2) * np.sin(high * np.pi / 2), len(samples))


def receive(samples: npt.NDArray[np.float32], rate: int, level: float = SPEECH_DB) -> Samples:
    """A sentence as it leaves the handset: telephone rate and band, trimmed, at ``level`` dB."""
    narrow = band(trim(np.asarray(soxr.resample(samples, rate, RATE), dtype=np.float64)))
    return narrow * gain(level) / active(narrow)


def trim(samples: Samples, floor: float = 0.008, margin: int = 320) -> Samples:
    """Without the silence before and after; ``margin`` samples stay."""
    loud = np.flatnonzero(np.abs(samples) > floor)
    return samples[max(0, loud[0] - margin) : loud[-1] + margin] if len(loud) else samples


def noise(kind: str, length: int, rng: np.random.Generator, speech: Sequence[Samples] = ()) -> Samples:
    """Noise of effective level 1: ``white``, ``pink``, or ``babble`` made of ``speech`` run backwards."""
    if kind == "babble":
        return _unit(_babble(length, rng, speech))
    white = rng.standard_normal(length)
    if kind == "white":
        return _unit(white)
    spectrum = np.fft.rfft(white)
    return _unit(np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), length))


def _unit(samples: Samples) -> Samples:
    return samples / rms(samples)


def _babble(length: int, rng: np.random.Generator, speech: Sequence[Samples]) -> Samples:
    """Six voices; backwards, because nobody in a real office says the words of this very call."""
    total = np.zeros(length)
    for _ in range(6):
        order = rng.permutation(len(speech))
        voice = np.concatenate([speech[k][::-1] for k in order])
        total += np.resize(np.roll(voice, rng.integers(len(voice))), length)
    return total


def line(leg: Samples, rng: np.random.Generator) -> Samples:
    """The leg with the faint noise of an open line, kept inside full scale."""
    return np.clip(leg + noise("pink", len(leg), rng) * gain(IDLE_DB), -0.98, 0.98)


def disturb(leg: Samples, setting: dict[str, Any], rng: np.random.Generator, speech: Sequence[Samples]) -> Samples:
    """The leg with ``kind`` noise, ``snr`` dB under its speech, through the same telephone band."""
    loudness = active(leg) * gain(-float(setting["snr"]))
    return leg + band(noise(setting["kind"], len(leg), rng, speech)) * loudness


def music(seconds: float) -> Samples:
    """Music on hold: broken chords, one note each quarter second."""
    chords = [(262, 330, 392, 330), (220, 262, 330, 262), (349, 440, 523, 440), (392, 494, 587, 494)]
    notes = [hertz * 2 for chord in chords for hertz in chord]
    clock = np.arange(RATE // 4) / RATE
    tones = [np.sin(2 * np.pi * hertz * clock) * np.exp(-4 * clock) for hertz in notes]
    return np.resize(np.concatenate(tones), int(seconds * RATE)) * gain(-24)
