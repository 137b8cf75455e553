"""The period that statistics speak of, and how a line of a breakdown leads to the calls behind it."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from itertools import islice
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from voice_agent.store import CallFilter
from voice_agent.store.statistics.breakdown import Breakdown
from voice_agent.store.statistics.spans import Kind, Span, around, over

#: Days that statistics show unless the address says otherwise, today included.
USUAL_DAYS = 30
_LOGGED = frozenset(field.name for field in fields(CallFilter)) - {"text"} | {
    "place",
    "by",
    "least",
    "span",
    "kind",
    "subject",
}
#: So many of each kind of period are offered.
_OFFERED: tuple[tuple[Kind, int], ...] = (("month", 12), ("quarter", 6), ("year", 3))


def with_period(chosen: CallFilter, timezone: ZoneInfo) -> CallFilter:
    """The filter with the usual period when it names none."""
    if chosen.since or chosen.until:
        return chosen
    today = datetime.now(timezone).date()
    return replace(chosen, since=today - timedelta(days=USUAL_DAYS - 1), until=today)


def offered_spans(today: date, chosen: Span | None = None) -> list[tuple[str, str]]:
    """Months, quarters and years to choose from, the running ones first, and the one that is chosen: key and name."""
    spans = [
        span for kind, number in _OFFERED for span in [around(kind, today), *islice(over(kind, today), number - 1)]
    ]
    if chosen is not None and chosen not in spans:
        spans.append(chosen)
    return [(span.key, span.name if span.last < today else f"{span.name}（至今）") for span in spans]


def narrowed(chosen: CallFilter, by: Breakdown, key: str, unit: str = "") -> CallFilter:
    """The filter for one line of a breakdown: the calls behind its figures. ``unit`` is a window's."""
    if by == "clerk":
        return replace(chosen, clerk=key)
    if by == "unit":
        return replace(chosen, unit=key)
    if by == "window":
        return replace(chosen, window=key, unit=unit or chosen.unit)
    if by == "hour":
        return replace(chosen, hour=int(key))
    if by in ("day", "week", "month"):
        return _within(chosen, *_days(key))
    return chosen


def _days(key: str) -> tuple[date, date]:
    if "W" in key:
        first = date.fromisoformat(f"{key}-1")
        return first, first + timedelta(days=6)
    if len(key) == len("2026-11"):
        first = date.fromisoformat(f"{key}-01")
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return date.fromisoformat(key), date.fromisoformat(key)


def _within(chosen: CallFilter, first: date, last: date) -> CallFilter:
    """A week at the edge of the period holds only the days within it."""
    return replace(chosen, since=max(first, chosen.since or first), until=min(last, chosen.until or last))


def calls_link(chosen: CallFilter, **more: str) -> str:
    """The address of the list of calls that a figure counts."""
    return "/calls?" + urlencode({**chosen.as_params(), **more})


def told(params: Mapping[str, str]) -> str:
    """A filter for the log: without the words that were sought, which may be somebody's name or number."""
    return urlencode({name: value[:64] for name, value in params.items() if value and name in _LOGGED})[:500]


def address(path: str, params: Mapping[str, str], **more: str) -> str:
    """A path with its parameters; empty ones are left out."""
    everything = {name: value for name, value in {**params, **more}.items() if value}
    return f"{path}?{urlencode(everything)}" if everything else path
