"""Plays bundled calls into growing files, as MixMonitor writes them: a header that promises nothing, 32 KB at a time."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from ami_bridge.events import CallEnded, ClerkLeg, Recording
from voice_agent.bundled import bundled_calls, recording_of
from voice_agent.evaluate import CallFolder
from voice_agent.evaluate.folders import read_call
from voice_agent.intake.files import RecordingFiles

BEGAN = 1_796_000_000.0
BUFFER_BYTES = 32_768
RATE = 8_000


def bundled(name: str) -> CallFolder:
    """A bundled call by name."""
    return read_call(bundled_calls() / name)


def header(size: int = 0) -> bytes:
    """As Asterisk begins a file: 8 kHz, 16 bit, mono, lengths 0 until it is closed."""
    return (
        b"RIFF"
        + struct.pack("<I", size + 36 if size else 0)
        + b"WAVEfmt "
        + struct.pack("<IHHIIHHI", 16, 1, 1, RATE, 2 * RATE, 2, 16, 0)[:-4]
        + b"data"
        + struct.pack("<I", size)
    )


@dataclass
class Feed:
    """Two growing legs of a call under ``folder``, named ``name``; ``second`` is how much was written, ``began`` when (unix seconds)."""

    call: CallFolder
    folder: Path
    second: float = 0.0
    name: str = "x"
    began: float = BEGAN

    def __post_init__(self) -> None:
        recording = recording_of(self.call)
        assert recording.caller is not None
        assert recording.agent is not None
        self.files = RecordingFiles(
            "legs",
            self.call.call_id,
            caller=self.folder / f"{self.name}-rx.wav",
            agent=self.folder / f"{self.name}-tx.wav",
        )
        self.sounds = [soundfile.read(path, dtype="int16")[0] for path in (recording.caller, recording.agent)]
        for path in self.files.paths:
            path.write_bytes(header())

    @property
    def seconds(self) -> float:
        """How long the call is."""
        return max(map(len, self.sounds)) / RATE

    def write(self) -> bool:
        """The next buffer of each leg; False when nothing is left."""
        if self.second >= self.seconds:
            return False
        first, last = int(self.second * RATE), int(self.second * RATE) + BUFFER_BYTES // 2
        for sound, path in zip(self.sounds, self.files.paths, strict=True):
            piece = np.zeros(min(last, int(self.seconds * RATE)) - first, np.int16)
            part = sound[first:last]
            piece[: len(part)] = part
            with path.open("ab") as file:
                file.write(piece.tobytes())
        self.second = last / RATE
        return True

    def close(self) -> None:
        """As Asterisk ends a file: the lengths are put right."""
        for path in self.files.paths:
            size = path.stat().st_size - 44
            with path.open("r+b") as file:
                file.write(header(size))

    def told(self) -> CallEnded:
        """What the bridge tells of the call now."""
        now = self.began + self.second
        leg = ClerkLeg(None, None, self.call.agent.job_number, "PJSIP/a1-1", "1", self.began, now)
        return CallEnded(
            uniqueid=self.name, linkedid=self.name, queue=None, caller_number=None, start=self.began, answered=self.began, end=now, ring_seconds=0,
            talk_seconds=self.second, hung_up_by="unknown", holds=(), clerks=(leg,), transferred=False, recording=None, gaps=(), complete=True,
            recording_started=self.began, recordings=(Recording(f"{self.name}.wav", "caller", self.began, now),),
        )  # fmt: skip
