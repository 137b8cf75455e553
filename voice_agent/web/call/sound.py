"""A recording as every browser plays it: one WAV of 16-bit PCM, caller left, clerk right (or one mixed channel).

A stereo PCM recording is served as it lies. Everything else (A-law, GSM, two legs, headerless) is rendered once into a folder
beside the store that nobody else can read, and dropped after a day. The recording itself is never touched.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

import numpy as np
import numpy.typing as npt
import soundfile

from voice_agent.hearing.sound.audio import Samples, blocks, open_sound, rate_of, resampled
from voice_agent.intake.files import Leg
from voice_agent.values import Channel, Span

#: Rendered sound is a copy of personal data: it stays for a working day, not longer.
KEEP_SECONDS = 24 * 3600
#: Loudest sample of each twentieth of a second, but at most this many points a lane: more than any screen has columns.
PEAKS_PER_SECOND, MOST_PEAKS = 20, 8000
Peaks = npt.NDArray[np.uint8]


class SoundCache:
    """The folder of rendered sound: mode 0700, files 0600, named by the store's number of the call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def playable(self, number: int, legs: Sequence[Leg], silent: Sequence[Span] = ()) -> Path:
        """A file that every browser plays, ``silent`` where it says so (seconds). Raises RecordingError when a leg is gone or broken."""
        if not silent and (own := _plays_as_it_is(legs)):
            return own
        target = self.folder / (f"{number}-{_name_of(silent)}.wav" if silent else f"{number}.wav")
        if not target.exists() or any(
            leg.path.stat().st_mtime > target.stat().st_mtime for leg in legs if leg.path.exists()
        ):
            self._render(legs, target, silent)
        return target

    def drop(self, number: int) -> None:
        """Drop what was rendered of a call."""
        for path in [self.folder / f"{number}.wav", *self.folder.glob(f"{number}-*.wav")]:
            path.unlink(missing_ok=True)

    def sweep(self, older_than: float = KEEP_SECONDS) -> None:
        """Drop rendered files that are older than ``older_than`` seconds."""
        for path in self.folder.glob("*.wav"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < time.time() - older_than:
                    path.unlink()

    def _render(self, legs: Sequence[Leg], target: Path, silent: Sequence[Span]) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.sweep()
        handle, name = mkstemp(prefix=".", dir=self.folder)  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                render(legs, file, silent)
            Path(name).replace(target)
        finally:
            Path(name).unlink(missing_ok=True)


def _plays_as_it_is(legs: Sequence[Leg]) -> Path | None:
    path = legs[0].path
    if any(leg.parts or leg.length for leg in legs):
        return None
    if any(leg.path != path for leg in legs) or [leg.column for leg in legs if leg.channel != "agent"] != [0]:
        return None
    with open_sound(path) as sound:
        whole = sound.format == "WAV" and sound.subtype == "PCM_16" and sound.channels == len(legs)
    return path if whole else None


def _name_of(silent: Sequence[Span]) -> str:
    """Other stretches are another file: a transcript may be made anew."""
    return hashlib.sha256(repr([(one.start, one.end) for one in silent]).encode()).hexdigest()[:16]


def render(legs: Sequence[Leg], file: object, silent: Sequence[Span] = ()) -> None:
    """Write the legs as one WAV into an open binary file; a side without a leg is silent, both are within ``silent``.

    Both, because one side's words are faintly heard on the other's channel. Raises RecordingError.
    """
    rate = max(rate_of(leg) for leg in legs)
    by_channel = {leg.channel: leg for leg in legs}
    order: tuple[Channel, ...] = ("mixed",) if "mixed" in by_channel else ("caller", "agent")
    feeds = [_feed(by_channel.get(channel), rate) for channel in order]
    with soundfile.SoundFile(file, "w", samplerate=rate, channels=len(feeds), subtype="PCM_16", format="WAV") as sound:
        at = 0
        for block in _side_by_side(feeds, rate * 10):
            for span in silent:
                block[max(0, int(span.start * rate) - at) : max(0, int(span.end * rate) + 1 - at)] = 0
            sound.write(block)
            at += len(block)


def _feed(leg: Leg | None, rate: int) -> _Feed:
    return _Feed(resampled(blocks(leg), rate_of(leg), rate) if leg else iter(()))


class _Feed:
    """Samples in portions of any wanted size."""

    def __init__(self, source: Iterator[Samples]) -> None:
        self._source = source
        self._held = np.zeros(0, np.int16)

    def take(self, size: int) -> Samples:
        parts, held = [self._held], len(self._held)
        while held < size and (block := next(self._source, None)) is not None:
            parts.append(block)
            held += len(block)
        everything = np.concatenate(parts)
        self._held = everything[size:]
        return everything[:size]


def _side_by_side(feeds: Sequence[_Feed], size: int) -> Iterator[Samples]:
    while True:
        portions = [feed.take(size) for feed in feeds]
        longest = max(len(portion) for portion in portions)
        if not longest:
            return
        block = np.zeros((longest, len(portions)), np.int16)
        for column, portion in enumerate(portions):
            block[: len(portion), column] = portion
        yield block


def peaks_of(path: Path) -> tuple[Peaks, float]:
    """The loudness of each lane, shape (points, lanes), 0–255, and the duration in seconds. Raises RecordingError."""
    with open_sound(path) as sound:
        size = max(1, sound.samplerate // PEAKS_PER_SECOND, -(-sound.frames // MOST_PEAKS))
        lanes = sound.channels
        loudest = [
            np.abs(block).max(axis=0) for block in sound.blocks(size, dtype="float32", always_2d=True) if len(block)
        ]
        duration = sound.frames / sound.samplerate
    if not loudest:
        return np.zeros((0, lanes), np.uint8), 0.0
    return np.clip(np.stack(loudest) * 255, 0, 255).astype(np.uint8), duration
