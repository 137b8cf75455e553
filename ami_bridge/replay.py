"""Captured AMI streams: read them, and follow the calls in them exactly as if they came from Asterisk now.

A capture has a line ``### <unix time>`` before each message: when it arrived. ``.gz`` is unpacked on the way.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

from ami_bridge.dialect import OLD_EVENTS, TOO_OLD, refuse_old
from ami_bridge.errors import CaptureError, OldAsteriskError
from ami_bridge.events import Followed
from ami_bridge.follower import Follower
from ami_bridge.messages import event_name
from ami_bridge.settings import Settings

_STAMP = re.compile(rb"^### (\d+(?:\.\d+)?)\s*$")
_BANNER = b"Asterisk Call Manager/"


class Arrival(NamedTuple):
    """One message as bytes and when it arrived (unix seconds)."""

    at: float
    raw: bytes


def read_capture(path: Path) -> Iterator[Arrival]:
    """The messages of a captured stream in order, read bit by bit. Raises ``CaptureError`` naming file and line."""
    try:
        with _open(path) as stream:
            yield from _arrivals(path, stream)
    except (OSError, EOFError) as error:
        raise CaptureError(f"{path}：无法读取（{error}）") from error


def _open(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _arrivals(path: Path, stream: IO[bytes]) -> Iterator[Arrival]:
    at: float | None = None
    lines: list[bytes] = []
    for number, line in enumerate(stream, start=1):
        if stamp := _STAMP.match(line):
            if at is not None and lines:
                yield Arrival(at, b"".join(lines))
            at, lines = float(stamp.group(1)), []
        elif line.strip(b"\r\n"):
            if at is None:
                raise CaptureError(f"{path}：第 {number} 行：应以 “### 时间” 开头，这不是录下的 AMI 数据流")
            lines.append(line)
    if at is not None and lines:
        yield Arrival(at, b"".join(lines))


def replay_calls(path: Path, settings: Settings) -> Iterator[Followed]:
    """The calls of a captured stream, each as soon as it is over, and the gaps in it.

    A second greeting of Asterisk in the stream is a reconnection: the time before it is a gap. Calls that are open at the end
    are returned with a gap, for nobody knows how they went on. Raises ``CaptureError``.
    """
    follower = Follower(settings)
    last: float | None = None
    for arrival in read_capture(path):
        _refuse_old(path, arrival.raw)
        if last is not None and arrival.raw.startswith(_BANNER):
            yield from follower.lost(last, "the captured stream was interrupted")
            yield from follower.regained(arrival.at)
        yield from follower.hear(arrival.raw, arrival.at)
        last = arrival.at
    yield from follower.finish(last or 0.0)


def _refuse_old(path: Path, raw: bytes) -> None:
    """A stream of Asterisk 11 would be misread; its greeting or its events give it away. Raises ``CaptureError``."""
    try:
        if raw.startswith(_BANNER):
            refuse_old(raw[len(_BANNER) :].split(b"\n")[0].decode("ascii", "replace").strip())
        elif event_name(raw) in OLD_EVENTS:
            raise OldAsteriskError(TOO_OLD.format(version="1.x"))
    except OldAsteriskError as error:
        raise CaptureError(f"{path}：{error}") from error
