"""A recording as every browser plays it: one WAV of 16-bit PCM, caller left, clerk right (or one mixed channel).

A stereo PCM recording is served as it lies. Everything else (A-law, GSM, two legs, headerless) is rendered once into a file
without a name that nobody else can read, and dropped after a day. The recording itself is never touched.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
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
#: So many calls are kept rendered at once; each is one open file.
MOST_KEPT = 64
#: Between the answer to a request and the opening of the file pass moments; this is more than any busy server needs (seconds).
GRACE_SECONDS = 120.0
#: Loudest sample of each twentieth of a second, but at most this many points a lane: more than any screen has columns.
PEAKS_PER_SECOND, MOST_PEAKS = 20, 8000
Peaks = npt.NDArray[np.uint8]

#: The store's number of a call, and which stretches are silent.
_Key = tuple[int, str]


class SoundCache:
    """Rendered sound without a name: files of mode 0600 that are in no folder, so that even kill -9 leaves nothing of them.

    ``folder`` (mode 0700) only says on which disk they lie; what an older version or a crash left in it is cleared away at the start.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rendered: dict[_Key, _Rendered] = {}
        self._dropped: deque[tuple[float, int]] = deque()
        self._lock = threading.Lock()
        for left in folder.glob("*") if folder.is_dir() else ():
            with suppress(OSError):
                left.unlink()

    def playable(self, number: int, legs: Sequence[Leg], silent: Sequence[Span] = ()) -> Path:
        """A file that every browser plays, ``silent`` where it says so (seconds). Raises RecordingError when a leg is gone or broken."""
        if not silent and (own := _plays_as_it_is(legs)):
            return own
        newest = max((leg.path.stat().st_mtime for leg in legs if leg.path.exists()), default=0.0)
        key = (number, _name_of(silent))
        with self._lock:
            known = self._rendered.get(key)
            if known is not None and newest <= known.made:
                known.used = time.time()
                return known.path
        return self._keep(key, self._render(legs, silent))

    def drop(self, number: int) -> None:
        """Drop what was rendered of a call."""
        with self._lock:
            for key in [each for each in self._rendered if each[0] == number]:
                self._drop(key)

    def sweep(self, older_than: float = KEEP_SECONDS) -> None:
        """Drop what was rendered more than ``older_than`` seconds ago."""
        with self._lock:
            for key in [each for each, one in self._rendered.items() if one.made < time.time() - older_than]:
                self._drop(key)
            while self._dropped and self._dropped[0][0] < time.monotonic() - GRACE_SECONDS:
                os.close(self._dropped.popleft()[1])

    def close(self) -> None:
        """Drop everything now: nobody will ask any more."""
        self.sweep(older_than=-1)
        with self._lock:
            while self._dropped:
                os.close(self._dropped.popleft()[1])

    def _drop(self, key: _Key) -> None:
        """Forget it at once and close it later: a freed handle is given to another file, and somebody may be about to open this one."""
        self._dropped.append((time.monotonic(), self._rendered.pop(key).handle))

    def _keep(self, key: _Key, handle: int) -> Path:
        with self._lock:
            if key in self._rendered:
                self._drop(key)
            while len(self._rendered) >= MOST_KEPT:
                self._drop(min(self._rendered, key=lambda each: self._rendered[each].used))
            self._rendered[key] = _Rendered(handle, time.time(), time.time())
            return self._rendered[key].path

    def _render(self, legs: Sequence[Leg], silent: Sequence[Span]) -> int:
        """The open file; it has no name, or loses it before anything is written into it."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.sweep()
        handle, name = mkstemp(prefix=".", dir=self.folder)  # mode 0600
        Path(name).unlink()
        try:
            with os.fdopen(os.dup(handle), "wb") as file:
                render(legs, file, silent)
        except BaseException:
            os.close(handle)
            raise
        return handle


@dataclass
class _Rendered:
    """An open file without a name; ``made`` and ``used`` are unix seconds."""

    handle: int
    made: float
    used: float

    @property
    def path(self) -> Path:
        """By this name this process can open it anew."""
        return Path(f"/proc/self/fd/{self.handle}")


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
