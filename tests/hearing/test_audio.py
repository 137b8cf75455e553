"""Any WAV becomes legs in blocks; what cannot be heard is refused with a sentence that names the file."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.hearing.conftest import RATE, noise, silence, speech
from voice_agent.errors import RecordingError, RecordingIncomplete, RecordingNotFound
from voice_agent.hearing.sound.audio import blocks, check_files, rate_of, resampled
from voice_agent.intake.files import Leg, RecordingFiles
from voice_agent.values import Span

Write = Callable[..., Path]


def heard(path: Path, column: int = 0) -> np.ndarray:
    return np.concatenate([*blocks(Leg("agent", path, column)), np.zeros(0, np.int16)])


@pytest.mark.parametrize(
    "subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW", "GSM610"]
)
def test_every_coding_gives_the_same_sound(write: Write, subtype: str) -> None:
    """PCM of any width, float, A-law, µ-law and GSM of one clip agree but for what the coding loses."""
    clip = speech("opening")
    samples = heard(write(clip, subtype=subtype)) / 32768
    assert abs(len(samples) - len(clip)) < 1_000  # GSM works in blocks of 320 and pads the end
    count = min(len(samples), len(clip))
    assert np.corrcoef(samples[:count], clip[:count])[0, 1] > (0.9 if subtype == "GSM610" else 0.995)


def test_float_beyond_full_scale_is_clipped_not_wrapped(write: Write) -> None:
    """A float file louder than full scale stays at full scale instead of turning over; not-a-number is silence."""
    samples = heard(write(np.array([2.0, -2.0, 0.5, np.nan]), subtype="FLOAT"))
    assert samples.tolist() == [32767, -32768, 16384, 0]


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
def test_resampling_keeps_time_and_pitch(write: Write, rate: int) -> None:
    """A tone of 1 kHz has its pitch and its length after resampling to the model's rate, across block borders."""
    tone = 0.5 * np.sin(2 * np.pi * 1_000 * np.arange(25 * rate) / rate)
    path = write(tone, rate=rate)
    sound = np.concatenate(list(resampled(blocks(Leg("agent", path)), rate_of(Leg("agent", path)), 16_000)))
    assert abs(len(sound) - 25 * 16_000) <= 16
    assert np.argmax(np.abs(np.fft.rfft(sound))) / 25 == pytest.approx(1_000, abs=1)


def test_each_column_is_its_own_leg(write: Write) -> None:
    """Left and right are not mixed, and a span is cut exactly."""
    path = write(silence(3), noise(3, -20))
    assert not heard(path, 0).any()
    cut = np.concatenate(list(blocks(Leg("agent", path, 1), Span(1.0, 2.5))))
    assert len(cut) == 1.5 * RATE
    assert (cut == heard(path, 1)[RATE : int(2.5 * RATE)]).all()


def test_asterisks_headerless_stereo_is_read(tmp_path: Path) -> None:
    """MixMonitor's option D: interleaved 16-bit at 8 kHz, left = caller."""
    path = tmp_path / "call.raw"
    path.write_bytes(np.array([[1, 2], [3, 4]], "<i2").tobytes())
    assert (heard(path, 0).tolist(), heard(path, 1).tolist()) == ([1, 3], [2, 4])


def test_an_hour_is_read_in_little_memory(tmp_path: Path) -> None:
    """Reading an hour of stereo never holds more than a few blocks of it."""
    path = tmp_path / "hour.wav"
    with soundfile.SoundFile(path, "w", RATE, 2, "PCM_16") as file:
        for _ in range(60):
            file.write(np.zeros((60 * RATE, 2), np.int16))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(len(block) for block in blocks(Leg("agent", path, 1))) == 3_600 * RATE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes; the file has 115,200


def _bad(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _whole(path: Path) -> RecordingFiles:
    return RecordingFiles("mixed", "x", whole=path)


def test_empty_and_zero_length_recordings_are_refused(tmp_path: Path, write: Write) -> None:
    """A file without bytes and a header without sound both say that there is no sound."""
    for path in (_bad(tmp_path / "empty.wav", b""), write(silence(0), name="zero.wav")):
        with pytest.raises(RecordingIncomplete, match=rf"{path.name}：.*没有任何声音"):
            check_files(_whole(path))


def test_a_truncated_recording_is_refused(tmp_path: Path, write: Write) -> None:
    """A file shorter than its header says was cut: judging half a call would accuse wrongly."""
    whole = write(noise(2, -20)).read_bytes()
    with pytest.raises(RecordingIncomplete, match=r"cut\.wav：录音被截断.*重新拷贝"):
        check_files(_whole(_bad(tmp_path / "cut.wav", whole[:9_000])))


def test_a_recording_still_being_written_is_refused(tmp_path: Path, write: Write) -> None:
    """While Asterisk records, the header's length is 0."""
    whole = bytearray(write(noise(2, -20)).read_bytes())
    whole[40:44] = bytes(4)
    with pytest.raises(RecordingIncomplete, match=r"now\.wav：录音尚未写完"):
        check_files(_whole(_bad(tmp_path / "now.wav", bytes(whole))))


@pytest.mark.parametrize(
    "content", [b"hello, this is no sound at all, just text. " * 9, b"RIFF\x24\x00\x00\x00WAVE", bytes(range(256)) * 8]
)
def test_what_is_no_audio_is_refused(tmp_path: Path, content: bytes) -> None:
    """Text, a bare header and random bytes are named as no WAV recording."""
    with pytest.raises(RecordingError, match=r"odd\.wav：不是 WAV 录音"):
        check_files(_whole(_bad(tmp_path / "odd.wav", content)))


def test_an_unknown_coding_is_refused(tmp_path: Path, write: Write) -> None:
    """A WAV whose format code nobody knows names the file and what to convert it to."""
    content = bytearray(write(noise(1, -20)).read_bytes())
    content[20:22] = b"\x77\x77"
    with pytest.raises(RecordingError, match=r"odd\.wav：无法解码录音.*请转换"):
        check_files(_whole(_bad(tmp_path / "odd.wav", bytes(content))))


def test_three_channels_are_refused(write: Write) -> None:
    """Nobody knows who speaks on a third channel."""
    with pytest.raises(RecordingError, match=r"call\.wav：录音有 3 个声道"):
        check_files(_whole(write(silence(1), silence(1), silence(1))))


@pytest.mark.parametrize("rate", [4_000, 96_000])
def test_a_wrong_rate_is_refused(write: Write, rate: int) -> None:
    """Below 8 kHz speech cannot be recognised; beyond 48 kHz it is no call."""
    with pytest.raises(RecordingError, match=rf"call\.wav：采样率为 {rate} Hz"):
        check_files(_whole(write(silence(1), rate=rate)))


def test_the_number_of_channels_must_fit(write: Write) -> None:
    """One channel is no stereo call, and two channels are no leg."""
    with pytest.raises(RecordingError, match="应为双声道"):
        check_files(RecordingFiles("stereo", "x", whole=write(silence(1))))
    with pytest.raises(RecordingError, match="应为单声道"):
        check_files(RecordingFiles("legs", "x", agent=write(silence(1), silence(1))))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The error says which file is not there."""
    with pytest.raises(RecordingNotFound, match=r"gone\.wav：找不到录音文件"):
        check_files(_whole(tmp_path / "gone.wav"))
