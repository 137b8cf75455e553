"""Telephone numbers that somebody says: long enough, or a well-known hotline, and not told as a job number."""

from __future__ import annotations

from voice_agent.acts.conversation import Side
from voice_agent.acts.job_numbers import mentions
from voice_agent.acts.numbers import numbers

#: A telephone number has at least this many figures; short ones are the well-known hotlines (110, 12333).
_SHORTEST = 5
_HOTLINES = frozenset({"110", "119", "120", "114", "122"})


def telephone_numbers(side: Side, begin: float, end: float) -> list[tuple[float, float, str]]:
    """Start, end (seconds) and words of every telephone number begun between ``begin`` and ``end``."""
    own = {mention.number.first for mention in mentions(side) if mention.explicit}
    found = [
        number
        for first, last in side.search.stretches
        for number in numbers(side.stream, first, last)
        if (len(number.digits) >= _SHORTEST or number.digits in _HOTLINES)
        and own.isdisjoint(range(number.first, number.last))
    ]
    placed = [(side.stream.start(n.first), side.stream.end(n.last), side.stream.text(n.first, n.last)) for n in found]
    return [one for one in placed if begin <= one[0] <= end]
