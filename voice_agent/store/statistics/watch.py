"""重点督查: windows with many calls, complaints or faults, each with the figures that put it there (四(二) of the circular)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Store
from voice_agent.store.reviews.complaints import ComplaintFilter, complaints_by_window
from voice_agent.store.statistics.figures import CallCounts, CallLine
from voice_agent.store.statistics.statistics import call_lines

#: A window belongs to the busy ones from this share of all windows on, if it has so many times the mean; its compliance is low by this much below the mean;
#: calls that were decided, fewer of which say nothing about a window.
BUSIEST, ABOVE, BELOW, ENOUGH = 0.75, 1.1, 0.05, 5


@dataclass(frozen=True)
class Watched:
    """A window to be looked at. ``busy``, ``complaints`` and ``faulty`` say why; ``weight`` is how many of them hold."""

    unit: str
    window: str
    counts: CallCounts
    complaints: int
    busy: bool
    faulty: bool

    @property
    def weight(self) -> int:
        """1–3."""
        return self.busy + bool(self.complaints) + self.faulty


def watched(store: Store, chosen: CallFilter) -> list[Watched]:
    """The windows of a period (and unit or subtree) with at least one reason, most reasons first. Raises StoreError."""
    lines = call_lines(store, chosen, "window")
    about = ComplaintFilter(unit=chosen.unit, node=chosen.node, since=chosen.since, until=chosen.until)
    complaints = complaints_by_window(store, about)
    mean, busy = _compliance(lines), _busy(lines)
    found = [
        Watched(
            line.unit, line.key, line.counts, complaints.get((line.unit, line.key), 0), line.counts.calls >= busy, _is_faulty(line, mean)
        )
        for line in lines if line.key
    ]  # fmt: skip
    return sorted(
        (one for one in found if one.weight), key=lambda one: (-one.weight, -one.complaints, -one.counts.calls)
    )


def _busy(lines: Sequence[CallLine]) -> float:
    """So many calls has a busy window: as many as the busiest quarter, and more than the mean; of fewer than four none is one."""
    numbers = sorted(line.counts.calls for line in lines if line.key)
    if len(numbers) < 4:
        return float("inf")
    mean = sum(numbers) / len(numbers)
    return max(numbers[int(len(numbers) * BUSIEST)], mean * ABOVE)


def _compliance(lines: Sequence[CallLine]) -> float:
    good = sum(line.counts.compliant for line in lines)
    decided = good + sum(line.counts.non_compliant for line in lines)
    return good / decided if decided else 0.0


def _is_faulty(line: CallLine, mean: float) -> bool:
    decided = line.counts.compliant + line.counts.non_compliant
    return decided >= ENOUGH and (line.counts.compliance or 0.0) < mean - BELOW
