"""Is a recording complete? Asterisk writes 0 as the length of the sound and corrects it when it closes the file."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from voice_agent.errors import RecordingError, RecordingIncomplete, RecordingNotFound
from voice_agent.intake.kinds import is_riff

State = Literal["complete", "recording", "cut", "empty", "not_audio"]

#: Programs that cannot seek back (ffmpeg and sox into a pipe) leave about this length or more in the header.
STREAMED = 0x7FFF0000

_CHUNK = struct.Struct("<4sI")


@dataclass(frozen=True)
class WavHeader:
    """Where the sound begins, how many bytes of it the header promises, and its number of channels and rate (Hz)."""

    offset: int
    promised: int
    channels: int
    rate: int


def wav_state(header: WavHeader | None, size: int) -> State:
    """What header and file size (bytes) say about a WAV file. Pure.

    ``recording``: the length is still 0 although there is sound. ``cut``: less sound than promised. ``empty``: no sound at all.
    """
    if size == 0:
        return "empty"
    if header is None:
        return "not_audio"
    if header.promised == 0:
        return "recording" if size > header.offset else "empty"
    if header.promised < STREAMED and header.offset + header.promised > size:
        return "cut"
    return "complete"


def read_wav_header(path: Path) -> WavHeader | None:
    """The header of a WAV file; None when this is no WAV file or ends before the sound. Raises RecordingError."""
    try:
        with path.open("rb") as file:
            return _parse(file)
    except FileNotFoundError as error:
        raise RecordingNotFound(f"{path}：找不到录音文件") from error
    except OSError as error:
        raise RecordingError(f"{path}：无法读取录音文件：{error.strerror}；请检查路径和读取权限") from error


def _parse(file: BinaryIO) -> WavHeader | None:
    start = file.read(12)
    if len(start) < 12 or start[:4] not in (b"RIFF", b"RF64") or start[8:] != b"WAVE":
        return None
    channels = rate = 0
    while len(chunk := file.read(_CHUNK.size)) == _CHUNK.size:
        name, length = _CHUNK.unpack(chunk)
        if name == b"data":
            return WavHeader(file.tell(), length, channels, rate)
        body = file.read(length + length % 2) if length < STREAMED else b""
        if name == b"fmt " and len(body) >= 8:
            channels, rate = struct.unpack_from("<HI", body, 2)
    return None


def state_of(path: Path) -> State:
    """The state of one recording file as it lies there; one without a length in its header counts as complete once it has sound."""
    if not is_riff(path):
        return "complete" if size_of(path) else "empty"
    return wav_state(read_wav_header(path), size_of(path))


def size_of(path: Path) -> int:
    """Bytes in the file. Raises RecordingNotFound, RecordingError."""
    try:
        return path.stat().st_size
    except FileNotFoundError as error:
        raise RecordingNotFound(f"{path}：找不到录音文件") from error
    except OSError as error:
        raise RecordingError(f"{path}：无法读取录音文件：{error.strerror}；请检查路径和读取权限") from error


_COMPLAINTS: dict[State, str] = {
    "recording": "录音尚未写完（文件头中的长度仍为 0）；请等通话结束后再试，若录音程序已中断，此文件不完整，不能据此判定",
    "cut": "录音被截断，文件比文件头所写的短；请重新拷贝完整的文件",
    "empty": "录音是空的，没有任何声音数据；请检查录音设置（MixMonitor）",
    "not_audio": "不是 WAV 录音；请提供 WAV 文件（PCM、A 律、μ 律或 GSM，8–48 kHz）",
}


def complain(path: Path, state: State) -> RecordingError:
    """The error that tells a person what is wrong with this file and what to do."""
    kind = RecordingError if state == "not_audio" else RecordingIncomplete
    return kind(f"{path}：{_COMPLAINTS[state]}")


def require_complete(path: Path) -> None:
    """Raises RecordingError (Chinese, names the file) unless the file is a complete recording."""
    state = state_of(path)
    if state != "complete":
        raise complain(path, state)
