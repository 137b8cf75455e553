"""How good one leg sounds: levels over time, speech against noise, clipping. Everything in dBFS (0 = full scale)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voice_agent.hearing.sound.audio import Samples

FRAMES_PER_SECOND = 50
SILENCE_DB = -90.0  # what digital silence counts as
INAUDIBLE_DB = -50.0  # a leg that never gets louder than this holds nothing anybody could understand
CLIPPED_AT = 32_000  # of 32,768: codecs turn flat tops into ripples just below full scale

#: Below this the recogniser's words should not be held against anybody. Measured with white noise on six synthetic legs (this
#: estimate lies 2 dB above the truth): toneless-syllable error 3.5 % clean, 7 % at 25 dB, 11 % at 20, 20 % at 15, 31 % at 10, 53 % at 5.
MIN_SNR_DB = 15.0
MAX_CLIPPED_SHARE = 0.02


@dataclass(frozen=True)
class Levels:
    """Level of each frame (dBFS), ``step`` seconds apart, and the share of the audible samples that are clipped."""

    db: npt.NDArray[np.float32]
    step: float
    duration: float
    clipped_share: float

    def between(self, start: float, end: float) -> float:
        """The level (dBFS, energy mean) between two times in seconds; SILENCE_DB outside the leg."""
        part = self.db[max(0, int(start / self.step)) : max(0, int(np.ceil(end / self.step)))]
        return float(10 * np.log10(np.mean(10 ** (part / 10)))) if len(part) else SILENCE_DB


@dataclass(frozen=True)
class Quality:
    """``speech_db``, ``noise_db``: levels (dBFS). ``snr_db`` is their distance. ``usable``: somebody can be heard."""

    speech_db: float
    noise_db: float
    clipped_share: float
    usable: bool

    @property
    def snr_db(self) -> float:
        """Estimated signal-to-noise ratio in dB."""
        return self.speech_db - self.noise_db

    @property
    def noisy(self) -> bool:
        """Recognition of this leg should not be trusted."""
        return self.usable and (self.snr_db < MIN_SNR_DB or self.clipped_share > MAX_CLIPPED_SHARE)


def measure(sound: Iterable[Samples], rate: int) -> Levels:
    """Levels of a leg in one pass over its blocks."""
    hop = rate // FRAMES_PER_SECOND
    rest, parts, samples, clipped, loud = np.zeros(0, np.int16), [], 0, 0, 0
    for block in sound:
        samples += len(block)
        size = np.abs(block.astype(np.int32))
        clipped, loud = clipped + int((size >= CLIPPED_AT).sum()), loud + int((size >= 1_000).sum())
        rest = np.concatenate([rest, block])
        whole = len(rest) // hop * hop
        parts.append(_frame_levels(rest[:whole].reshape(-1, hop)))
        rest = rest[whole:]
    db = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    return Levels(db, hop / rate, samples / rate, clipped / max(loud, 1))


def _frame_levels(frames: Samples) -> npt.NDArray[np.float32]:
    # float32 products of int16 are exact enough here and half as slow as float64
    scaled = frames.astype(np.float32) / 32768
    scaled -= scaled.mean(axis=1, keepdims=True)  # a direct-current offset is no sound
    power = np.einsum("ij,ij->i", scaled, scaled) / frames.shape[1]
    levels: npt.NDArray[np.float32] = 10 * np.log10(np.maximum(power, 10 ** (SILENCE_DB / 10))).astype(np.float32)
    return levels


def assess(levels: Levels) -> Quality:
    """Speech level: what 5 % of the audible frames exceed. Noise: what 10 % stay below; digital silence (padding) says nothing about it."""
    audible = levels.db[levels.db > SILENCE_DB + 10]
    if not len(audible):
        return Quality(SILENCE_DB, SILENCE_DB, 0.0, usable=False)
    noise, speech, peak = (float(value) for value in np.percentile(audible, (10, 95, 99)))
    return Quality(speech, noise, levels.clipped_share, usable=peak > INAUDIBLE_DB)


class LevelMeter:
    """Levels of a leg that is still spoken: what ``assess`` says of a whole one, of everything up to now, in constant memory."""

    def __init__(self, rate: int) -> None:
        self._hop = rate // FRAMES_PER_SECOND
        self._counts = np.zeros(int(-SILENCE_DB) + 1, np.int64)  # of frames, by whole dB below full scale

    def hear(self, sound: Samples) -> float:
        """Take in a short piece; its loudest frame, dBFS."""
        frames = sound[: len(sound) // self._hop * self._hop].reshape(-1, self._hop)
        if not len(frames):
            return SILENCE_DB
        levels = _frame_levels(frames)
        np.add.at(self._counts, np.clip(-levels, 0, len(self._counts) - 1).astype(np.int64), 1)
        return float(levels.max())

    def noise_and_speech(self) -> tuple[float, float, int]:
        """What 10 % of the audible frames stay below, what 5 % exceed (dBFS), and how many frames that rests on."""
        audible = self._counts[: int(-SILENCE_DB) - 10]
        heard = np.cumsum(audible)
        total = int(heard[-1])
        if not total:
            return SILENCE_DB, SILENCE_DB, 0
        speech, noise = np.searchsorted(heard, [0.05 * total, 0.9 * total])
        return -float(noise), -float(speech), total
