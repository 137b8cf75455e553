"""Events that the store would not take yet: kept in order in memory and in a file beside the store, until it takes them.

The heartbeat waits in the same line, so what is in the store never says "followed until" past an event that waits here; if even this
file cannot be written, a kill leaves a gap instead of a silent loss.
"""

from __future__ import annotations

import json
import logging
import os
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ami_bridge.events import (
    Alive,
    CallEnded,
    ClerkLeg,
    Followed,
    Gap,
    Hold,
    MemberChanged,
    MembersKnown,
    RangUnanswered,
    Rated,
    Recording,
    Step,
    Stretch,
)

log = logging.getLogger(__name__)
Event = Followed | Alive
#: Events that hold nothing but plain values.
_PLAIN_KINDS = {one.__name__: one for one in (Gap, Alive, Rated, MemberChanged, RangUnanswered, MembersKnown)}

#: More than this is not held in memory: then the bridge must wait, and what it cannot hold becomes a gap.
MOST = 50_000


def spool_of(store: Path, name: str = "listen") -> Path:
    """The file in which the process ``name`` keeps what waits for this store."""
    return store.with_name(f"{store.name}-waiting-{name}")


def count_waiting(store: Path) -> int:
    """How many events wait for the store, of all processes: for those who look after it."""
    return sum(len(_read(path)[0]) for path in store.parent.glob(f"{spool_of(store, '*').name}"))


class Spool:
    """What waits for one store. Not for several threads; one process at a time has one ``name``."""

    def __init__(self, store: Path, name: str = "listen") -> None:
        self._path = spool_of(store, name)
        events, self._size = _read(self._path)
        self._waiting = deque(events)
        self._kept = len(events)  # so many of the waiting ones, the first, are in the file

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """No more should be taken in now."""
        return len(self._waiting) >= MOST

    def add(self, event: Event) -> None:
        """Keep an event, on disk if that can be; the order stays."""
        self._waiting.append(event)
        try:
            self._write([*self._waiting][self._kept :] if self._kept + 1 < len(self._waiting) else [event])
            self._kept = len(self._waiting)
        except OSError as error:
            log.error("waiting events cannot be written to disk: %s", error)

    def _write(self, events: list[Event]) -> None:
        data = b"".join(json.dumps(_plain(event), separators=(",", ":")).encode() + b"\n" for event in events)
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            os.ftruncate(handle, self._size)  # what a full disk or a kill left behind is no line
            os.lseek(handle, self._size, os.SEEK_SET)
            if os.write(handle, data) != len(data):
                raise OSError("only a part could be written")
            os.fsync(handle)
            self._size += len(data)
        finally:
            os.close(handle)

    def empty_into(self, take: Callable[[Event], None]) -> None:
        """Hand the events over in order; the first that is not taken stays with those after it, and its exception comes through."""
        while self._waiting:
            take(self._waiting[0])
            self._waiting.popleft()
            self._kept = max(0, self._kept - 1)
        # Until here the file holds all of them: taking one twice changes nothing, losing one would.
        self._path.unlink(missing_ok=True)
        self._size = self._kept = 0


def _read(path: Path) -> tuple[list[Event], int]:
    """The events up to the first line that is not whole, and how many bytes they are."""
    events: list[Event] = []
    size = 0
    for line in path.read_bytes().splitlines(keepends=True) if path.exists() else ():
        try:
            events.append(_event(json.loads(line[: -1 if line.endswith(b"\n") else 0])))
        except (ValueError, TypeError, LookupError):
            log.error("%s: a line was cut; what stood after it is covered by a gap", path)
            break
        size += len(line)
    return events, size


def _plain(event: Event) -> dict[str, Any]:
    return {"kind": type(event).__name__} | asdict(event)


def _event(value: dict[str, Any]) -> Event:
    kind = value.pop("kind")
    if kind in _PLAIN_KINDS:
        return _PLAIN_KINDS[kind](**value)
    return CallEnded(**value | {
        "holds": tuple(Hold(**one) for one in value["holds"]),
        "clerks": tuple(ClerkLeg(**one) for one in value["clerks"]),
        "gaps": tuple(Gap(**one) for one in value["gaps"]),
        "queues": tuple(value["queues"]),
        "recordings": tuple(_recording(one) for one in value["recordings"]),
        "story": tuple(Step(*one) for one in value["story"]),
    })  # fmt: skip


def _recording(value: dict[str, Any]) -> Recording:
    stretches = {name: tuple(Stretch(*one) for one in value[name]) for name in ("muted", "bridged")}
    return Recording(**value | stretches)
