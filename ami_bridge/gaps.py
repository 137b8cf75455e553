"""Times when nobody listened to Asterisk. Pure."""

from __future__ import annotations

from ami_bridge.events import Gap

STOPPED = "voice-agent was not running"


def downtime(last_seen: float | None, now: float, tolerance: float = 15.0) -> Gap | None:
    """The gap since the heartbeat that the caller stored, or None (first start ever, or hardly any time has passed).

    ``last_seen`` and ``now`` are unix seconds; ``tolerance`` is how often heartbeats are stored, with some slack.
    """
    if last_seen is None or now - last_seen <= tolerance:
        return None
    return Gap(last_seen, now, STOPPED)


def close(gap: Gap, end: float) -> Gap:
    """The gap, over at ``end``; a clock that was set back gives an empty gap, never a negative one."""
    return Gap(gap.start, max(end, gap.start), gap.reason)


def add(gaps: tuple[Gap, ...], gap: Gap) -> tuple[Gap, ...]:
    """``gaps`` with ``gap``; one that was open (same start) is replaced by its closed self."""
    return (*(known for known in gaps if known.start != gap.start), gap)
