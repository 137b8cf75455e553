"""Times when nobody listened to Asterisk. Pure."""

from __future__ import annotations

from ami_bridge.events import Gap

STOPPED = "voice-agent was not running"
CLOCK = "the clock was set"


def set_clock(before: float, now: float) -> Gap:
    """The clock jumped from ``before`` to ``now`` (unix seconds): every moment between them passed twice or not at all."""
    return Gap(min(before, now), max(before, now), f"{CLOCK} by {now - before:+.0f} s")


def is_by_clock(gap: Gap) -> bool:
    """Whether we listened throughout but nobody can say when things happened."""
    return gap.reason.startswith(CLOCK)


def close(gap: Gap, end: float) -> Gap:
    """The gap, over at ``end``; a clock that was set back gives an empty gap, never a negative one."""
    return Gap(gap.start, max(end, gap.start), gap.reason)


def add(gaps: tuple[Gap, ...], gap: Gap) -> tuple[Gap, ...]:
    """``gaps`` with ``gap``; one that was open (same start) is replaced by its closed self."""
    return (*(known for known in gaps if known.start != gap.start), gap)
