"""Beginnings and ends at a channel → times. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ami_bridge.evidence import Evidence
from ami_bridge.moments import MomentKind

Span = tuple[float, float]


def spans_between(
    evidence: Evidence, uniqueid: str, begins: MomentKind, ends: MomentKind, end: float
) -> Iterator[Span]:
    """From each beginning to the next end; a repeated beginning or end adds nothing, an open one lasts until ``end``."""
    since: float | None = None
    for moment in evidence.at(uniqueid, begins, ends):
        if moment.kind == begins and since is None:
            since = moment.at
        elif moment.kind == ends and since is not None:
            yield since, moment.at
            since = None
    if since is not None:
        yield since, max(since, end)


def joined(spans: list[Span]) -> list[Span]:
    """Overlapping and touching times as one, in order."""
    found: list[Span] = []
    for start, stop in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((start, stop))
    return found
