"""The periods that reports are made for: months, quarters, years, or any days; their names, and which of them are over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from voice_agent.errors import StoreError
from voice_agent.store.calls.filters import FIRST_YEAR, LAST_YEAR

Kind = Literal["month", "quarter", "year", "days"]
_KEY = re.compile(r"(\d{4})(?:-(?:(\d{2})|Q([1-4])))?")
_QUARTERS = "一二三四"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days ``first`` to ``last``, both inclusive. ``key`` is ``2026-11``, ``2026-Q4``, ``2026`` or ``2026-11-01_2026-11-15``."""

    kind: Kind
    first: date
    last: date

    @property
    def key(self) -> str:
        """How addresses and files name it."""
        if self.kind == "month":
            return f"{self.first:%Y-%m}"
        if self.kind == "quarter":
            return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
        return f"{self.first.year}" if self.kind == "year" else f"{self.first}_{self.last}"

    @property
    def name(self) -> str:
        """How people say it: 2026年11月, 2026年第四季度, 2026年, 2026年11月1日至2026年11月15日."""
        year = f"{self.first.year}年"
        if self.kind == "month":
            return f"{year}{self.first.month}月"
        if self.kind == "quarter":
            return f"{year}第{_QUARTERS[(self.first.month - 1) // 3]}季度"
        return year if self.kind == "year" else f"{written(self.first)}至{written(self.last)}"


def written(day: date) -> str:
    """``2026年11月30日``: the way GB/T 9704 writes a date, without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def span_of(key: str) -> Span:
    """Read ``2026-11``, ``2026-Q4`` or ``2026``. Raises StoreError (Chinese)."""
    found = _KEY.fullmatch(key.strip())
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR or not 0 < int(found[2] or 1) <= 12:
        raise StoreError(f"期间 {key!r} 应写作 2026-11（月）、2026-Q4（季度）或 2026（年）")
    year = int(found[1])
    if found[2]:
        return _of("month", date(year, int(found[2]), 1))
    return _of("quarter", date(year, int(found[3]) * 3 - 2, 1)) if found[3] else _of("year", date(year, 1, 1))


def days(first: date, last: date) -> Span:
    """Any period; one that is a whole month, quarter or year is that. Raises StoreError when it ends before it begins."""
    if last < first:
        raise StoreError("截止日期不能早于起始日期")
    whole: tuple[Kind, ...] = ("month", "quarter", "year")
    return next(
        (one for one in (around(kind, first) for kind in whole) if (one.first, one.last) == (first, last)),
        Span("days", first, last),
    )


def around(kind: Kind, day: date) -> Span:
    """The month, quarter or year that a day lies in."""
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[kind]
    return _of(kind, date(day.year, month, 1))


def before(span: Span) -> Span:
    """The month, quarter or year before."""
    return around(span.kind, span.first - _DAY)


def over(kind: Kind, today: date) -> Iterator[Span]:
    """The months, quarters or years that are over, the latest first, without end."""
    span = around(kind, today)
    while span.first.year > FIRST_YEAR:
        span = before(span)
        yield span


def _of(kind: Kind, first: date) -> Span:
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    total = first.year * 12 + first.month - 1 + months
    return Span(kind, first, date(total // 12, total % 12 + 1, 1) - _DAY)
