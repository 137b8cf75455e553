"""Recordings as Asterisk writes them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest


def wav(sound: bytes, promised: int | None = None, channels: int = 1) -> bytes:
    """A WAV of 8 kHz 16-bit ``sound`` whose header promises ``promised`` bytes (None: as many as there are)."""
    length = len(sound) if promised is None else promised
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, 8_000, 16_000 * channels, 2 * channels, 16)
    return b"RIFF" + struct.pack("<I", 36 + length) + b"WAVE" + form + b"data" + struct.pack("<I", length) + sound


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Path]:
    """Write a complete recording of one second below the test's folder."""

    def save(name: str, channels: int = 1) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wav(bytes(16_000 * channels), channels=channels))
        return path

    return save
