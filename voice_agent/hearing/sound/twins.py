"""Two channels that hold the same sound are one mixed channel: nobody can tell who spoke."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from voice_agent.hearing.sound.audio import Samples, blocks
from voice_agent.intake.files import Leg

#: Two sides of a real call are alike by less than a quarter even with a loud echo; the same mix, coded anew, by more than this.
SAME = 0.9
#: Samples compared at once, and how far apart (samples either way) the same sound may lie in two files.
_WINDOW, _REACH = 8192, 800


def is_same_sound(one: Leg, other: Leg) -> bool:
    """Whether both legs hold the same sound, whatever its loudness and to within a tenth of a second. Raises RecordingError."""
    cross = np.zeros(_WINDOW + 1, np.complex128)
    energy = np.zeros(2)
    for left, right in zip(_windows(one), _windows(other), strict=False):
        ours, theirs = np.fft.rfft(left, 2 * _WINDOW), np.fft.rfft(right, 2 * _WINDOW)
        cross += ours * np.conj(theirs)
        energy += float(left @ left), float(right @ right)
    if energy.min() <= 0:
        return False
    alike = np.fft.irfft(cross) / np.sqrt(energy.prod())
    return float(max(alike[:_REACH].max(), alike[-_REACH:].max())) >= SAME


def _windows(leg: Leg) -> Iterator[npt.NDArray[np.float64]]:
    """The sound in pieces of equal length without its direct-current offset; a short last one is left out."""
    rest: Samples = np.zeros(0, np.int16)
    for block in blocks(leg):
        rest = np.concatenate([rest, block])
        while len(rest) >= _WINDOW:
            window = rest[:_WINDOW].astype(np.float64)
            yield window - window.mean()
            rest = rest[_WINDOW:]
