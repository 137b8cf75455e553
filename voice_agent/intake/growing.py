"""Reads a recording while Asterisk writes it: only what is new, whatever the header says of its length.

MixMonitor writes through a buffer of 32 KB, so 8 kHz sound of 16 bit appears about every two seconds, 16 kHz sound every one.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice_agent.errors import RecordingError, RecordingNotFound
from voice_agent.intake.completeness import STREAMED, read_wav_header
from voice_agent.intake.kinds import HEADERLESS, is_riff, kind

Frames = npt.NDArray[np.int16]
_PCM = 1
_SAMPLE_BYTES = 2


class Growing:
    """One growing file. ``rate`` in Hz and ``channels`` are known from the first read on that found a header."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rate = self.channels = 0
        self._place = self._begin = 0
        self._inode: int | None = None

    @property
    def seconds(self) -> float:
        """How much has been read."""
        return self._frames() / self.rate if self.rate else 0.0

    def _frames(self) -> int:
        return (self._place - self._begin) // self._frame_bytes if self.channels else 0

    @property
    def _frame_bytes(self) -> int:
        return _SAMPLE_BYTES * max(1, self.channels)

    def read(self, most_seconds: float = 5.0) -> Frames:
        """New frames × channels, at most so many seconds; none when nothing was written.

        Raises RecordingNotFound while there is no file; RecordingError when it was replaced or cut, or is of a kind that only makes
        sense when it is complete.
        """
        try:
            status = self.path.stat()
        except FileNotFoundError as error:
            raise RecordingNotFound(f"{self.path}：找不到录音文件") from error
        except OSError as error:
            raise RecordingError(f"{self.path}：无法读取录音文件：{error.strerror}") from error
        if self._inode is None and not self._begun(status.st_ino):
            return self._nothing()
        if status.st_ino != self._inode or status.st_size < self._place:
            raise RecordingError(f"{self.path}：通话中录音文件被替换或截短，实时监听到此为止；挂机后仍会照常检查")
        return self._more(min(status.st_size - self._place, int(most_seconds * self.rate) * self._frame_bytes))

    def left_seconds(self) -> float:
        """How much lies there unread."""
        try:
            size = self.path.stat().st_size
        except OSError:
            return 0.0
        return max(0, size - self._place) / (self._frame_bytes * self.rate) if self.rate else 0.0

    def is_closed(self) -> bool:
        """Whether the writer has put the length into the header and all of that was read; a headerless file never says so."""
        if self._inode is None or not is_riff(self.path):
            return False
        header = read_wav_header(self.path)
        if header is None or not 0 < header.promised < STREAMED:
            return False
        return self._place + self._frame_bytes > header.offset + header.promised

    def _nothing(self) -> Frames:
        return np.zeros((0, max(1, self.channels)), np.int16)

    def _begun(self, inode: int) -> bool:
        """Read the header; False while it is not written yet."""
        if is_riff(self.path):
            header = read_wav_header(self.path)
            if header is None:
                return False
            if _format(self.path) != (_PCM, 8 * _SAMPLE_BYTES):
                raise RecordingError(f"{self.path}：实时监听只能读 16 位 PCM 的录音（MixMonitor 的 .wav 或 .wav16）")
            self.rate, self.channels, self._begin = header.rate, header.channels, header.offset
        else:
            told = HEADERLESS.get(kind(self.path), {})
            if told.get("subtype") != "PCM_16":
                raise RecordingError(f"{self.path}：实时监听只能读 16 位 PCM 的录音（.wav、.wav16、.sln 或 .raw）")
            self.rate, self.channels, self._begin = told["samplerate"], told["channels"], 0
        self._inode, self._place = inode, self._begin
        return True

    def _more(self, size: int) -> Frames:
        whole = max(0, size) // self._frame_bytes * self._frame_bytes
        if not whole:
            return self._nothing()
        with self.path.open("rb") as file:
            file.seek(self._place)
            data = file.read(whole)
        data = data[: len(data) // self._frame_bytes * self._frame_bytes]
        self._place += len(data)
        return np.frombuffer(data, "<i2").reshape(-1, self.channels).astype(np.int16)


def _format(path: Path) -> tuple[int, int]:
    """The kind of encoding and the bits of a sample, as the chunk ``fmt`` says."""
    with path.open("rb") as file:
        head = file.read(256)
    place = head.find(b"fmt ")
    if place < 0 or len(head) < place + 24:
        return (0, 0)
    code, _, _, _, _, bits = struct.unpack_from("<HHIIHH", head, place + 8)
    return (code, bits)
