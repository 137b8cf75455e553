"""Periods that people ask for by name: 今天, 上周, 本季. Pure."""

from __future__ import annotations

from datetime import date, timedelta

_DAY = timedelta(days=1)


def presets(today: date) -> list[tuple[str, date, date]]:
    """Name, first and last day, both inclusive; what is not over ends today. Weeks begin on Monday."""
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    before = first - _DAY
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return [
        ("今天", today, today),
        ("昨天", today - _DAY, today - _DAY),
        ("本周", monday, today),
        ("上周", monday - timedelta(days=7), monday - _DAY),
        ("本月", first, today),
        ("上月", before.replace(day=1), before),
        ("本季", quarter, today),
        ("今年", today.replace(month=1, day=1), today),
    ]
