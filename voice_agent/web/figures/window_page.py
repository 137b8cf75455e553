"""空窗与 AB 角: a day of a unit's windows, who was there when, and in each half hour how many waited for how many clerks."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time

from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.office import Kind, Office
from voice_agent.spans import joined, length, within
from voice_agent.store import CallFilter
from voice_agent.store.calls.calls import each_call
from voice_agent.store.calls.presence import Presence, last_presence, places_of_members, presence
from voice_agent.store.people.directory import list_clerks
from voice_agent.store.statistics.manning import MANNED, Slot, WindowDay, half_hours, known_spans, windows
from voice_agent.values import Span
from voice_agent.web.doors.ownership import within as narrowed_to
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.queue.call_lists import choices

#: The picture of a day is so many units wide.
WIDTH = 960.0
#: Windows that are drawn; more of them are asked to be narrowed to a unit.
MOST_DRAWN = 40
STATE_NAMES: Mapping[str, str] = {
    "free": "空闲待接", "ringing": "振铃", "talking": "通话", "paused": "示忙", "away": "话机离线",
    "unmanned": "空窗", "unknown": "没有监听，不知道",
}  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """A stretch in the picture of a day: from ``x`` so ``wide``, of which ``kind``, with words for whoever points at it."""

    x: float
    wide: float
    kind: str
    words: str


@dataclass(frozen=True)
class Lane:
    """One line of the picture: a clerk's, or the window's own."""

    label: str
    bars: tuple[Bar, ...]
    y: int


@dataclass(frozen=True)
class Drawn:
    """A window with its picture: ``height`` of it, and the unmanned stretches as words."""

    day: WindowDay
    lanes: tuple[Lane, ...]
    height: int
    gaps: tuple[str, ...]
    unanswered: int


@dataclass(frozen=True)
class Scale:
    """Where a moment stands in the picture."""

    begin: float
    end: float
    visit: Visit

    def x(self, moment: float) -> float:
        """0 – WIDTH."""
        return round((min(max(moment, self.begin), self.end) - self.begin) / (self.end - self.begin) * WIDTH, 1)

    def clock(self, moment: float) -> str:
        """``09:30``."""
        return f"{datetime.fromtimestamp(moment, self.visit.store.timezone):%H:%M}"

    def bar(self, start: float, end: float, kind: str, more: str = "") -> Bar:
        """A stretch with its words."""
        words = f"{self.clock(start)}–{self.clock(end)} {STATE_NAMES[kind]}{f'（{more}）' if more else ''}"
        return Bar(self.x(start), round(max(0.6, self.x(end) - self.x(start)), 1), kind, words)

    def hours(self) -> list[tuple[float, str]]:
        """The full hours, for the axis."""
        first = int(self.begin // 3600 + 1) * 3600
        return [(self.x(at), self.clock(at)) for at in range(first, int(self.end), 3600)]


def show_windows(visit: Visit) -> Response:
    """The whole page; ``?day=`` and place. Raises StoreError when the day is none."""
    zone, store = visit.store.timezone, visit.store
    chosen = narrowed_to(visit, CallFilter.from_params({name: visit.query.get(name, "") for name in ("unit", "node")}))
    day = _day(visit)
    begin = datetime.combine(day, clock_time(), zone).timestamp()
    end = datetime.combine(day + timedelta(days=1), clock_time(), zone).timestamp()
    rows = presence(store, begin, end, unit=chosen.unit, node=chosen.node)
    places = places_of_members(store, end, unit=chosen.unit, node=chosen.node)
    office, now = _office(visit), time.time()
    kinds: dict[Kind, tuple[Span, ...]] = {
        kind: within(spans, (Span(begin, max(begin, min(end, now))),))
        for kind, spans in office.spans(day, zone).items()
    }
    known = known_spans(rows)
    owed = joined((*kinds["office"], *kinds["duty"]))
    found = windows(rows, places, owed, known)
    scale = _scale(visit, rows, office.spans(day, zone), begin)
    calls = list(each_call(store, replace(chosen, since=day, until=day)))
    present = [seat.manned for one in found for seat in one.seats]
    seen = joined(span for spans in known.values() for span in spans)
    slots = [one for one in half_hours(begin, end, kinds, calls, present, seen) if one.kind != "outside" or one.arrived]
    names = {one.job_number: one.name for one in list_clerks(store)}
    return visit.show(
        "windows.html", day=day, chosen=chosen, choices=choices(store, visit.user), scale=scale, width=WIDTH,
        drawn=[_drawn(scale, one, names) for one in found[:MOST_DRAWN]], windows=found, most=MOST_DRAWN, slots=_slots(scale, slots), whole=_whole(found, slots),
        kinds={kind: [f"{scale.clock(one.start)}–{scale.clock(one.end)}" for one in spans] for kind, spans in office.spans(day, zone).items()},
        bands=[scale.bar(one.start, one.end, "free") for one in owed], before=day - timedelta(days=1), after=day + timedelta(days=1), legend=STATE_NAMES,
    )  # fmt: skip


def _day(visit: Visit) -> date:
    """The day in the address; otherwise the latest of which anything is known."""
    if not (text := visit.query.get("day", "")):
        last = last_presence(visit.store)
        return datetime.fromtimestamp(time.time() if last is None else last, visit.store.timezone).date()
    return CallFilter.from_params({"since": text}).since or date.today()  # noqa: DTZ011 - never reached: a text gives a day or is refused


def _office(visit: Visit) -> Office:
    hours = visit.site.config.office
    try:
        return Office.read(hours.hours, hours.duty, hours.holiday_duty)
    except ValueError as error:
        raise StoreError(str(error)) from error


def _scale(visit: Visit, rows: Sequence[Presence], kinds: Mapping[Kind, tuple[Span, ...]], begin: float) -> Scale:
    """From an hour before anything is owed or anybody there to an hour after, whole hours."""
    there = [Span(row.start, row.end) for row in rows if row.state in MANNED]
    shown = joined((*kinds["office"], *kinds["duty"], *there)) or (Span(begin + 8 * 3600, begin + 18 * 3600),)
    first = max(begin, (shown[0].start - 1800) // 1800 * 1800)
    return Scale(first, min(begin + 86400, -((-shown[-1].end - 1800) // 1800) * 1800), visit)


def _drawn(scale: Scale, one: WindowDay, names: Mapping[str, str]) -> Drawn:
    whole = [scale.bar(span.start, span.end, "unmanned") for span in one.unmanned]
    whole += [scale.bar(span.start, span.end, "unknown") for span in one.unknown]
    whole += [scale.bar(span.start, span.end, "free", "有人") for span in one.manned]
    lanes = [Lane("窗口", tuple(sorted(whole, key=lambda bar: bar.x)), 0)]
    for place, seat in enumerate(one.seats, 1):
        bars = tuple(scale.bar(stay.start, stay.end, stay.state, stay.reason) for stay in seat.stays)
        lanes.append(Lane(f"{names.get(seat.clerk) or seat.name or ''} {seat.clerk}".strip(), bars, place * 22))
    gaps = tuple(
        f"{scale.clock(span.start)}–{scale.clock(span.end)}（{_minutes(span.end - span.start)}）"
        for span in one.unmanned
    )
    return Drawn(one, tuple(lanes), len(lanes) * 22 + 22, gaps, sum(seat.unanswered for seat in one.seats))


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} 分" if seconds >= 60 else f"{seconds:.0f} 秒"


def _slots(scale: Scale, slots: Sequence[Slot]) -> list[tuple[Slot, str]]:
    return [(one, f"{scale.clock(one.start)}–{scale.clock(one.start + 1800)}") for one in slots]


def _whole(found: Sequence[WindowDay], slots: Sequence[Slot]) -> dict[str, object]:
    """The figures on top."""
    owed = sum(length(one.owed) for one in found)
    unknown = sum(length(one.unknown) for one in found)
    unmanned = sum(length(one.unmanned) for one in found)
    due = [one for one in slots if one.kind != "outside"]
    answered = sum(one.answered for one in due)
    return {
        "windows": len(found), "empty": sum(bool(one.unmanned) for one in found), "unmanned": unmanned, "unknown": unknown,
        "share": 1 - unmanned / (owed - unknown) if owed > unknown else None, "covered": sum(length(one.covered) for one in found),
        "arrived": sum(one.arrived for one in due), "abandoned": sum(one.abandoned for one in due), "answered": answered,
        "late": sum(one.late for one in due), "late_share": sum(one.late for one in due) / answered if answered else None,
        "outside": sum(one.arrived for one in slots if one.kind == "outside"),
    }  # fmt: skip


PAGES = (Page("windows", "GET", "/windows", show_windows),)
