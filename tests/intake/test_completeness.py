"""Header against size: complete, still recording, cut, empty or no audio."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.conftest import wav
from voice_agent.intake.completeness import STREAMED, WavHeader, read_wav_header, state_of, wav_state


@pytest.mark.parametrize(
    ("promised", "size", "state"),
    [
        (1_000, 1_044, "complete"),
        (1_000, 1_100, "complete"),
        (0, 1_044, "recording"),
        (0, 44, "empty"),
        (1_000, 1_043, "cut"),
        (0xFFFFFFFF, 1_044, "complete"),
    ],
)
def test_the_header_decides(promised: int, size: int, state: str) -> None:
    """Asterisk's 0 means recording; less sound than promised means cut; what was piped has no length and is taken as it is."""
    assert wav_state(WavHeader(44, promised, 1, 8_000), size) == state


@given(st.integers(0, STREAMED - 1), st.integers(0, 1 << 32))
def test_complete_means_that_every_promised_byte_is_there(promised: int, size: int) -> None:
    """No file is called complete that lacks a byte, and none that has no sound."""
    if wav_state(WavHeader(44, promised, 1, 8_000), size) == "complete":
        assert 0 < promised <= size - 44


@given(st.integers(0, 16_043))
def test_a_recording_cut_anywhere_is_never_complete(tmp_path_factory: pytest.TempPathFactory, size: int) -> None:
    """Whatever prefix of a recording there is, it does not pass for the whole."""
    path = tmp_path_factory.mktemp("cut") / "x.wav"
    path.write_bytes(wav(bytes(16_000))[:size])
    assert state_of(path) != "complete"


def test_chunks_before_the_sound_are_skipped(tmp_path: Path) -> None:
    """Other programs put their own chunks (here of odd length) before the sound."""
    plain = wav(bytes(100))
    path = tmp_path / "x.wav"
    path.write_bytes(plain[:36] + b"LIST\x03\x00\x00\x00abc\x00" + plain[36:])
    assert read_wav_header(path) == WavHeader(56, 100, 1, 8_000)


def test_a_headerless_file_needs_sound(tmp_path: Path) -> None:
    """A .raw file has no header: it is empty or it may be read."""
    path = tmp_path / "x.raw"
    path.write_bytes(b"")
    assert state_of(path) == "empty"
    path.write_bytes(bytes(4))
    assert state_of(path) == "complete"
