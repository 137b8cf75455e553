"""The statuses beside a call: what lists filter by is always what the findings say."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.store.makers import MORNING, ended, judged_call, judgement, staff
from tests.store.test_reviews import finding
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.calls.conditions import where
from voice_agent.store.calls.present_state import LETTERS, PLACES
from voice_agent.store.calls.walks import walked
from voice_agent.store.reviews import claims, reviews
from voice_agent.values import EVERY_RULE, Status


def test_every_rule_and_status_has_its_place() -> None:
    """No rule shares a place, no status a letter; the places are those that released stores were filled with."""
    assert set(PLACES) == set(EVERY_RULE)
    assert len(set(PLACES)) == len(PLACES)
    assert set(LETTERS) == set(get_args(Status))
    assert len(set(LETTERS.values())) == len(LETTERS)


def test_lists_follow_every_decision(store: Store) -> None:
    """Judging, overruling and judging anew move a call from one list to the other at once."""
    people = staff(store)
    number = judged_call(store, "1.1", {"closing": "missing"})
    assert chosen(store, rule="closing") == [number]
    reviews.overrule(store, finding(store, number, "closing").id, people["r1"], "说了", status="late")
    assert chosen(store, rule="closing", status=("missing",)) == []
    assert chosen(store, status=("late",)) == [number]
    judgements.save_judgement(store, number, judgement({"greeting": "uncertain"}))
    assert chosen(store, rule="closing") == []
    assert chosen(store, rule="greeting", status=("uncertain",)) == [number]
    assert chosen(store, rule="no_such_rule") == []
    said = dict(calls.get_call(store, number).statuses)
    assert said == {one.finding.rule: one.finding.status for one in judgements.current_findings(store, number)}


def test_a_transferred_call_is_listed_for_whose_fault_it_is(store: Store) -> None:
    """Asked for a rule and a clerk, the list leaves out what a colleague did in the same call."""
    staff(store)
    number = calls.record_call(store, ended("1.1", clerks=("1086", "2001"), talk=60.0)).id
    judgements.save_judgement(store, number, judgement({"closing": "missing"}))
    about = {row["position"] for row in store.rows("SELECT position FROM findings WHERE rule = 'closing'")}
    first = ("1086", "2001")[about.pop()]
    other = "2001" if first == "1086" else "1086"
    assert chosen(store, rule="closing", clerk=first) == [number]
    assert chosen(store, rule="closing", clerk=other) == chosen(store, status=("missing",), clerk=other) == []


@pytest.mark.parametrize(
    "more", [{}, {"rule": "closing"}, {"status": ("missing",)}, {"unit": "社保局"}, {"coverage": "monitored"}, {"hour": 9}, {"clerk": "1086"}],
)  # fmt: skip
def test_the_queue_is_answered_from_one_narrow_index(store: Store, more: dict[str, object]) -> None:
    """Whatever the reviewers filter by, only the index of the waiting calls is read to choose the page and to count."""
    chosen = CallFilter(review="waiting", **more)  # type: ignore[arg-type]  # plain dictionaries
    assert walked(chosen, "score") == walked(chosen) == "calls c INDEXED BY calls_queue"
    staff(store)
    number = judged_call(store, "1.1", {"closing": "missing"})
    assert [one.id for one in calls.list_calls(store, chosen, sort="score").calls] == [number]
    condition, values = where(chosen)
    asked = f"EXPLAIN QUERY PLAN SELECT c.id FROM {walked(chosen)} WHERE {condition} ORDER BY c.score, c.started"  # noqa: S608 - no values
    assert "SCAN c USING COVERING INDEX calls_queue" in [row["detail"] for row in store.rows(asked, values)]


@pytest.mark.parametrize("sort", ["started", "score", "talk_seconds", "ring_seconds", "clerk", "unit", "verdict"])
@pytest.mark.parametrize("review", [None, "waiting", "claimed", "reviewed", "objected"])
def test_every_order_shows_the_same_calls(store: Store, sort: str, review: str | None) -> None:
    """Whichever index a list walks, its calls are the same."""
    people = staff(store)
    for n in range(6):
        number = judged_call(store, f"1.{n}", {"closing": "missing"}, start=MORNING + n, talk=30.0 + n)
    claims.claim(store, number, people["r1"])
    wanted = {None: 6, "waiting": 6, "claimed": 1, "reviewed": 0, "objected": 0}[review]
    for since in (None, calls.get_call(store, number).day):
        given = CallFilter.from_params({"review": review or "", "since": since or ""})
        assert calls.list_calls(store, given, sort=sort).total == wanted  # type: ignore[arg-type]  # each is one


def test_a_day_is_found_whatever_the_time_zone(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The bounds that let the index be entered never cut off a call of the chosen local day."""
    for zone in ("Pacific/Kiritimati", "Asia/Shanghai", "UTC", "Pacific/Pago_Pago"):
        with Store.open(tmp_path_factory.mktemp("zone") / "store.db", timezone=zone) as store:
            for hour in range(24):
                calls.record_call(store, ended(f"1.{hour}", start=MORNING + hour * 3600))
            days = [row["day"] for row in store.rows("SELECT DISTINCT day FROM calls")]
            assert (
                sum(calls.list_calls(store, CallFilter.from_params({"since": day, "until": day})).total for day in days)
                == 24
            )


def test_a_long_list_is_counted_as_far_as_asked(store: Store) -> None:
    """Counting stops one beyond what was asked for and says that there are more; what is shorter is exact."""
    for n in range(5):
        judged_call(store, f"1.{n}", {"closing": "missing"})
    wanted = CallFilter(review="waiting", rule="closing")
    pages = [calls.list_calls(store, wanted, limit=2, offset=offset, most=3) for offset in (0, 2, 4)]
    assert [(page.total, page.more) for page in pages] == [(3, True), (3, True), (5, False)]
    assert [(page.total, page.more) for page in (calls.list_calls(store, wanted, limit=5, most=5),)] == [(5, False)]


def chosen(store: Store, **wishes: object) -> list[int]:
    """The numbers of the calls that a filter finds."""
    return [call.id for call in calls.list_calls(store, CallFilter(**wishes)).calls]  # type: ignore[arg-type]  # plain dictionaries
