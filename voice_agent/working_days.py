"""限时办结: deadlines in working days. Holidays and make-up days are the State Council's, as chinesecalendar keeps them for each year.

For a year that it does not know yet, Saturday and Sunday are free; pip's newest version brings the new year's holidays. Pure.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

_DAY = timedelta(days=1)


def is_working(day: date) -> bool:
    """Do offices work on a day?"""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def due(moment: float, days: int, zone: ZoneInfo) -> float:
    """The end (unix seconds) of the ``days``-th working day after the local day of ``moment``."""
    day = datetime.fromtimestamp(moment, zone).date()
    left = days
    while left > 0:
        day += _DAY
        left -= is_working(day)
    return datetime.combine(day + _DAY, time(), zone).timestamp()


def last_due_before(day: date, days: int) -> date:
    """The last day of which the ``days``-th working day after it lies before ``day``: what came until then is overdue on ``day``."""
    left, here = days, day
    while left > 0:
        here -= _DAY
        left -= is_working(here)
    return here - _DAY
