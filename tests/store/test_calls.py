"""Recording calls once, listing them by every filter, finding one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ami_bridge.events import CallEnded, ClerkLeg, Gap, Hold
from tests.store.makers import DAY, HOUR, MORNING, ended, judged_call, staff, transcript
from voice_agent.errors import NotInStore, StoreError
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, gaps, jobs, transcripts
from voice_agent.store.people.directory import (
    Clerk,
    Unit,
    list_clerks,
    list_places,
    list_units,
    save_clerks,
    save_units,
)
from voice_agent.store.reviews import claims


def numbers(store: Store, **chosen: object) -> list[int]:
    """The calls a filter chooses, oldest first."""
    return [call.id for call in calls.list_calls(store, CallFilter(**chosen), descending=False).calls]  # type: ignore[arg-type]


def test_recording_twice_changes_nothing(store: Store) -> None:
    """The same call reported again (a reconnect, a replay) is one call with one job."""
    first = calls.record_call(store, ended())
    again = calls.record_call(store, ended())
    assert (first.new, again.new, again.id) == (True, False, first.id)
    assert calls.count_calls(store) == 1
    assert jobs.count_jobs(store)["waiting"] == 1


def test_same_uniqueid_of_two_systems_is_two_calls(store: Store) -> None:
    """Two Asterisks may give the same uniqueid."""
    one = calls.record_call(store, ended("1.1"), system="a")
    two = calls.record_call(store, ended("1.1"), system="b")
    assert one.id != two.id
    assert calls.find_call(store, "b:1.1").id == two.id


def test_clerk_unit_and_window_come_from_the_directory(store: Store) -> None:
    """A job number brings name, unit and window; the local day and hour are Shanghai's."""
    staff(store)
    row = calls.get_call(store, calls.record_call(store, ended()).id)
    assert (row.clerk, row.clerk_name, row.unit, row.window) == ("1086", "张三", "社保局", "3号窗口")
    assert (row.day, row.hour) == ("2026-11-22", 9)


def test_queue_member_stands_for_a_clerk(store: Store) -> None:
    """Without a job number the member's name or interface finds the clerk; without either the queue's unit counts."""
    save_clerks(store, [Clerk("1086", "张三", member="PJSIP/aNone")])
    save_units(store, [Unit("自治区社保局", ("hotline",))])
    known = calls.get_call(store, calls.record_call(store, ended("1.1", clerks=(None,))).id)
    assert (known.clerk, known.unit) == ("1086", "自治区社保局")


def test_directory_lists_what_was_saved(store: Store) -> None:
    """Clerks are updated in place, units keep their queues."""
    staff(store)
    save_clerks(store, [Clerk("1086", "张三丰", "社保局", "5号窗口")])
    save_units(store, [Unit("社保局", ("a", "b"))])
    assert [clerk.name for clerk in list_clerks(store, unit="社保局")] == ["张三丰", "李四"]
    assert list_units(store) == [Unit("医保中心"), Unit("社保局", ("a", "b"))]
    assert list_places(store) == [("医保中心", "1号窗口"), ("社保局", "4号窗口"), ("社保局", "5号窗口")]


def test_unanswered_call_is_kept_and_not_judged(store: Store) -> None:
    """An abandoned call counts, and nobody waits to judge it."""
    row = calls.get_call(store, calls.record_call(store, ended(answered=False)).id)
    assert (row.coverage, row.verdict) == ("unanswered", None)
    assert jobs.next_due(store) is None


def test_call_touched_by_a_gap_is_not_monitored(store: Store) -> None:
    """It is visible at once, with the reason and without a job."""
    row = calls.get_call(store, calls.record_call(store, ended(gaps=(Gap(MORNING, MORNING + 5, "reconnect"),))).id)
    assert (row.coverage, row.cause, row.verdict, row.score) == ("not_monitored", "gap", "not_monitored", None)
    assert jobs.next_due(store) is None


def test_transferred_call_belongs_to_each_clerk(store: Store) -> None:
    """The filter by clerk finds it for both, and both took part; a stranger did not."""
    number = calls.record_call(store, ended(clerks=("1086", "2001"))).id
    assert numbers(store, clerk="1086") == numbers(store, clerk="2001") == [number]
    assert calls.took_part(store, number, "2001")
    assert not calls.took_part(store, number, "1087")
    assert [clerk.job_number for clerk in calls.clerks_of_call(store, number)] == ["1086", "2001"]


def test_unknown_clerk_is_nobody(store: Store) -> None:
    """Calls without a known clerk belong to no user whose job number is empty."""
    number = calls.record_call(store, ended(clerks=(None,))).id
    assert not calls.took_part(store, number, "")


def test_each_filter_narrows(store: Store) -> None:
    """Period, clerk, unit, window, hour, verdict, rule, status, score, coverage, cause and text choose what they say."""
    staff(store)
    good = judged_call(store, "1.1")
    bad = judged_call(store, "1.2", {"job_number": "mismatch", "greeting": "late"}, start=MORNING + DAY, clerk="2001")
    doubtful = judged_call(store, "1.3", {"closing": "uncertain"}, start=MORNING + 2 * DAY + 2 * HOUR)
    lost = calls.record_call(store, ended("1.4", start=MORNING + 3 * DAY, gaps=(Gap(0.0, None, "x"),))).id
    transcripts.save_transcript(store, bad, transcript(("caller", "养老保险关系转移")))
    assert numbers(store) == [good, bad, doubtful, lost]
    assert numbers(store, since=date(2026, 11, 23), until=date(2026, 11, 24)) == [bad, doubtful]
    assert numbers(store, clerk="2001") == numbers(store, unit="医保中心") == numbers(store, window="1号窗口") == [bad]
    assert numbers(store, hour=11) == [doubtful]
    assert numbers(store, verdict=("needs_review", "non_compliant")) == [bad, doubtful]
    assert numbers(store, rule="job_number") == numbers(store, rule="job_number", status=("mismatch",)) == [bad]
    assert numbers(store, rule="job_number", status=("missing",)) == []
    assert numbers(store, status=("late", "uncertain")) == [bad, doubtful]
    assert numbers(store, score_max=90.0) == [bad]
    assert numbers(store, score_min=90.0) == [good]
    assert numbers(store, coverage="not_monitored") == numbers(store, cause="gap") == [lost]
    assert numbers(store, text="保险") == numbers(store, text="关系 转移") == [bad]
    assert numbers(store, review="waiting") == [bad, doubtful]
    assert numbers(store, queue="elsewhere") == []


def test_claimed_calls_are_found(store: Store) -> None:
    """The filter knows which calls somebody is reviewing now."""
    people = staff(store)
    number = judged_call(store, "1.1", {"closing": "missing"})
    claims.claim(store, number, people["r1"])
    assert numbers(store, review="claimed") == [number]


def test_pages_and_sorting(store: Store) -> None:
    """Pages follow each other without loss or repetition, in the order asked for."""
    for n in range(7):
        judged_call(store, f"1.{n}", {"closing": "missing"} if n % 2 else None, start=MORNING + n * 60)
    pages = [calls.list_calls(store, sort="score", descending=False, limit=3, offset=offset) for offset in (0, 3, 6)]
    found = [call for page in pages for call in page.calls]
    assert [page.total for page in pages] == [7, 7, 7]
    assert len({call.id for call in found}) == 7
    assert [call.score for call in found] == sorted(call.score or 0.0 for call in found)
    assert [call.id for call in calls.each_call(store)] == sorted(call.id for call in found)


def test_finding_a_call_by_what_people_type(store: Store) -> None:
    """Its call id, else the store's number; anything else is a Chinese error."""
    number = calls.record_call(store, ended("1795311000.7")).id
    assert calls.find_call(store, "1795311000.7").id == calls.find_call(store, str(number)).id == number
    for name in ("nonsense", "99", "9" * 40, "../etc/passwd", "' OR 1=1 --"):
        with pytest.raises(NotInStore, match="没有"):
            calls.find_call(store, name)


def test_filter_travels_as_text() -> None:
    """A filter in an address comes back equal; what is not understood names the field."""
    chosen = CallFilter(
        since=date(2026, 11, 1),
        clerk="1086",
        verdict=("non_compliant",),
        status=("late", "missing"),
        score_max=60.0,
        hour=9,
    )
    assert CallFilter.from_params(chosen.as_params()) == chosen
    assert CallFilter.from_params({"unit": " ", "nonsense": "1"}) == CallFilter()
    for name, value in {
        "since": "22.11.2026",
        "verdict": "good",
        "hour": "25",
        "score_min": "many",
        "draw": "x",
        "review": "a",
    }.items():
        with pytest.raises(StoreError, match="筛选条件"):
            CallFilter.from_params({name: value})


def test_gaps_are_kept_and_closed(store: Store) -> None:
    """An open gap is found after a restart, its end is filled in, saving again changes nothing."""
    gaps.save_gap(store, Gap(MORNING, None, "connection lost"))
    assert gaps.open_gap(store) == Gap(MORNING, None, "connection lost")
    for _ in range(2):
        gaps.save_gap(store, Gap(MORNING, MORNING + 9, "connection lost"))
    assert gaps.open_gap(store) is None
    assert gaps.list_gaps(store) == [Gap(MORNING, MORNING + 9, "connection lost")]
    assert gaps.list_gaps(store, since=MORNING + 10) == []


texts = st.text(max_size=8)
moments = st.floats(0, 4e9)
legs = st.builds(ClerkLeg, st.none() | texts, st.none() | texts, st.none() | texts, texts, texts, moments, moments)
facts = st.builds(
    CallEnded,
    uniqueid=texts, linkedid=texts, queue=st.none() | texts, caller_number=st.none() | texts, start=moments,
    answered=st.none() | moments, end=moments, ring_seconds=moments, talk_seconds=moments,
    hung_up_by=st.sampled_from(["caller", "agent", "system", "unknown"]),
    holds=st.lists(st.builds(Hold, moments, moments), max_size=2).map(tuple),
    clerks=st.lists(legs, max_size=3).map(tuple), transferred=st.booleans(), recording=st.none() | texts,
    gaps=st.lists(st.builds(Gap, moments, st.none() | moments, texts), max_size=2).map(tuple), complete=st.booleans(),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(facts)
def test_what_the_bridge_said_comes_back_exactly(tmp_path_factory: pytest.TempPathFactory, fact: CallEnded) -> None:
    """Whatever the bridge reports is stored and read back equal."""
    path: Path = tmp_path_factory.mktemp("facts") / "store.db"
    with Store.open(path) as store:
        assert calls.call_ended(store, calls.record_call(store, fact).id) == fact


def test_counting_from_sums_equals_counting_calls(store: Store) -> None:
    """The total beside a list is exact for every filter, whether the sums know it or the calls are counted."""
    staff(store)
    for n, status in enumerate(("met", "late", "uncertain", "missing")):
        judged_call(store, f"1.{n}", {"closing": status}, start=MORNING + n * 11 * DAY, clerk=("1086", "2001")[n % 2])
    calls.record_call(store, ended("2.1", answered=False))
    calls.record_call(store, ended("2.2", gaps=(Gap(0.0, None, "x"),)))
    calls.record_call(store, ended("2.3"))
    wishes: list[dict[str, object]] = [
        {}, {"review": "waiting"}, {"verdict": ("compliant", "needs_review")}, {"verdict": ("not_monitored",)}, {"coverage": "monitored"},
        {"coverage": "not_monitored"}, {"coverage": "pending"}, {"coverage": "unanswered"},
        {"coverage": "monitored", "verdict": ("compliant",)}, {"review": "reviewed"}, {"rule": "closing"},
        {"rule": "closing", "status": ("uncertain", "met")}, {"status": ("late",)}, {"rule": "closing", "review": "waiting"},
        {"rule": "closing", "score_max": 95.0},
    ]  # fmt: skip
    places: list[dict[str, object]] = [
        {}, {"unit": "社保局"}, {"window": "1号窗口"}, {"hour": 9}, {"clerk": "2001"}, {"since": date(2026, 12, 1)},
        {"until": date(2026, 12, 3), "unit": "医保中心"},
    ]  # fmt: skip
    for wish in wishes:
        for place in places:
            chosen = CallFilter(**wish, **place)  # type: ignore[arg-type]  # plain dictionaries
            found = calls.list_calls(store, chosen)
            assert found.total == len(found.calls) == calls.count_calls(store, chosen), (wish, place)
            assert calls.list_calls(store, chosen, limit=1).total == found.total
