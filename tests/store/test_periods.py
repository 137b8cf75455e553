"""Periods are exact to the day: whole months and single days together, and the period before."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from tests.store.makers import DAY, MORNING, judged_call, unhurried
from voice_agent.store import CallFilter, Store
from voice_agent.store.statistics import statistics
from voice_agent.store.statistics.periods import Stretch, previous_period, stretches


def test_period_is_compared_with_the_one_before(store: Store) -> None:
    """Ten days against ten days, a month against a month, February against January; an open period against nothing."""

    def before(since: date, until: date) -> tuple[date | None, date | None]:
        found = previous_period(CallFilter(since=since, until=until))
        assert found is not None
        return found.since, found.until

    assert before(date(2026, 11, 11), date(2026, 11, 20)) == (date(2026, 11, 1), date(2026, 11, 10))
    assert before(date(2026, 2, 1), date(2026, 2, 28)) == (date(2026, 1, 1), date(2026, 1, 31))
    assert before(date(2026, 1, 1), date(2026, 3, 31)) == (date(2025, 10, 1), date(2025, 12, 31))
    assert previous_period(CallFilter(since=date(2026, 1, 1))) is None
    judged_call(store, "1.1", start=MORNING - DAY)
    judged_call(store, "1.2")
    today = CallFilter(since=date(2026, 11, 22), until=date(2026, 11, 22))
    now, yesterday = statistics.against_previous(store, today)
    assert yesterday is not None
    assert (now.calls, yesterday.calls) == (1, 1)


days = st.dates(date(2025, 11, 1), date(2027, 3, 1))


@unhurried
@given(days, days)
@example(date(2026, 1, 1), date(2026, 12, 31))
@example(date(2026, 1, 31), date(2026, 2, 1))
@example(date(2026, 1, 2), date(2026, 1, 30))
@example(date(2026, 1, 5), date(2026, 3, 28))
def test_stretches_cover_each_day_once(one: date, other: date) -> None:
    """Whole months and single days together, some taken off again, cover a period exactly, with at most half a month of days
    at either end."""
    since, until = min(one, other), max(one, other)
    found = list(stretches(since, until, days_only=False))
    day = since - timedelta(days=40)
    while day < until + timedelta(days=40):
        key = {"day": day.isoformat(), "month": f"{day:%Y-%m}"}
        times = sum(each.sign * (each.first <= key[each.width] <= each.last) for each in found)
        assert times == (since <= day <= until), day
        day += timedelta(days=1)
    assert sum(length(each) for each in found if each.width == "day") <= 32


def length(stretch: Stretch) -> int:
    """The days of a stretch of days."""
    return (date.fromisoformat(stretch.last) - date.fromisoformat(stretch.first)).days + 1


def test_open_periods_are_whole(store: Store) -> None:
    """Without a beginning or an end everything counts, to the last days that dates can name."""
    judged_call(store, "1.1")
    for chosen in (
        CallFilter(),
        CallFilter(since=date(2026, 11, 22)),
        CallFilter(until=date(2026, 11, 22)),
        CallFilter(since=date(9999, 12, 2)),
    ):
        assert statistics.total(store, chosen).calls == (1 if chosen.since != date(9999, 12, 2) else 0)
    assert statistics.total(store, CallFilter(until=date(9999, 12, 31), since=date(1970, 1, 1))).calls == 1
