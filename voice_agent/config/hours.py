"""Hours of the day as people write them. Pure."""

from __future__ import annotations

import re

_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


def read_hours(text: str) -> tuple[int, int]:
    """``09:00-12:00`` → minutes after midnight. Raises ValueError (Chinese)."""
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text} 应写作 09:00-12:00")
    first, last = (60 * int(match[n]) + int(match[n + 1]) for n in (1, 3))
    if not first < last <= 24 * 60:
        raise ValueError(f"{text} 的结束时间应晚于开始时间，且不晚于 24:00")
    return first, last
