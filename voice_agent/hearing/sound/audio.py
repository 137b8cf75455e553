"""Any recording → one leg at a time, in blocks of mono sound, so that an hour-long call needs no more memory than a short one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from voice_agent.errors import RecordingError
from voice_agent.intake.decoding import opened
from voice_agent.intake.files import Leg, RecordingFiles
from voice_agent.values import Span

Samples = npt.NDArray[np.int16]

MIN_RATE, MAX_RATE = 8_000, 48_000
BLOCK_SECONDS = 10


@contextmanager
def open_sound(path: Path) -> Iterator[Any]:
    """A complete recording opened for reading (soundfile.SoundFile or its like). Raises RecordingError naming the file and what to do."""
    with opened(path) as sound:
        _check(path, sound)
        yield sound


def _check(path: Path, sound: Any) -> None:
    if sound.channels > 2:
        raise RecordingError(f"{path}：录音有 {sound.channels} 个声道，只能处理单声道或双声道；请先拆分声道")
    if not MIN_RATE <= sound.samplerate <= MAX_RATE:
        raise RecordingError(
            f"{path}：采样率为 {sound.samplerate} Hz，只能处理 {MIN_RATE}–{MAX_RATE} Hz；请用不低于 8 kHz 的设置录音"
        )


def check_files(files: RecordingFiles) -> None:
    """Every file can be heard as the kind it is said to be. Raises RecordingError."""
    for one in files.laid:
        check_files(one.files)
    for path in files.paths if not files.laid else ():
        with open_sound(path) as sound:
            if files.kind == "stereo" and sound.channels != 2:
                raise RecordingError(f"{path}：应为双声道录音，实际为单声道；请检查录音方式")
            if files.kind != "stereo" and sound.channels != 1:
                raise RecordingError(
                    f"{path}：应为单声道录音，实际有 {sound.channels} 个声道；双声道录音请直接作为一个文件给出"
                )


def seconds_of(path: Path) -> float:
    """How long a complete recording is. Raises RecordingError."""
    with open_sound(path) as sound:
        if sound.format != "AV":
            return float(sound.frames / sound.samplerate)
        count = 0
        while got := len(sound.read(100_000)):
            count += got
        return float(count / sound.samplerate)


def blocks(leg: Leg, span: Span | None = None, seconds: float = BLOCK_SECONDS) -> Iterator[Samples]:
    """The leg's sound (within ``span``) at its own rate, int16, in blocks of ``seconds``. Raises RecordingError."""
    if leg.parts or leg.length is not None:
        return _along(leg, span or Span(0.0, leg.length or float("inf")), seconds)
    return _of_file(leg.path, leg.column, span, seconds)


def _of_file(path: Path, column: int, span: Span | None, seconds: float) -> Iterator[Samples]:
    with open_sound(path) as sound:
        size = int(seconds * sound.samplerate)
        left = _seek(sound, span) if span else sound.frames
        while left > 0 and len(block := _read(sound, min(size, left))):
            left -= len(block)
            yield np.ascontiguousarray(block[:, column])


def _along(leg: Leg, span: Span, seconds: float) -> Iterator[Samples]:
    """The time line from ``span.start`` on: the leg's parts where they lie, silence between them and up to the leg's length."""
    rate, told = rate_of(leg), 0
    for part in leg.pieces:
        length = (seconds_of(part.path) if part.end is None else part.end) - part.start
        begin = max(part.at, span.start + told / rate)
        end = min(part.at + length, span.end)
        if end <= begin:
            continue
        for block in _silence(round((begin - span.start) * rate) - told, rate):
            told += len(block)
            yield block
        inside = Span(part.start + begin - part.at, part.start + end - part.at)
        source = _of_file(part.path, part.column, inside, seconds)
        for block in resampled(source, rate_of(Leg(leg.channel, part.path)), rate):
            told += len(block)
            yield block
    if leg.length is not None:
        yield from _silence(round((min(leg.length, span.end) - span.start) * rate) - told, rate)


def _silence(samples: int, rate: int) -> Iterator[Samples]:
    while samples > 0:
        yield np.zeros(min(samples, BLOCK_SECONDS * rate), np.int16)
        samples -= BLOCK_SECONDS * rate


def _seek(sound: Any, span: Span) -> int:
    """Move to the span's begin; how many frames lie within it."""
    frames, rate = int(sound.frames), int(sound.samplerate)
    start = min(round(span.start * rate), frames)
    _skip(sound, start)
    return min(round(span.end * rate), frames) - start


def _skip(sound: Any, frames: int) -> None:
    """libsndfile cannot seek in GSM: there what lies before is read and dropped."""
    if sound.seekable():
        sound.seek(frames)
        return
    while frames > 0 and (got := len(sound.read(min(frames, 100_000), dtype="int16"))):
        frames -= got


def _read(sound: Any, frames: int) -> Samples:
    """int16 frames × channels. libsndfile does not scale float files to int16, so these go through float."""
    if sound.subtype in ("FLOAT", "DOUBLE"):
        block = sound.read(frames, dtype="float32", always_2d=True)
        scaled: Samples = np.clip(np.nan_to_num(block) * 32768.0, -32768, 32767).astype(np.int16)
        return scaled
    samples: Samples = sound.read(frames, dtype="int16", always_2d=True)
    return samples


def rate_of(leg: Leg) -> int:
    """Samples a second of the leg's file. Raises RecordingError."""
    with open_sound(leg.path) as sound:
        return int(sound.samplerate)


def resampled(sound: Iterator[Samples], rate: int, wanted: int) -> Iterator[Samples]:
    """The same blocks at ``wanted`` Hz; the last, short block is what the filter still held."""
    if rate == wanted:
        yield from sound
        return
    resampler = soxr.ResampleStream(rate, wanted, 1, dtype="int16", quality="HQ")
    for block in sound:
        yield resampler.resample_chunk(block)
    yield resampler.resample_chunk(np.zeros(0, np.int16), last=True)
