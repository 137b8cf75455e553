"""The second level, deadlines in working days, what waits for whom, and how objections end."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.store.makers import DAY, MORNING, judged_call, staff
from tests.store.test_reviews import finding
from voice_agent.errors import AccessError, StoreError
from voice_agent.store import Store
from voice_agent.store.calls import calls
from voice_agent.store.people import news
from voice_agent.store.people.users import get_user
from voice_agent.store.reviews import appeals, objections, reviews
from voice_agent.store.reviews.objections import ObjectionFilter
from voice_agent.store.statistics.objection_figures import outcomes_by_reviewer, outcomes_by_rule
from voice_agent.working_days import due, is_working

PUBLISHED = MORNING + 90
ZONE = ZoneInfo("Asia/Shanghai")


def rejected(store: Store, people: dict[str, int], name: str = "1.1") -> tuple[int, int]:
    """A call with an objection that r2 rejected on the Tuesday; call and objection."""
    call = judged_call(store, name, {"closing": "missing"})
    reviews.confirm(store, finding(store, call, "closing").id, people["r1"], now=PUBLISHED)
    number = objections.file_objection(
        store, finding(store, call, "closing").id, people["zhang"], "我说了", now=PUBLISHED + DAY
    )
    objections.decide_objection(store, number, people["r2"], upheld=False, answer="录音中没有", now=PUBLISHED + 2 * DAY)
    return call, number


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-10-01", False),
        ("2026-10-10", True),
        ("2026-11-22", False),
        ("2026-11-23", True),
        ("2041-11-23", False),
        ("2041-11-25", True),
    ],
)
def test_offices_work_as_the_state_council_says(day: str, works: bool) -> None:
    """The national day is free, its make-up Saturday is not; years that nobody has announced have plain weekends."""
    assert is_working(date.fromisoformat(day)) is works


def test_a_term_ends_with_its_last_working_day() -> None:
    """Filed on the Wednesday before the national holiday, three working days end with the Saturday that makes up for it."""
    filed = datetime(2026, 9, 30, 16, tzinfo=ZONE).timestamp()
    assert datetime.fromtimestamp(due(filed, 3, ZONE), ZONE) == datetime(2026, 10, 11, tzinfo=ZONE)


def test_the_supervisor_decides_finally(store: Store) -> None:
    """Upheld on appeal, the finding changes, the call waits for nobody, and both answers stay on record."""
    people = staff(store)
    call, number = rejected(store, people)
    appeal = appeals.file_appeal(store, number, people["zhang"], "请再听结尾", now=PUBLISHED + 3 * DAY)
    assert calls.get_call(store, call).objected
    appeals.decide_appeal(store, appeal, people["boss"], upheld=True, answer="结尾确有道别", now=PUBLISHED + 4 * DAY)
    found = appeals.get_appeal(store, appeal)
    assert (found.state, found.decided_by_name, found.answer) == ("upheld", "boss", "结尾确有道别")
    row = calls.get_call(store, call)
    assert (row.verdict, row.objected) == ("compliant", False)
    assert finding(store, call, "closing").finding.reason == "人工改判：结尾确有道别"
    assert [each.decision for each in reviews.review_history(store, call)] == ["confirm", "objection", "objection"]
    with pytest.raises(StoreError, match="已经办结"):
        appeals.decide_appeal(store, appeal, people["boss"], upheld=False, answer="x")


def test_an_appeal_is_the_clerks_in_time_once_and_decided_by_nobody_before(store: Store) -> None:
    """Somebody else's, an open objection, too late, without a text, twice; a reviewer or the first decider: each is refused."""
    people = staff(store)
    call = judged_call(store, "1.0", {"closing": "missing"})
    waiting = objections.file_objection(
        store, finding(store, call, "closing").id, people["zhang"], "说了", now=PUBLISHED
    )
    with pytest.raises(StoreError, match="维持原判的"):
        appeals.file_appeal(store, waiting, people["zhang"], "快")
    _, number = rejected(store, people)
    with pytest.raises(AccessError, match="自己的申诉"):
        appeals.file_appeal(store, number, people["li"], "替他", now=PUBLISHED + 3 * DAY)
    with pytest.raises(StoreError, match="理由"):
        appeals.file_appeal(store, number, people["zhang"], " ", now=PUBLISHED + 3 * DAY)
    with pytest.raises(StoreError, match="3 个工作日"):
        appeals.file_appeal(store, number, people["zhang"], "晚了", now=PUBLISHED + 9 * DAY)
    appeal = appeals.file_appeal(store, number, people["zhang"], "请再听", now=PUBLISHED + 3 * DAY)
    with pytest.raises(StoreError, match="已经提出过复议"):
        appeals.file_appeal(store, number, people["zhang"], "再来", now=PUBLISHED + 3 * DAY)
    for name in ("r1", "r2", "zhang"):
        with pytest.raises(AccessError):
            appeals.decide_appeal(store, appeal, people[name], upheld=False, answer="维持")
    appeals.decide_appeal(store, appeal, people["boss"], upheld=False, answer="维持")
    assert calls.get_call(store, call).verdict == "non_compliant"


def test_what_nobody_decided_in_time_the_supervisor_may(store: Store) -> None:
    """Before the deadline the supervisor is refused, after it not."""
    people = staff(store)
    call = judged_call(store, "1.1", {"closing": "missing"})
    now = PUBLISHED + DAY
    number = objections.file_objection(
        store, finding(store, call, "closing").id, people["zhang"], "说了", now=now, decision_days=30_000
    )
    with pytest.raises(AccessError, match="超过期限"):
        objections.decide_objection(store, number, people["boss"], upheld=True, answer="是")
    store.write("UPDATE objections SET deadline = 1 WHERE id = ?", (number,))
    objections.decide_objection(store, number, people["boss"], upheld=True, answer="是")
    assert objections.get_objection(store, number).state == "upheld"


def test_everybody_is_told_what_waits(store: Store) -> None:
    """The reviewer sees open objections, the supervisor appeals, the clerk answers until they were looked at."""
    people = staff(store)

    def count(name: str) -> int:
        return news.waiting(store, get_user(store, people[name]), now=PUBLISHED + 3 * DAY)

    call = judged_call(store, "1.0", {"closing": "missing"})
    objections.file_objection(store, finding(store, call, "closing").id, people["zhang"], "说了", now=PUBLISHED)
    assert [count(name) for name in ("zhang", "r1", "boss")] == [0, 1, 0]
    _, number = rejected(store, people)
    assert [count(name) for name in ("zhang", "li", "r1", "boss")] == [1, 0, 1, 0]
    news.seen(store, people["zhang"], now=PUBLISHED + 2 * DAY + 1)
    assert count("zhang") == 0
    appeal = appeals.file_appeal(store, number, people["zhang"], "请再听", now=PUBLISHED + 3 * DAY)
    assert count("boss") == 1
    appeals.decide_appeal(store, appeal, people["boss"], upheld=False, answer="维持", now=PUBLISHED + 4 * DAY)
    assert [count("zhang"), count("boss")] == [1, 0]


def test_outcomes_are_counted_by_rule_and_first_reviewer(store: Store) -> None:
    """An appeal's outcome counts for its objection; a withdrawn one counts nowhere."""
    people = staff(store)
    _, first = rejected(store, people)
    rejected(store, people, "1.2")
    appeal = appeals.file_appeal(store, first, people["zhang"], "请再听", now=PUBLISHED + 3 * DAY)
    appeals.decide_appeal(store, appeal, people["boss"], upheld=True, answer="是", now=PUBLISHED + 4 * DAY)
    call = judged_call(store, "1.3", {"greeting": "missing"})
    gone = objections.file_objection(store, finding(store, call, "greeting").id, people["zhang"], "说了", now=PUBLISHED)
    objections.withdraw_objection(store, gone, people["zhang"])
    lines = [
        (line.key, line.filed, line.upheld, line.rejected, line.rate)
        for line in outcomes_by_rule(store, ObjectionFilter())
    ]
    assert lines == [("closing", 2, 1, 1, 0.5)]
    assert [(line.key, line.filed) for line in outcomes_by_reviewer(store, ObjectionFilter())] == [("r1", 2)]
