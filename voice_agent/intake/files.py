"""Which files hold one call, which channel of the call each of them holds, and where on the call's time line it lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from voice_agent.intake.kinds import SUFFIXES as SUFFIXES  # noqa: PLC0414 - callers find it with the files
from voice_agent.values import Channel

RecordingKind = Literal["stereo", "legs", "mixed"]


@dataclass(frozen=True)
class Part:
    """Seconds ``start`` to ``end`` (None: its end) of column ``column`` of a file, lying at second ``at`` of the call's time line."""

    path: Path
    column: int = 0
    at: float = 0.0
    start: float = 0.0
    end: float | None = None


@dataclass(frozen=True)
class Leg:
    """One channel of a call: ``column`` of the sound in ``path`` (0 = left or only).

    ``parts``: when it is put together from several files or does not begin at second 0. ``length``: seconds of the time line, filled
    up with silence (None: as long as its sound).
    """

    channel: Channel
    path: Path
    column: int = 0
    parts: tuple[Part, ...] = ()
    length: float | None = None

    @property
    def pieces(self) -> tuple[Part, ...]:
        """Its parts in order; a plain file is one."""
        return tuple(sorted(self.parts, key=lambda part: part.at)) or (Part(self.path, self.column),)


@dataclass(frozen=True)
class RecordingFiles:
    """The recording of one call.

    ``stereo``: ``whole`` has left = caller, right = agent. ``legs``: one file a side, one of them may be absent.
    ``mixed``: ``whole`` has both sides in one channel. ``caller_late``/``agent_late``: seconds by which that side's file begins later.
    ``laid``: several recordings (or pieces of one) on one time line of ``length`` seconds; the other fields are then those of the first.
    """

    kind: RecordingKind
    call_id: str
    whole: Path | None = None
    caller: Path | None = None
    agent: Path | None = None
    caller_late: float = 0.0
    agent_late: float = 0.0
    laid: tuple[Laid, ...] = ()
    length: float | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file of this recording."""
        if self.laid:
            return tuple(dict.fromkeys(path for one in self.laid for path in one.files.paths))
        return tuple(path for path in (self.whole, self.caller, self.agent) if path is not None)

    def legs(self, *, swap: bool = False) -> tuple[Leg, ...]:
        """The channels that exist, caller first. ``swap``: the sides are the other way round (left or rx = agent)."""
        if self.laid:
            return tuple(self._laid_legs(swap=swap))
        if self.kind == "mixed" and self.whole:
            return (Leg("mixed", self.whole),)
        caller: Channel = "agent" if swap else "caller"
        agent: Channel = "caller" if swap else "agent"
        if self.kind == "stereo" and self.whole:
            return (Leg(caller, self.whole, 0), Leg(agent, self.whole, 1))
        sides = ((caller, self.caller, self.caller_late), (agent, self.agent, self.agent_late))
        return tuple(_late(Leg(channel, path), late) for channel, path, late in sides if path is not None)

    def _laid_legs(self, *, swap: bool) -> Iterator[Leg]:
        found: dict[Channel, list[Part]] = {}
        for one in self.laid:
            for leg in one.files.legs(swap=swap != one.swapped):
                found.setdefault(leg.channel, []).extend(_moved(part, one) for part in leg.pieces)
        for channel in sorted(found, key=("caller", "agent", "mixed").index):
            parts = tuple(sorted(found[channel], key=lambda part: part.at))
            yield Leg(channel, parts[0].path, parts[0].column, parts, self.length)


@dataclass(frozen=True)
class Laid:
    """Seconds ``start`` to ``end`` (None: its end) of a recording at second ``at``. ``swapped``: it was made on the other side's channel."""

    files: RecordingFiles
    at: float = 0.0
    start: float = 0.0
    end: float | None = None
    swapped: bool = False


def _late(leg: Leg, late: float) -> Leg:
    return replace(leg, parts=(Part(leg.path, leg.column, late),)) if late else leg


def _moved(part: Part, one: Laid) -> Part:
    """A part of a recording, cut to what of it is used and moved to where that lies."""
    start = max(part.start, one.start - part.at)
    end = None if one.end is None else one.end - part.at
    return Part(part.path, part.column, one.at + part.at + (start - part.start) - one.start, start, end)
