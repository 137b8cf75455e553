"""申诉: in time, about oneself, decided by somebody else, visible when late."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.store.makers import DAY, MORNING, book, judged_call, judgement, staff
from tests.store.test_reviews import finding
from voice_agent.errors import AccessError, NotInStore, StoreError
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.people import users
from voice_agent.store.reviews import closings, objections, reviews

#: A result published by the maker: 90 s after the call began.
PUBLISHED = MORNING + 90


def objected(store: Store, people: dict[str, int]) -> tuple[int, int]:
    """A call with a fault that its clerk objects to: (call, objection)."""
    call = judged_call(store, "1.1", {"closing": "missing"})
    number = finding(store, call, "closing").id
    return call, objections.file_objection(store, number, people["zhang"], "我说了再见", now=PUBLISHED + DAY)


def test_upheld_objection_takes_effect(store: Store) -> None:
    """The fault goes, the verdict follows, the clerk sees who answered what."""
    people = staff(store)
    call, number = objected(store, people)
    assert calls.list_calls(store, CallFilter(review="objected")).total == 1
    objections.decide_objection(store, number, people["r2"], upheld=True, answer="属实", now=PUBLISHED + 2 * DAY)
    found = objections.get_objection(store, number)
    assert (found.state, found.decided_by_name, found.answer, found.rule, found.clerk) == (
        "upheld",
        "r2",
        "属实",
        "closing",
        "1086",
    )
    assert (calls.get_call(store, call).verdict, calls.get_call(store, call).objected) == ("compliant", False)
    assert [each.decision for each in reviews.review_history(store, call)] == ["objection"]


def test_rejected_objection_changes_no_verdict(store: Store) -> None:
    """The fault stays, the answer is on record."""
    people = staff(store)
    call, number = objected(store, people)
    objections.decide_objection(store, number, people["r2"], upheld=False, answer="录音中没有")
    assert objections.get_objection(store, number).state == "rejected"
    assert calls.get_call(store, call).verdict == "non_compliant"


def test_first_reviewer_does_not_decide(store: Store) -> None:
    """Whoever confirmed the finding or finished the review of the call is refused; another may decide."""
    people = staff(store)
    call = judged_call(store, "1.1", {"closing": "missing"})
    reviews.confirm(store, finding(store, call, "closing").id, people["r1"], now=PUBLISHED)
    closings.finish_review(store, call, people["boss"], now=PUBLISHED)
    number = objections.file_objection(
        store, finding(store, call, "closing").id, people["zhang"], "我说了", now=PUBLISHED + 1
    )
    for name in ("r1", "boss"):
        with pytest.raises(AccessError, match="另一名"):
            objections.decide_objection(store, number, people[name], upheld=False, answer="维持")
    with pytest.raises(AccessError, match="自己"):
        objections.decide_objection(store, number, people["zhang"], upheld=True, answer="是")
    objections.decide_objection(store, number, people["r2"], upheld=True, answer="成立")


def test_only_ones_own_fault_in_time_and_once(store: Store) -> None:
    """Somebody else's finding, no fault, too late, without a text, or twice: each is refused with the reason."""
    people = staff(store)
    call, _ = objected(store, people)
    fault, fine = finding(store, call, "closing").id, finding(store, call, "greeting").id
    with pytest.raises(StoreError, match="已经提出过"):
        objections.file_objection(store, fault, people["zhang"], "再来", now=PUBLISHED + DAY)
    with pytest.raises(StoreError, match="没有判为不达标"):
        objections.file_objection(store, fine, people["zhang"], "?", now=PUBLISHED)
    other = finding(store, judged_call(store, "1.2", {"closing": "missing"}), "closing")
    for stranger in ("li", "r1"):
        with pytest.raises(AccessError, match="自己的检查结果"):
            objections.file_objection(store, other.id, people[stranger], "替他申诉", now=PUBLISHED)
    with pytest.raises(StoreError, match="写明申诉理由"):
        objections.file_objection(store, other.id, people["zhang"], " ", now=PUBLISHED)
    assert objections.objectable_until(store, other, 7) == PUBLISHED + 7 * DAY
    with pytest.raises(StoreError, match="7 天"):
        objections.file_objection(store, other.id, people["zhang"], "晚了", now=PUBLISHED + 7 * DAY + 1)


def test_a_review_opens_the_term_anew(store: Store) -> None:
    """What a reviewer decided later can be objected to from then on."""
    people, call = staff(store), judged_call(store, "1.1", {"closing": "missing"})
    found = finding(store, call, "closing")
    reviews.confirm(store, found.id, people["r1"], now=PUBLISHED + 20 * DAY)
    assert objections.objectable_until(store, found, 7) == PUBLISHED + 27 * DAY


def test_deadline_is_kept_and_lateness_visible(store: Store) -> None:
    """The most urgent comes first; open past the deadline or decided after it is overdue."""
    people = staff(store)
    _, number = objected(store, people)
    found = objections.get_objection(store, number)
    assert datetime.fromtimestamp(found.deadline, store.timezone) == datetime(
        2026, 12, 1, tzinfo=store.timezone
    )  # five working days from a Monday
    assert not found.overdue(found.deadline)
    assert found.overdue(found.deadline + 1)
    later = finding(store, judged_call(store, "1.2", {"closing": "missing"}), "closing").id
    objections.file_objection(store, later, people["zhang"], "也说了", now=PUBLISHED + 2 * DAY)
    assert [each.id for each in objections.list_objections(store, objections.ObjectionFilter(state="open"))] == [1, 2]
    objections.decide_objection(store, number, people["r2"], upheld=False, answer="否", now=found.deadline + 60)
    assert objections.get_objection(store, number).overdue()
    assert [
        each.id for each in objections.list_objections(store, objections.ObjectionFilter(user=people["zhang"]))
    ] == [2, 1]


def test_objection_survives_a_rejudgement(store: Store) -> None:
    """Decided after the call was judged anew, it applies to the finding that decides for the rule now."""
    people = staff(store)
    call, number = objected(store, people)
    judgements.save_judgement(store, call, judgement({"closing": "missing"}), book=book("2"), occasion="rejudge")
    objections.decide_objection(store, number, people["r2"], upheld=True, answer="属实")
    assert calls.get_call(store, call).verdict == "compliant"


def test_withdrawal_is_the_clerks_alone(store: Store) -> None:
    """Nobody else can take an objection back, and a closed one stays closed."""
    people = staff(store)
    call, number = objected(store, people)
    with pytest.raises(AccessError):
        objections.withdraw_objection(store, number, people["li"])
    objections.withdraw_objection(store, number, people["zhang"])
    assert not calls.get_call(store, call).objected
    for again in (lambda: objections.withdraw_objection(store, number, people["zhang"]),
                  lambda: objections.decide_objection(store, number, people["r2"], upheld=True, answer="x")):  # fmt: skip
        with pytest.raises(StoreError, match="已经办结"):
            again()
    with pytest.raises(NotInStore):
        objections.get_objection(store, 99)


def test_pages_and_units_are_chosen_before_the_cut(store: Store) -> None:
    """A unit sees its own objections on its first page however many others are more urgent, and pages lose none."""
    people = staff(store)
    wang = users.add_user(store, "wang", name="王五", role="staff", password_hash="x", job_number="2001")
    for n in range(5):
        mine = judged_call(store, f"1.{n}", {"closing": "missing"}, start=MORNING + n)
        objections.file_objection(store, finding(store, mine, "closing").id, people["zhang"], "说了", now=PUBLISHED + n)
    late = judged_call(store, "2.1", {"closing": "missing"}, clerk="2001", start=MORNING + 10)
    theirs = objections.file_objection(store, finding(store, late, "closing").id, wang, "说了", now=PUBLISHED + 10)
    unit = objections.ObjectionFilter(state="open", unit="医保中心")
    assert [one.id for one in objections.list_objections(store, unit, limit=1)] == [theirs]
    assert objections.count_objections(store, unit, now=PUBLISHED) == (1, 0)
    pages = [objections.list_objections(store, limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [one.id for page in pages for one in page] == [1, 2, 3, 4, 5, theirs]
    assert objections.count_objections(store, now=PUBLISHED + 20 * DAY) == (6, 6)
