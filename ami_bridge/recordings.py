"""Which recordings were made of a call, from when to when, and what is in them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ami_bridge.clerks import Clerk
from ami_bridge.events import Direction, Recording, Side, Stretch
from ami_bridge.evidence import Evidence
from ami_bridge.moments import Moment
from ami_bridge.parties import stays
from ami_bridge.spans import spans_between

# How far apart the events may be that tell of a recording's beginning and of its path.
_TOGETHER_SECONDS = 2.0


def recordings(
    evidence: Evidence, caller: str, took: list[Clerk], end: float, direction: Direction
) -> tuple[Recording, ...]:
    """Every recording, those on the caller's channel first; of an outbound call the "caller's" channel is the clerk's."""
    own: Side = "caller" if direction == "inbound" else "agent"
    others: Side = "agent" if direction == "inbound" else "caller"
    found = list(_on(evidence, caller, own, end))
    for channel in sorted({channel for clerk in took for channel in clerk.channels} - {caller}):
        found += _on(evidence, channel, others, end)
    return tuple(sorted(found, key=lambda one: (one.side != own, one.start or 0.0, one.path)))


def _on(evidence: Evidence, channel: str, side: Side, end: float) -> Iterator[Recording]:
    begun = evidence.at(channel, "recording_began")
    over = evidence.hung_up.get(channel, end)
    bridged = tuple(
        Stretch(stay.start, stay.end) for stay in stays(evidence, end, waiting=True) if stay.uniqueid == channel
    )
    muted = tuple(Stretch(*span) for span in spans_between(evidence, channel, "mute", "unmute", over))
    for path, start in _paths(evidence, channel, begun):
        until = _until(evidence, channel, start, over, begun)
        yield Recording(path, side, start, until, _within(muted, start, until), _within(bridged, start, until))


def _paths(evidence: Evidence, channel: str, begun: list[Moment]) -> Iterator[tuple[str, float | None]]:
    """Each recording's path and beginning; a beginning whose path was never told stands for itself."""
    untold = [moment.at for moment in begun if not moment.value]
    told = [(moment.at, moment.value) for moment in begun if moment.value]
    yield from ((path, at) for at, path in told)
    for at, path in evidence.values("recording", channel):
        if path in {known for _, known in told}:
            continue
        near = min(untold, key=lambda start: abs(start - at), default=None)
        if near is not None and (abs(near - at) <= _TOGETHER_SECONDS or len(untold) == 1):
            untold.remove(near)
            yield path, near
        else:
            yield path, at if evidence.at(channel, "began") else None
    yield from (("", at) for at in untold)


def _until(evidence: Evidence, channel: str, start: float | None, over: float, begun: list[Moment]) -> float:
    """The first stop after the beginning, or the channel's end; a stop after a later beginning belongs to that one."""
    if start is None:
        return over
    stops = [moment.at for moment in evidence.at(channel, "recording_ended") if moment.at > start]
    later = [moment.at for moment in begun if moment.at > start]
    return min(stops) if stops and (not later or min(stops) <= min(later)) else over


def _within(stretches: tuple[Stretch, ...], start: float | None, end: float) -> tuple[Stretch, ...]:
    since = -float("inf") if start is None else start
    clipped = (Stretch(max(one.start, since), min(one.end, end)) for one in stretches)
    return tuple(one for one in clipped if one.end > one.start)
