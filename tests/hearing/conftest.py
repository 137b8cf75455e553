"""Real speech (spoken by the project's own synthetic voices) and the real recogniser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.hearing.vosk_transcriber import VoskTranscriber

DATA = Path(__file__).resolve().parent.parent / "data"
RATE = 8_000
Sound = npt.NDArray[np.float64]


def speech(name: str) -> Sound:
    """A bundled clip as floats at 8 kHz."""
    return np.asarray(soundfile.read(DATA / f"{name}.wav")[0])


def silence(seconds: float) -> Sound:
    """Digital silence at 8 kHz."""
    return np.zeros(int(seconds * RATE))


def noise(seconds: float, db: float, seed: int = 1) -> Sound:
    """White noise of a level in dBFS at 8 kHz."""
    return np.random.default_rng(seed).standard_normal(int(seconds * RATE)) * 10 ** (db / 20)


@pytest.fixture(scope="session")
def vosk() -> VoskTranscriber:
    """The bundled model, loaded once."""
    return VoskTranscriber(BUNDLED)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write one or several legs (channels) to a WAV file."""

    def save(*legs: Sound, name: str = "call.wav", rate: int = RATE, subtype: str = "PCM_16") -> Path:
        length = max(map(len, legs))
        columns = [np.pad(leg, (0, length - len(leg))) for leg in legs]
        path = tmp_path / name
        soundfile.write(path, np.stack(columns, axis=1), rate, subtype=subtype, format="WAV")
        return path

    return save
