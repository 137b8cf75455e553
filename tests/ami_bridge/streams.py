"""Captured streams as lists of arrivals, and small hand-written ones, for the tests of the call tracker."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ami_bridge.events import CallEnded, Followed
from ami_bridge.follower import Follower
from ami_bridge.replay import Arrival, read_capture
from ami_bridge.settings import Settings

CAPTURES = Path(__file__).resolve().parents[2] / "recordings_fixtures" / "ami"
SETTINGS = Settings(member_pattern=r"#(\d+)")


def capture(name: str) -> list[Arrival]:
    """A captured stream by name."""
    return list(read_capture(CAPTURES / name))


def named(name: str) -> list[Arrival]:
    """A captured stream by name, packed or not."""
    return capture(f"{name}.ami" if (CAPTURES / f"{name}.ami").exists() else f"{name}.ami.gz")


def follow(arrivals: Iterable[Arrival], settings: Settings = SETTINGS) -> list[Followed]:
    """What the bridge makes of these messages; a minute passes after the last one."""
    follower = Follower(settings)
    found: list[Followed] = []
    last = 0.0
    for arrival in arrivals:
        found += follower.hear(arrival.raw, arrival.at)
        last = max(last, arrival.at)
    found += follower.advance(last + 60)
    return found


def calls(arrivals: Iterable[Arrival], settings: Settings = SETTINGS) -> list[CallEnded]:
    """Only the calls among ``follow``."""
    return [event for event in follow(arrivals, settings) if isinstance(event, CallEnded)]


def event(at: float, name: str, **fields: str) -> Arrival:
    """One event written by hand; ``Timestamp`` is ``at``."""
    lines = [f"Event: {name}", f"Timestamp: {at:.6f}", *(f"{key}: {value}" for key, value in fields.items())]
    return Arrival(at, "\n".join(lines).encode())


def channel(name: str, uniqueid: str, linkedid: str, prefix: str = "", **more: str) -> dict[str, str]:
    """The keys with which an event describes a channel."""
    keys = {"Channel": name, "Uniqueid": uniqueid, "Linkedid": linkedid, **more}
    return {f"{prefix}{key}": value for key, value in keys.items()}
