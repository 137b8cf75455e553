"""Periods of local days: which sums cover them, and which period lies before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from voice_agent.store.calls.filters import CallFilter

_FIRST, _LAST = date(1970, 1, 1), date(9999, 12, 31)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """Rows of a tally whose ``span`` lies between ``first`` and ``last`` (ISO days, or months without a day).

    ``sign`` -1: they are to be taken off again.
    """

    width: Literal["day", "month"]
    first: str
    last: str
    sign: Literal[1, -1] = 1


def stretches(since: date | None, until: date | None, *, days_only: bool) -> Iterator[Stretch]:
    """The fewest sums that cover a period: whole months, and where it begins or ends within one that month's days, or the
    month less the days that lie outside."""
    first, last = since or _FIRST, until or _LAST
    if days_only:
        yield _days(first, last)
        return
    start = first if first.day == 1 else _next_month(first)
    end = last if last == _LAST or (last + _DAY).day == 1 else last.replace(day=1) - _DAY
    if start > last or end < first:
        yield from _part(first, last)
        return
    if first < start:
        yield from _part(first, start - _DAY)
    if start < end:
        yield Stretch("month", f"{start:%Y-%m}", f"{end:%Y-%m}")
    if end < last:
        yield from _part(end + _DAY, last)


def _part(first: date, last: date) -> Iterator[Stretch]:
    """Days of one month."""
    begin, after = first.replace(day=1), _next_month(first)
    inside, outside = (last - first).days + 1, (first - begin).days + (after - last).days - 1
    if inside <= outside + 1 or after == _LAST:
        yield _days(first, last)
        return
    yield Stretch("month", f"{first:%Y-%m}", f"{first:%Y-%m}")
    if begin < first:
        yield _days(begin, first - _DAY, -1)
    if last + _DAY < after:
        yield _days(last + _DAY, after - _DAY, -1)


def _days(first: date, last: date, sign: Literal[1, -1] = 1) -> Stretch:
    return Stretch("day", first.isoformat(), last.isoformat(), sign)


def previous_period(chosen: CallFilter) -> CallFilter | None:
    """The same filter for the period before: whole months against as many months, else as many days. None when it is open."""
    first, last = chosen.since, chosen.until
    if first is None or last is None or last < first:
        return None
    before = first - _DAY
    if first.day == 1 and (last + _DAY).day == 1:
        start = _months_before(first, (last.year - first.year) * 12 + last.month - first.month + 1)
    else:
        start = first - (last - first + _DAY)
    return replace(chosen, since=start, until=before)


def iso_week(day: str) -> str:
    """``"2026-11-22"`` → ``"2026-W47"``."""
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02d}"


def _next_month(day: date) -> date:
    if (day.year, day.month) == (_LAST.year, _LAST.month):
        return _LAST
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _months_before(first: date, months: int) -> date:
    total = first.year * 12 + first.month - 1 - months
    return date(total // 12, total % 12 + 1, 1)
