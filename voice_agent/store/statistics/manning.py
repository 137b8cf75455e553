"""空窗与 AB 角: which windows had nobody, who stood in for whom, and how many waited for how many. Pure.

Nothing is guessed: where nobody listened to the telephone system a window is neither manned nor unmanned but unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voice_agent.office import Kind
from voice_agent.spans import joined, length, within, without
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.presence import Presence
from voice_agent.values import Span

#: Who does one of these is at the window.
MANNED = frozenset({"free", "ringing", "talking"})
#: GB/T 33358-2016: a call is answered within 15 s.
LATE_SECONDS = 15.0
#: Shorter moments without anybody are a change of state, not an empty window (seconds).
SLIVER_SECONDS = 5.0
HALF_HOUR = 1800.0


@dataclass(frozen=True)
class Seat:
    """One clerk's day: ``stays`` in order of time; ``manned`` where the clerk was there; ``unanswered`` times of ringing in vain."""

    clerk: str
    name: str
    stays: tuple[Presence, ...]
    manned: tuple[Span, ...]
    unanswered: int


@dataclass(frozen=True)
class WindowDay:
    """One window's day, spans in unix seconds; ``owed`` is when it had to be manned.

    ``unmanned``: owed, known, and nobody there (空窗). ``unknown``: owed, and nobody listened. ``covered``: one of several clerks was
    away and another there (AB 角补位).
    """

    unit: str
    window: str
    seats: tuple[Seat, ...]
    owed: tuple[Span, ...]
    manned: tuple[Span, ...]
    unmanned: tuple[Span, ...]
    unknown: tuple[Span, ...]
    covered: tuple[Span, ...]

    @property
    def share(self) -> float | None:
        """How much of the owed and known time the window was manned, 0–1."""
        known = length(self.owed) - length(self.unknown)
        return 1.0 - length(self.unmanned) / known if known > 0 else None


@dataclass(frozen=True)
class Slot:
    """Half an hour from ``start``: calls that came, were answered (``late``: after 15 s), gave up; the most that waited at once.

    ``clerks``: how many were there on average while it is known (None: it is not known at all). ``unmanned`` and ``unknown``: seconds of
    owed time in which nobody was there, or nobody knows.
    """

    start: float
    kind: Kind
    arrived: int
    answered: int
    late: int
    abandoned: int
    waited: int
    clerks: float | None
    unmanned: float
    unknown: float


def known_spans(rows: Iterable[Presence]) -> dict[str, tuple[Span, ...]]:
    """When the members of each Asterisk were all known."""
    found: dict[str, list[Span]] = {}
    for row in rows:
        if row.state == "watched":
            found.setdefault(row.system, []).append(Span(row.start, row.end))
    return {system: joined(spans) for system, spans in found.items()}


def windows(
    rows: Sequence[Presence],
    places: Iterable[tuple[str, str]],
    owed: Sequence[Span],
    known: Mapping[str, tuple[Span, ...]],
) -> list[WindowDay]:
    """The windows ``places`` (unit, window), the longest unmanned first."""
    by_place: dict[tuple[str, str], list[Presence]] = {place: [] for place in places}
    for row in rows:
        if row.member and (row.unit, row.window) in by_place:
            by_place[row.unit, row.window].append(row)
    made = [_window(unit, window, found, owed, known) for (unit, window), found in by_place.items()]
    return sorted(made, key=lambda one: (-length(one.unmanned), one.unit, one.window))


def _window(
    unit: str, window: str, rows: Sequence[Presence], owed: Sequence[Span], known: Mapping[str, tuple[Span, ...]]
) -> WindowDay:
    seats = _seats(rows)
    seen = _known_for(rows, known)
    manned = within(joined(span for seat in seats for span in seat.manned), seen)
    due = within(owed, seen)
    everybody = due
    for seat in seats:
        everybody = within(everybody, seat.manned)
    gone = [one for one in without(due, manned) if one.end - one.start >= SLIVER_SECONDS]
    covered = without(within(due, manned), everybody) if len(seats) > 1 else ()
    return WindowDay(unit, window, seats, joined(owed), manned, tuple(gone), without(owed, seen), covered)


def _known_for(rows: Sequence[Presence], known: Mapping[str, tuple[Span, ...]]) -> tuple[Span, ...]:
    """When all the Asterisks that a window's clerks are members of were followed; of a window without any, all there are."""
    systems = {row.system for row in rows} or set(known)
    spans: tuple[Span, ...] | None = None
    for system in systems:
        spans = known.get(system, ()) if spans is None else within(spans, known.get(system, ()))
    return spans or ()


def _seats(rows: Sequence[Presence]) -> tuple[Seat, ...]:
    by_clerk: dict[str, list[Presence]] = {}
    for row in rows:
        by_clerk.setdefault(row.clerk or row.member, []).append(row)
    return tuple(
        Seat(
            clerk,
            found[0].name,
            tuple(one for one in found if one.state != "unanswered"),
            joined(Span(one.start, one.end) for one in found if one.state in MANNED),
            sum(one.state == "unanswered" for one in found),
        )
        for clerk, found in sorted(by_clerk.items())
    )


def half_hours(
    begin: float, end: float, days: Mapping[Kind, tuple[Span, ...]], calls: Sequence[CallRow],
    present: Sequence[tuple[Span, ...]], seen: Sequence[Span],
) -> list[Slot]:  # fmt: skip
    """The half hours from ``begin`` to ``end``; ``present`` is where each clerk was there, ``seen`` where that is known."""
    owed = joined((*days["office"], *days["duty"]))
    anybody = joined(span for spans in present for span in spans)
    return [
        _slot(begin + number * HALF_HOUR, days, owed, calls, present, anybody, seen)
        for number in range(round((end - begin) / HALF_HOUR))
    ]


def _slot(
    start: float, days: Mapping[Kind, tuple[Span, ...]], owed: Sequence[Span], calls: Sequence[CallRow],
    present: Sequence[tuple[Span, ...]], anybody: Sequence[Span], seen: Sequence[Span],
) -> Slot:  # fmt: skip
    here = (Span(start, start + HALF_HOUR),)
    due, known = within(here, owed), within(here, seen)
    came = [one for one in calls if start <= one.started < start + HALF_HOUR]
    taken = [one for one in came if one.answered is not None]
    there = sum(length(within(spans, known)) for spans in present)
    kind: Kind = "office" if within(here, days["office"]) else "duty" if due else "outside"
    return Slot(
        start, kind, len(came), len(taken), sum(one.ring_seconds > LATE_SECONDS for one in taken), len(came) - len(taken),
        _most_waiting(calls, start), there / length(known) if known else None,
        length(without(within(due, known), anybody)), length(without(due, known)),
    )  # fmt: skip


def _most_waiting(calls: Sequence[CallRow], start: float) -> int:
    """The most calls that rang or waited at one moment of the half hour."""
    stop = start + HALF_HOUR
    steps = []
    for one in calls:
        until = one.ended if one.answered is None else one.answered
        if one.started < stop and until > start:
            steps += [(max(one.started, start), 1), (until, -1)]
    most = now = 0
    for _, step in sorted(steps):
        now += step
        most = max(most, now)
    return most
