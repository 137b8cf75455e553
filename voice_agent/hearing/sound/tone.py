"""How a leg sounds on the whole: the average spectrum of its loud frames, which microphone and line colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from voice_agent.hearing.sound.audio import Samples

Tone = npt.NDArray[np.float64]  # (BANDS,) nats of power, their mean taken off: loudness is no tone

BANDS = 24
# What a telephone line lets through; the same for every recording, so that a narrow one is no dull one.
LOW_HZ, HIGH_HZ = 100.0, 3_700.0
FRAME_SECONDS = 0.025
# So much of a leg, or so many seconds of a long one, are louder than its loudness, and frames down to 8 dB below that are loud: vowels.
LOUDEST_SHARE, LOUDEST_SECONDS, LOUD_NATS = 0.05, 1.0, 1.9
_STEP, _LEVELS = 0.25, 160  # nats; frames are kept by their level, so that an hour needs no more memory than a second


def mel(hertz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Pitch as Kaldi's filters are spaced."""
    return np.asarray(1127 * np.log(1 + np.asarray(hertz) / 700))


def band_pitches() -> npt.NDArray[np.float64]:
    """The middles of the bands, in mel, evenly spaced."""
    return np.linspace(mel(LOW_HZ), mel(HIGH_HZ), BANDS + 2)[1:-1]


class ToneMeter:
    """Hears a leg at ``rate`` Hz block by block."""

    def __init__(self, rate: int) -> None:
        self._size = int(rate * FRAME_SECONDS)
        self._points = 1 << (self._size - 1).bit_length()
        pitches = band_pitches()
        away = np.abs(mel(np.fft.rfftfreq(self._points, 1 / rate))[:, None] - pitches) / (pitches[1] - pitches[0])
        self._filters = np.maximum(0, 1 - away).astype(np.float32)  # triangles
        self._window = np.hanning(self._size).astype(np.float32)
        self._sums, self._counts = np.zeros((_LEVELS, BANDS)), np.zeros(_LEVELS, np.int64)
        self._rest = np.zeros(0, np.int16)

    def overhear(self, sound: Iterable[Samples]) -> Iterator[Samples]:
        """Pass on blocks and hear them on their way."""
        for block in sound:
            self._hear(block)
            yield block

    def _hear(self, block: Samples) -> None:
        """Add the next block; frames stand side by side."""
        sound = np.concatenate([self._rest, block])
        whole = len(sound) // self._size * self._size
        self._rest = sound[whole:]
        frames = sound[:whole].reshape(-1, self._size) * self._window
        power = np.abs(np.fft.rfft(frames, self._points, axis=1)) ** 2
        # not @: numpy's BLAS would wake threads for it, which then spin beside the recogniser and take half of its time
        bands = np.log(np.einsum("ij,jk->ik", power, self._filters) + 1)
        levels = np.minimum(bands.mean(axis=1) / _STEP, _LEVELS - 1).astype(np.int64)
        np.add.at(self._sums, levels, bands)
        self._counts += np.bincount(levels, minlength=_LEVELS)

    def tone(self) -> Tone | None:
        """Of everything heard so far; None where nothing sounded."""
        self._counts[0] = 0  # digital silence
        heard = int(self._counts.sum())
        if not heard:
            return None
        louder = np.cumsum(self._counts[::-1])[::-1]
        loudest = max(1, min(LOUDEST_SHARE * heard, LOUDEST_SECONDS / FRAME_SECONDS))
        loudness = int(np.flatnonzero(louder >= loudest)[-1])
        loud = slice(max(1, loudness - round(LOUD_NATS / _STEP)), None)
        mean = self._sums[loud].sum(axis=0) / self._counts[loud].sum()
        return np.asarray(mean - mean.mean())


def tone_of(sound: Iterable[Samples], rate: int) -> Tone | None:
    """The tone of a leg in one pass over its blocks, mono int16 at ``rate`` Hz; None where nothing sounds."""
    meter = ToneMeter(rate)
    for _ in meter.overhear(sound):
        pass
    return meter.tone()
