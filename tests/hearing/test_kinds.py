"""Whatever kind of file a site keeps is heard as the same sound, or refused by name with what to do."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.hearing.conftest import RATE, Sound, speech
from voice_agent.errors import RecordingError
from voice_agent.hearing.sound.audio import blocks, rate_of, seconds_of
from voice_agent.intake.files import Leg, RecordingFiles
from voice_agent.intake.paths import search
from voice_agent.values import Span

KINDS: dict[str, dict[str, str]] = {
    "x.wav": {"subtype": "PCM_16"}, "x.wav16": {"format": "WAV", "subtype": "PCM_16"}, "x.WAV": {"subtype": "GSM610"},
    "x.wav49": {"format": "WAV", "subtype": "GSM610"}, "x.flac": {}, "x.mp3": {}, "x.ogg": {}, "x.opus": {"format": "OGG", "subtype": "OPUS"},
    "x.sln": {"format": "RAW", "subtype": "PCM_16"}, "x.alaw": {"format": "RAW", "subtype": "ALAW"},
    "x.ulaw": {"format": "RAW", "subtype": "ULAW"}, "x.pcm": {"format": "RAW", "subtype": "ULAW"},
    "x.gsm": {"format": "RAW", "subtype": "GSM610"},
}  # fmt: skip


def heard(path: Path) -> Sound:
    return np.concatenate(list(blocks(Leg("mixed", path)))) / 32768


def likeness(one: Sound, other: Sound) -> float:
    """How alike two sounds are (1: the same) at the best place within a tenth of a second: coders delay."""
    count = min(len(one), len(other))
    cross = np.fft.irfft(np.fft.rfft(one[:count], 2 * count) * np.conj(np.fft.rfft(other[:count], 2 * count)))
    return float(
        max(cross[:800].max(), cross[-800:].max()) / np.sqrt((one[:count] ** 2).sum() * (other[:count] ** 2).sum())
    )


@pytest.mark.parametrize("name", KINDS)
def test_17_every_kind_gives_the_same_sound(name: str, tmp_path: Path) -> None:
    """WAV of any coding and suffix, FLAC, MP3, Ogg, Opus, and what Asterisk writes without a header."""
    clip = speech("opening")
    soundfile.write(tmp_path / name, clip, RATE, **KINDS[name])
    assert seconds_of(tmp_path / name) == pytest.approx(len(clip) / RATE, abs=0.1)
    sound = heard(tmp_path / name)
    moments = np.arange(len(sound)) / rate_of(Leg("mixed", tmp_path / name))
    assert likeness(np.interp(np.arange(len(clip)) / RATE, moments, sound), clip) > 0.8
    (files,) = search([tmp_path]).items
    assert isinstance(files, RecordingFiles)
    assert files.kind == "mixed"


def write_with_av(path: Path, clip: Sound, codec: str, form: str) -> None:
    """A recording as only FFmpeg writes it."""
    av = pytest.importorskip("av")
    with av.open(str(path), "w", format=form) as container:
        stream = container.add_stream(codec, rate=16_000, layout="mono")
        samples = np.repeat((clip * 32767).astype(np.int16), 2).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = 16_000
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=16_000)
        fifo = av.AudioFifo()
        for part in resampler.resample(frame):
            fifo.write(part)
        while (chunk := fifo.read(stream.codec_context.frame_size or 1024, partial=True)) is not None:
            container.mux(stream.encode(chunk))
        container.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("name", "codec", "form"), [("x.m4a", "aac", "mp4"), ("x.aac", "aac", "adts"), ("x.g722", "g722", "g722")]
)
def test_17_what_libsndfile_cannot_read_pyav_reads(name: str, codec: str, form: str, tmp_path: Path) -> None:
    """AAC with and without a container, and Asterisk's wideband G.722, also from the middle."""
    clip = speech("opening")
    write_with_av(tmp_path / name, clip, codec, form)
    assert seconds_of(tmp_path / name) == pytest.approx(len(clip) / RATE, abs=0.2)
    assert likeness(heard(tmp_path / name)[::2], clip) > 0.8
    part = np.concatenate(list(blocks(Leg("mixed", tmp_path / name), Span(1.0, 2.0))))
    assert np.array_equal(part, np.concatenate(list(blocks(Leg("mixed", tmp_path / name))))[16_000:32_000])


def test_17_without_pyav_the_file_is_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence names the file and the extra."""
    monkeypatch.setitem(sys.modules, "av", None)
    (tmp_path / "x.m4a").write_bytes(b"something")
    with pytest.raises(RecordingError, match=r"x\.m4a：需要可选组件 PyAV.*voice-agent\[formats\]"):
        heard(tmp_path / "x.m4a")


@pytest.mark.parametrize("name", ["x.mp3", "x.ogg", "x.flac", "x.m4a"])
def test_17_rubbish_is_refused_by_name(name: str, tmp_path: Path) -> None:
    """What bears the name of a recording and is none."""
    (tmp_path / name).write_bytes(b"no sound at all" * 100)
    with pytest.raises(RecordingError, match=f"{name}：无法解码录音"):
        heard(tmp_path / name)


def test_17_legs_of_any_kind_belong_together(tmp_path: Path) -> None:
    """x-rx.mp3 and x-tx.mp3 are one call; their mix beside them is passed over, and a kind that nobody reads is refused."""
    for name in ("x-rx.mp3", "x-tx.mp3", "x.mp3"):
        soundfile.write(tmp_path / name, speech("opening"), RATE)
    (tmp_path / "y.g729").write_bytes(b"x")
    (tmp_path / "notes.txt").write_bytes(b"x")
    found = search([tmp_path])
    (files,) = found.items
    assert isinstance(files, RecordingFiles)
    assert (files.kind, files.caller, files.agent) == ("legs", tmp_path / "x-rx.mp3", tmp_path / "x-tx.mp3")
    assert {(one.path.name, one.refused) for one in found.passed_over} == {
        ("x.mp3", False),
        ("y.g729", True),
        ("notes.txt", False),
    }


def test_an_hour_of_mp3_is_read_in_little_memory(tmp_path: Path) -> None:
    """Compressed sound is decoded as it is read: an hour needs less than 200 MB more."""
    path = tmp_path / "hour.mp3"
    minute = np.random.default_rng(1).normal(0, 0.05, 60 * RATE)
    with soundfile.SoundFile(path, "w", RATE, 1) as file:
        for _ in range(60):
            file.write(minute)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = sum(len(block) for block in blocks(Leg("mixed", path)))
    assert count == pytest.approx(3_600 * RATE, rel=0.001)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes
