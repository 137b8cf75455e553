"""What a telephone line leaves of wideband speech: 8 kHz, 300–3400 Hz, A-law (ITU-T G.711, G.712)."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from voice_agent.hearing.sound.audio import Samples

LINE_RATE = 8_000
LOW_HZ, HIGH_HZ = 300, 3_400
ORDER = 4
PEAK = 0.6  # of full scale; recordings of every loudness then meet the codec alike


def through_telephone(sound: Samples, rate: int) -> Samples:
    """Mono int16 at ``rate`` → what arrives at the other end, int16 at 8 kHz."""
    narrow = soxr.resample(sound.astype(np.float32), rate, LINE_RATE)
    passed = np.fft.irfft(np.fft.rfft(narrow) * _response(len(narrow)), len(narrow))
    return _a_law(passed * (PEAK / max(float(np.abs(passed).max(initial=0)), 1e-9)))


def _response(samples: int) -> npt.NDArray[np.float64]:
    """The magnitude of a Butterworth band-pass, 3 dB down at the band's edges, without delay: slopes as gentle as G.712 allows.

    A steep filter would be harsher than any exchange: what leaks through beyond the band still helps a recogniser.
    """
    at, low, high = (np.tan(np.pi * f / LINE_RATE) for f in (np.fft.rfftfreq(samples, 1 / LINE_RATE), LOW_HZ, HIGH_HZ))
    with np.errstate(divide="ignore"):  # nothing passes at 0 Hz
        distance = (at**2 - low * high) / (at * (high - low))
    response: npt.NDArray[np.float64] = 1 / np.sqrt(1 + distance ** (2 * ORDER))
    return response


def _a_law(sound: npt.NDArray[np.floating]) -> Samples:
    line = io.BytesIO()
    soundfile.write(line, sound, LINE_RATE, format="WAV", subtype="ALAW")
    line.seek(0)
    received: Samples = soundfile.read(line, dtype="int16")[0]
    return received
