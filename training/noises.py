"""What lines carry beside speech: tones, music on hold, clicks, hum, hiss. Heard in training with nothing to say, so that nothing is invented."""

from collections.abc import Callable

import numpy as np

from training.augment import LINE_RATE, Floats

MOST_SECONDS = 8.0
RING_HZ, HUM_HZ = 450.0, 50.0  # ring-back and busy tone of mainland China (GB/T 3380); mains
_KEYS = ((697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0))  # ITU-T Q.23


def _times(seconds: float) -> Floats:
    return np.arange(int(seconds * LINE_RATE)) / LINE_RATE


def _tone(seconds: float, rng: np.random.Generator) -> Floats:
    """Ring-back (1 s on, 4 s off), busy (0.35 s on and off) or a steady tone."""
    times, (on, period) = _times(seconds), ((1.0, 5.0), (0.35, 0.7), (1.0, 1.0))[int(rng.integers(3))]
    return np.asarray(np.sin(2 * np.pi * RING_HZ * times) * ((times + rng.uniform(0, period)) % period < on))


def _keys(seconds: float, rng: np.random.Generator) -> Floats:
    """Touch tones, one after another."""
    times, sound = _times(seconds), np.zeros(int(seconds * LINE_RATE))
    for start in np.arange(0, seconds, rng.uniform(0.2, 0.6)):
        pressed = (times >= start) & (times < start + 0.1)
        for row in _KEYS:
            sound += pressed * np.sin(2 * np.pi * row[int(rng.integers(len(row)))] * times)
    return sound


def _music(seconds: float, rng: np.random.Generator) -> Floats:
    """Chords and a melody with overtones that fade, as on hold."""
    times, sound = _times(seconds), np.zeros(int(seconds * LINE_RATE))
    beat, root = rng.uniform(0.2, 0.8), rng.uniform(110, 330)
    for start in np.arange(0, seconds, beat):
        after = np.maximum(times - start, 0)
        shape = (times >= start) * np.exp(-after * rng.uniform(0.5, 6))
        for step in rng.choice([0, 2, 4, 5, 7, 9, 11, 12, 16], int(rng.integers(1, 4))):
            pitch = root * 2 ** (step / 12)
            sound += shape * sum(
                np.sin(2 * np.pi * pitch * k * times) / k**1.5 for k in range(1, int(rng.integers(2, 7)))
            )
    return sound


def _clicks(seconds: float, rng: np.random.Generator) -> Floats:
    """Clicks, knocks and breaths: short bursts of noise of different colour."""
    times, sound = _times(seconds), np.zeros(int(seconds * LINE_RATE))
    for start in rng.uniform(0, seconds, int(rng.integers(1, 8))):
        fading = (times >= start) * np.exp(-np.maximum(times - start, 0) * rng.choice([8.0, 40.0, 200.0]))
        sound += fading * np.convolve(rng.standard_normal(len(times)), np.ones(int(rng.integers(1, 9))), "same")
    return sound


def _hum(seconds: float, rng: np.random.Generator) -> Floats:
    """Mains hum with overtones, and hiss."""
    times = _times(seconds)
    overtones = sum(rng.uniform(0, 1) * np.sin(2 * np.pi * HUM_HZ * k * times) for k in range(1, 9))
    return np.asarray(overtones + rng.uniform(0, 2) * rng.standard_normal(len(times)))


_KINDS: tuple[Callable[[float, np.random.Generator], Floats], ...] = (_tone, _keys, _music, _music, _clicks, _hum)


def noise_of_a_line(rng: np.random.Generator) -> Floats:
    """Return 1 to 8 seconds of one kind at 8 kHz, peak 0.003 to 0.7."""
    sound = _KINDS[int(rng.integers(len(_KINDS)))](rng.uniform(1.0, MOST_SECONDS), rng)
    faint = 1e-4 * rng.standard_normal(len(sound))
    return np.asarray(sound / max(1e-9, float(np.abs(sound).max())) * 10 ** (-rng.uniform(3, 50) / 20) + faint)
