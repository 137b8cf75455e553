"""When the caller was on hold. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ami_bridge.clerks import Clerk
from ami_bridge.events import Hold
from ami_bridge.evidence import Evidence
from ami_bridge.parties import stays
from ami_bridge.spans import Span, joined, spans_between


def holds(evidence: Evidence, caller: str, took: list[Clerk], end: float) -> tuple[Hold, ...]:
    """The times a clerk put the caller on hold, or music played to a caller who was in a bridge.

    Music while waiting in a queue is not a hold: a waiting caller is in no bridge. Times before the first answer do not count.
    """
    if not took:
        return ()
    spans = [*_put_on_hold(evidence, took, end), *_music_in_bridge(evidence, caller, end)]
    answered = took[0].leg.start
    clipped = [(max(start, answered), min(stop, end)) for start, stop in spans]
    return tuple(Hold(start, stop) for start, stop in joined(clipped) if stop > start)


def _put_on_hold(evidence: Evidence, took: list[Clerk], end: float) -> Iterator[Span]:
    for clerk in took:
        for channel in sorted(clerk.channels):
            yield from spans_between(evidence, channel, "hold", "unhold", min(end, clerk.leg.end))


def _music_in_bridge(evidence: Evidence, caller: str, end: float) -> Iterator[Span]:
    in_bridge = [(stay.start, stay.end) for stay in stays(evidence, end) if stay.uniqueid == caller]
    for start, stop in spans_between(evidence, caller, "music", "music_end", end):
        for since, until in in_bridge:
            if max(start, since) < min(stop, until):
                yield max(start, since), min(stop, until)
