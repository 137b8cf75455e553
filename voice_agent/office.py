"""上班时间与值班: when a window must be manned, on working days, on duty and on holidays. Pure; the hours are data of the site."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from voice_agent.config.hours import read_hours
from voice_agent.spans import joined, without
from voice_agent.values import Span
from voice_agent.working_days import is_working

#: ``office``: the window must be manned; ``duty``: 值班; ``outside``: nobody is owed.
Kind = Literal["office", "duty", "outside"]


@dataclass(frozen=True)
class Office:
    """The hours of a site as minutes after midnight: on working days, on duty on working days, on duty on free days."""

    hours: tuple[tuple[int, int], ...]
    duty: tuple[tuple[int, int], ...] = ()
    holiday_duty: tuple[tuple[int, int], ...] = ()

    @classmethod
    def read(cls, hours: Iterable[str], duty: Iterable[str] = (), holiday_duty: Iterable[str] = ()) -> Office:
        """From texts like ``09:00-12:00``. Raises ValueError (Chinese)."""
        return cls(*(tuple(map(read_hours, texts)) for texts in (hours, duty, holiday_duty)))

    def spans(self, day: date, zone: ZoneInfo) -> dict[Kind, tuple[Span, ...]]:
        """A local day cut into its kinds, unix seconds; office hours come before duty where both are written down."""
        whole = (Span(_moment(day, 0, zone), _moment(day, 24 * 60, zone)),)
        working = is_working(day)
        office = joined(_spans(day, self.hours if working else (), zone))
        duty = without(_spans(day, self.duty if working else self.holiday_duty, zone), office)
        return {"office": office, "duty": duty, "outside": without(whole, (*office, *duty))}


def _spans(day: date, hours: Iterable[tuple[int, int]], zone: ZoneInfo) -> list[Span]:
    return [Span(_moment(day, first, zone), _moment(day, last, zone)) for first, last in hours]


def _moment(day: date, minutes: int, zone: ZoneInfo) -> float:
    later = day + timedelta(days=minutes // 1440)
    return datetime.combine(later, time(minutes % 1440 // 60, minutes % 60), zone).timestamp()
