"""MFCC features identical to those Vosk computes (Kaldi's, no dither, no energy), for sound at int16 scale, 16 kHz."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

RATE = 16_000
CEPSTRA = MELS = 40
LOW_HZ, HIGH_HZ = 20.0, 7600.0
WINDOW, SHIFT, FFT = 400, 160, 512
PREEMPHASIS, LIFTER = 0.97, 22
SUBSAMPLING = 3
Floats = NDArray[np.float32]


def mel(hertz: ArrayLike) -> np.ndarray:
    """Pitch as Kaldi's filters are spaced."""
    return 1127 * np.log(1 + np.asarray(hertz) / 700)


def hertz_of(mels: ArrayLike) -> np.ndarray:
    """Turn `mel` round."""
    return 700 * (np.exp(np.asarray(mels) / 1127) - 1)


def _banks() -> Floats:
    """Triangular filters, evenly spaced in mel, (257, 40)."""
    low, high = mel(LOW_HZ), mel(HIGH_HZ)
    step = (high - low) / (MELS + 1)
    at = mel(np.arange(FFT // 2) * RATE / FFT)[:, None]
    left = low + np.arange(MELS)[None] * step
    rising, falling = (at - left) / step, (left + 2 * step - at) / step
    banks = np.zeros((FFT // 2 + 1, MELS))
    banks[:-1] = np.maximum(np.minimum(rising, falling), 0)
    return banks.astype("f4")


def _cosines() -> Floats:
    """DCT and lifter in one matrix: log mel (40) @ it = cepstra (40)."""
    order = np.arange(CEPSTRA)[:, None]
    dct = np.sqrt(2 / MELS) * np.cos(np.pi / MELS * (np.arange(MELS)[None] + 0.5) * order)
    dct[0] = np.sqrt(1 / MELS)
    lifter = 1 + 0.5 * LIFTER * np.sin(np.pi * np.arange(CEPSTRA) / LIFTER)
    return (dct * lifter[:, None]).T.astype("f4")


_BANKS = _banks()
_POVEY = ((0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / (WINDOW - 1))) ** 0.85).astype("f4")
TO_CEPSTRA = _cosines()
TO_MELS: Floats = np.linalg.inv(TO_CEPSTRA.astype("f8")).astype("f4")


def mfcc(sound: ArrayLike) -> Floats:
    """Return (frames, 40) for samples at int16 scale; at least one window (25 ms) of sound is needed."""
    samples = np.ascontiguousarray(sound, "f4")
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::SHIFT]
    frames = frames - frames.mean(1, keepdims=True)
    emphasised = np.concatenate([frames[:, :1] * (1 - PREEMPHASIS), frames[:, 1:] - PREEMPHASIS * frames[:, :-1]], 1)
    spectrum = np.fft.rfft(emphasised * _POVEY, FFT, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    return np.asarray(np.log(np.maximum(power @ _BANKS, np.finfo("f4").eps)) @ TO_CEPSTRA, "f4")


def outputs_of(frames: int) -> int:
    """Network outputs for a number of frames."""
    return (frames + SUBSAMPLING - 1) // SUBSAMPLING


def padded(features: Floats, context: int) -> Floats:
    """Repeat the first and last frame as Kaldi does, so that the network makes `outputs_of(len)` outputs."""
    wanted = SUBSAMPLING * (outputs_of(len(features)) - 1) + 1 + 2 * context
    after = max(wanted - context - len(features), 0)
    return np.pad(features, ((context, after), (0, 0)), mode="edge")[:wanted]
