"""Stretches of time: joining them, cutting them, what lies between them. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from voice_agent.values import Span


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Overlapping and touching stretches as one, in order; empty ones are dropped."""
    found: list[Span] = []
    for span in sorted((one for one in spans if one.end > one.start), key=lambda one: (one.start, one.end)):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(span.end, found[-1].end))
        else:
            found.append(span)
    return tuple(found)


def within(spans: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    """What lies in both."""
    theirs = joined(others)
    return joined(
        Span(max(one.start, other.start), min(one.end, other.end)) for one in joined(spans) for other in theirs
    )


def without(spans: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    """What of ``spans`` lies in none of ``others``."""
    rest = joined(spans)
    for hole in joined(others):
        rest = tuple(
            piece
            for one in rest
            for piece in (Span(one.start, min(one.end, hole.start)), Span(max(one.start, hole.end), one.end))
            if piece.end > piece.start
        )
    return rest


def length(spans: Iterable[Span]) -> float:
    """Seconds altogether; what overlaps counts once."""
    return sum(one.end - one.start for one in joined(spans))


def shifted(span: Span, by: float) -> Span:
    """The same stretch ``by`` seconds later."""
    return Span(span.start + by, span.end + by)
