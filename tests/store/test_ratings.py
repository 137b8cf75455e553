"""Ratings in the store: with their call whenever they come, about who talked last, followed up when low, counted with what is behind a rate."""

from __future__ import annotations

from datetime import date

import pytest

from ami_bridge.events import Rated
from tests.store.makers import MORNING, ended, staff
from voice_agent.errors import StoreError
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls
from voice_agent.store.reviews import follow_ups, ratings
from voice_agent.store.reviews.follow_ups import FollowUpFilter
from voice_agent.store.reviews.ratings import Scale
from voice_agent.store.statistics.rating_figures import rating_lines

SCALE = Scale()
TODAY = date(2026, 11, 22)


def rated(uniqueid: str, keys: str, *, at: float = MORNING + 70, linkedid: str = "") -> Rated:
    return Rated(uniqueid, linkedid or uniqueid, at, keys, "variable")


def test_a_rating_finds_its_call_before_and_after(store: Store) -> None:
    """It may come while the call goes on (before it is recorded), after it, or hours later, by its channel or by the call's other legs."""
    staff(store)
    assert ratings.save_rating(store, rated("a.1", "1"), SCALE) is None
    first = calls.record_call(store, ended("a.1")).id
    second = calls.record_call(store, ended("b.1", start=MORNING + 100)).id
    assert ratings.save_rating(store, rated("b.1", "2", at=MORNING + 9000), SCALE) == second
    third = calls.record_call(store, ended("c.1", start=MORNING + 200)).id
    assert ratings.save_rating(store, rated("c.9", "3", linkedid="c.1"), SCALE) == third
    assert [ratings.ratings_of_call(store, one)[0].label for one in (first, second, third)] == [
        "非常满意",
        "满意",
        "基本满意",
    ]


def test_who_talked_last_is_rated(store: Store) -> None:
    """After a transfer the second clerk is rated, not the first; the calls behind the figure are found by that clerk."""
    staff(store)
    number = calls.record_call(store, ended("a.1", clerks=("1086", "2001"))).id
    ratings.save_rating(store, rated("a.1", "5"), SCALE)
    (found,) = ratings.ratings_of_call(store, number)
    assert (found.clerk, found.unit, found.low) == ("2001", "医保中心", True)
    assert calls.count_calls(store, CallFilter(clerk="2001", rating="low")) == 1
    assert calls.count_calls(store, CallFilter(clerk="1086", rating="low")) == 0
    assert calls.count_calls(store, CallFilter(unit="医保中心", rating="any")) == 1
    assert calls.count_calls(store, CallFilter(rating="good")) == 0


def test_a_low_rating_is_followed_up_once(store: Store) -> None:
    """It is due after five working days (with the State Council's holidays), stays one when repeated, and goes when the caller pressed better in the end."""
    staff(store)
    for name in ("a.1", "b.1"):
        calls.record_call(store, ended(name))
        for _ in range(2):
            ratings.save_rating(store, rated(name, "4"), SCALE)
    first, second = follow_ups.list_follow_ups(store, FollowUpFilter(open=True))
    assert first.due == date(2026, 11, 27)  # the rating came on a Sunday
    ratings.save_rating(store, rated("b.1", "2", at=MORNING + 75), SCALE)
    assert [one.id for one in follow_ups.list_follow_ups(store, FollowUpFilter())] == [first.id]
    ratings.save_rating(store, rated("a.1", "1", at=MORNING), SCALE)
    assert ratings.ratings_of_call(store, first.call)[0].keys == "4"
    assert second.id


def test_a_follow_up_from_assignment_to_outcome(store: Store) -> None:
    """A reviewer or supervisor gets it with a day; it is closed once, with words; what somebody was asked to do is not taken back."""
    people = staff(store)
    calls.record_call(store, ended("a.1"))
    ratings.save_rating(store, rated("a.1", "5"), SCALE)
    (one,) = follow_ups.list_follow_ups(store, FollowUpFilter(open=True, unit="社保局"))
    with pytest.raises(StoreError, match="质检员或主管"):
        follow_ups.assign(store, one.id, people["zhang"], date(2026, 11, 25), today=TODAY)
    with pytest.raises(StoreError, match="早于今天"):
        follow_ups.assign(store, one.id, people["r1"], date(2026, 11, 1), today=TODAY)
    follow_ups.assign(store, one.id, people["r1"], date(2026, 11, 25), today=TODAY)
    ratings.save_rating(store, rated("a.1", "1", at=MORNING + 99), SCALE)
    with pytest.raises(StoreError, match="回访情况"):
        follow_ups.close_follow_up(store, one.id, people["r1"], "founded", " ")
    follow_ups.close_follow_up(store, one.id, people["r1"], "founded", "已道歉")
    with pytest.raises(StoreError, match="已经办结"):
        follow_ups.close_follow_up(store, one.id, people["r2"], "founded", "再来")
    done = follow_ups.get_follow_up(store, one.id)
    assert (done.assignee_name, done.outcome, done.answer, done.closed_by_name) == ("r1", "founded", "已道歉", "r1")
    assert not done.late(date(2030, 1, 1))


def test_rates_come_with_what_is_behind_them(store: Store) -> None:
    """By clerk and unit: ratings, their levels, answered calls; a key without meaning is kept and not counted; unanswered calls count nowhere."""
    staff(store)
    for place, (clerk, keys) in enumerate((("1086", "1"), ("1086", "4"), ("1086", "8"), ("1086", ""), ("2001", "2"))):
        name = f"{place}.1"
        calls.record_call(store, ended(name, clerks=(clerk,), start=MORNING + place))
        if keys:
            ratings.save_rating(store, rated(name, keys), SCALE)
    calls.record_call(store, ended("9.1", answered=False, clerks=("1086",)))
    by_clerk = {one.key: one for one in rating_lines(store, CallFilter(), "clerk")}
    zhang = by_clerk["1086"]
    assert (zhang.answered, zhang.rated, zhang.low, zhang.levels) == (4, 2, 1, {"非常满意": 1, "不满意": 1})
    assert (zhang.share, zhang.satisfied) == (0.5, 0.5)
    (whole,) = rating_lines(store, CallFilter(), "total")
    assert (whole.answered, whole.rated, whole.low) == (5, 3, 1)
    assert [one.key for one in rating_lines(store, CallFilter(unit="医保中心"), "unit")] == ["医保中心"]
    assert [(one.unit, one.key) for one in rating_lines(store, CallFilter(), "window") if one.rated] == [
        ("医保中心", "1号窗口"),
        ("社保局", "3号窗口"),
    ]
    assert rating_lines(store, CallFilter(until=date(2020, 1, 1)), "total") == []
