"""Which files hold one call, and which channel of the call each of them holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from voice_agent.values import Channel

RecordingKind = Literal["stereo", "legs", "mixed"]

#: Both kinds of file that Asterisk writes: WAV, and the headerless stereo of MixMonitor's option ``D``.
SUFFIXES = frozenset({".wav", ".raw"})


@dataclass(frozen=True)
class Leg:
    """One channel of a call: ``column`` of the sound in ``path`` (0 = left or only)."""

    channel: Channel
    path: Path
    column: int = 0


@dataclass(frozen=True)
class RecordingFiles:
    """The recording of one call.

    ``stereo``: ``whole`` has left = caller, right = agent. ``legs``: one file a side, one of them may be absent.
    ``mixed``: ``whole`` has both sides in one channel.
    """

    kind: RecordingKind
    call_id: str
    whole: Path | None = None
    caller: Path | None = None
    agent: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file of this recording."""
        return tuple(path for path in (self.whole, self.caller, self.agent) if path is not None)

    def legs(self, *, swap: bool = False) -> tuple[Leg, ...]:
        """The channels that exist, caller first. ``swap``: the sides are the other way round (left or rx = agent)."""
        if self.kind == "mixed" and self.whole:
            return (Leg("mixed", self.whole),)
        caller: Channel = "agent" if swap else "caller"
        agent: Channel = "caller" if swap else "agent"
        if self.kind == "stereo" and self.whole:
            return (Leg(caller, self.whole, 0), Leg(agent, self.whole, 1))
        sides = ((caller, self.caller), (agent, self.agent))
        return tuple(Leg(channel, path) for channel, path in sides if path is not None)
