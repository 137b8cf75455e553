"""Who reviews what, what is due, and what was done: by reviewer, in working days, from the kept sums."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.makers import DAY, MORNING, judged_call, staff, unhurried
from voice_agent.errors import NotInStore, StoreError
from voice_agent.store import Store
from voice_agent.store.calls import judgements
from voice_agent.store.calls.calls import count_calls, list_calls
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.people import news
from voice_agent.store.people.charges import Charge, charges_of, set_charges
from voice_agent.store.people.directory import Unit, save_units
from voice_agent.store.people.tree import Node, place_unit, save_nodes
from voice_agent.store.people.users import add_user, get_user
from voice_agent.store.reviews import claims, closings, draws, reminders, workload
from voice_agent.store.reviews.objections import file_objection
from voice_agent.working_days import due, is_working, last_due_before

ZONE = ZoneInfo("Asia/Shanghai")
#: Sunday 2026-11-22, the day of the makers' calls; the Friday and the Monday after the following week.
SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 30)


def _moment(day: date) -> float:
    return datetime(day.year, day.month, day.day, 10, tzinfo=ZONE).timestamp()


def _flagged(store: Store, clerk: str = "1086", number: int = 1, start: float = MORNING) -> list[int]:
    return [
        judged_call(store, f"{clerk}.{start}.{n}", {"greeting": "missing"}, clerk=clerk, start=start + n)
        for n in range(number)
    ]


@unhurried
@given(st.dates(date(2025, 1, 1), date(2026, 12, 1)), st.integers(1, 12))
def test_what_is_overdue_is_exactly_what_was_due_before(today: date, days: int) -> None:
    """The last overdue day is the last one whose deadline, counted forward, lies before today."""
    last = last_due_before(today, days)
    midnight = datetime(today.year, today.month, today.day, tzinfo=ZONE).timestamp()
    assert due(_moment(last), days, ZONE) <= midnight
    assert due(_moment(last) + DAY, days, ZONE) > midnight


def test_working_days_skip_holidays() -> None:
    """Five working days before the Thursday after National Day reach back to September."""
    assert not is_working(date(2026, 10, 5))
    assert last_due_before(date(2026, 10, 9), 5) < date(2026, 9, 28)


def test_reminders_tell_what_is_due_and_overdue(store: Store) -> None:
    """Calls of a Sunday are due the Friday after and overdue from Saturday on; draws and objections by their own deadline."""
    people = staff(store)
    call = _flagged(store, number=3)[0]
    draws.draw_calls(
        store, CallFilter(), number=2, per="all", seed="s", user=people["boss"], assignees=(people["r1"],), deadline=MONDAY,
    )  # fmt: skip
    finding = next(one.id for one in judgements.current_findings(store, call) if one.finding.rule == "greeting")
    file_objection(store, finding, people["zhang"], "我说了", days=7, decision_days=2, now=MORNING + DAY)

    def told(day: date) -> list[tuple[str, int, bool, bool]]:
        found = reminders.reminders(store, get_user(store, people["r1"]), review_days=5, now=_moment(day))
        return [(one.kind, one.open, one.overdue, one.today) for one in found]

    assert told(date(2026, 11, 25)) == [("objections", 1, False, True), ("draw", 2, False, False)]
    assert told(date(2026, 11, 27)) == [
        ("objections", 1, True, False),
        ("calls", 3, False, True),
        ("draw", 2, False, False),
    ]
    assert told(MONDAY)[-1] == ("draw", 2, False, True)
    assert ("calls", 3, True, False) in told(MONDAY)
    reviewer = get_user(store, people["r1"])
    assert news.news(store, reviewer, review_days=5, now=_moment(MONDAY))["queue"] == 3
    boss = get_user(store, people["boss"])
    assert news.news(store, boss, now=_moment(MONDAY))["workload"] == 0
    assert news.news(store, boss, now=_moment(MONDAY) + DAY)["workload"] == 1


def test_the_queue_begins_with_the_units_one_is_responsible_for(store: Store) -> None:
    """Calls of the own subtree come first, then any; the filter of the own units lists and counts just those."""
    people = staff(store)
    ours, theirs = _flagged(store, "2001", 1, MORNING + 50), _flagged(store, "1086", 2)
    save_nodes(store, [Node("64", "自治区", "自治区"), Node("6401", "市", "市", "64")])
    place_unit(store, "医保中心", "6401")
    set_charges(store, people["r1"], [Charge("node", "64")], 0)
    chosen = CallFilter(review="waiting", charge=people["r1"])
    assert [one.id for one in list_calls(store, chosen).calls] == ours
    assert count_calls(store, chosen) == 1
    assert claims.claim_next(store, people["r1"]) == ours[0]
    closings.finish_review(store, ours[0], people["r1"], reason="先放着")
    assert claims.claim_next(store, people["r1"]) in theirs
    assert claims.claim_next(store, people["r2"], CallFilter(unit="医保中心")) is None


def test_the_workload_counts_done_open_and_overdue(store: Store) -> None:
    """Finished calls against the quota of the period's working days; what nobody is responsible for is told apart."""
    people = staff(store)
    found = _flagged(store, "1086", 4) + _flagged(store, "2001", 2)
    set_charges(store, people["r1"], [Charge("unit", "社保局")], 2)
    for call in found[:2]:
        closings.finish_review(store, call, people["r1"], reason="先放着", now=_moment(date(2026, 11, 23)))
    draws.draw_calls(
        store, CallFilter(review="waiting"), number=3, per="all", seed="s", user=people["boss"], assignees=(people["r2"],),
        deadline=date(2026, 11, 24),
    )  # fmt: skip
    reviewers = [get_user(store, people[name]) for name in ("r1", "r2")]
    (first, second), free = workload.loads(
        store, reviewers, date(2026, 11, 23), date(2026, 11, 27), review_days=5, now=_moment(date(2026, 11, 30))
    )
    assert (first.done, first.done_today, first.expected, first.reached) == (2, 0, 10, 0.2)
    assert (first.waiting, first.waiting_late, first.assigned) == (2, 2, 0)
    assert (second.assigned, second.assigned_late, second.waiting) == (3, 3, None)
    assert (free.units, free.waiting, free.late) == (1, 2, 2)


def test_charges_are_only_given_where_they_make_sense(store: Store) -> None:
    """To reviewers, for units and nodes that exist and that they may see, with a quota that a day holds."""
    people = staff(store)
    save_units(store, [Unit("医保中心"), Unit("社保局")])
    bound = add_user(store, "r4", name="r4", role="reviewer", password_hash="x", unit="社保局")
    for who, charge, quota, words in (
        ("boss", Charge("unit", "社保局"), 0, "不是质检员"), ("r1", Charge("unit", "无"), 0, "没有单位"), ("r1", Charge("unit", "社保局"), 501, "定额"),
    ):  # fmt: skip
        with pytest.raises(StoreError, match=words):
            set_charges(store, people[who], [charge], quota)
    with pytest.raises(StoreError, match="看不到"):
        set_charges(store, bound, [Charge("unit", "医保中心")], 0)
    with pytest.raises(NotInStore):
        set_charges(store, people["r1"], [Charge("node", "99")], 0)
    assert charges_of(store, people["r1"]) == []
