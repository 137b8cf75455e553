"""What follows from a confirmed fault: items with proof and acceptance, bundles, escalation by a rule kept as data, notes for clerks."""

from __future__ import annotations

from datetime import date

import pytest

from tests.store.makers import DAY, MORNING, judged_call, staff
from tests.store.test_reviews import finding
from voice_agent.errors import AccessError, StoreError
from voice_agent.store import CallFilter, Store
from voice_agent.store.people import news
from voice_agent.store.people.users import get_user
from voice_agent.store.reviews import coaching, rectifications, reviews
from voice_agent.store.reviews.rectifications import ItemFilter
from voice_agent.store.reviews.repeated import Escalation, bundles, escalation, save_escalation

TODAY, DUE = date(2026, 11, 22), date(2026, 11, 30)


def confirmed(
    store: Store, people: dict[str, int], name: str, clerk: str = "1086", start: float = MORNING, rule: str = "closing"
) -> int:
    """A call with a fault that r1 confirmed; the finding."""
    call = judged_call(store, name, {rule: "missing"}, clerk=clerk, start=start)  # type: ignore[dict-item]
    number = finding(store, call, rule).id
    reviews.confirm(store, number, people["r1"], now=start + 100)
    return number


def test_an_item_goes_from_fault_to_acceptance(store: Store) -> None:
    """Opened for a confirmed fault, done with proof by its clerk, returned once, accepted by the supervisor."""
    people = staff(store)
    fault = confirmed(store, people, "1.1")
    number = rectifications.open_item(store, [fault], people["r1"], "学习结束用语", due=DUE, today=TODAY)
    item = rectifications.get_item(store, number)
    assert (item.rule, item.clerk, item.clerk_name, item.unit, item.state, item.faults) == (
        "closing",
        "1086",
        "张三",
        "社保局",
        "open",
        1,
    )
    with pytest.raises(AccessError):
        rectifications.submit(store, number, people["li"], "替他")
    with pytest.raises(StoreError, match="整改情况"):
        rectifications.submit(store, number, people["zhang"], " ")
    rectifications.submit(store, number, people["zhang"], "已学习并抄写")
    with pytest.raises(AccessError, match="自己"):
        rectifications.decide_item(store, number, people["zhang"], accepted=True)
    with pytest.raises(StoreError, match="理由"):
        rectifications.decide_item(store, number, people["boss"], accepted=False)
    rectifications.decide_item(store, number, people["boss"], accepted=False, remark="请附学习记录")
    assert rectifications.get_item(store, number).state == "open"
    rectifications.submit(store, number, people["zhang"], "附上了")
    rectifications.decide_item(store, number, people["boss"], accepted=True)
    item = rectifications.get_item(store, number)
    assert (item.state, item.decided_by_name, item.proof) == ("accepted", "boss", "附上了")
    assert not item.late(date(2027, 1, 1))
    assert rectifications.items_of_call(store, 1) == {fault: (number, "accepted")}


def test_only_confirmed_faults_of_one_kind_once(store: Store) -> None:
    """Unconfirmed, of two rules, of two units, in another item, without a text, too late a day: each is refused with the reason."""
    people = staff(store)
    call = judged_call(store, "1.0", {"closing": "missing"})
    fault, other = confirmed(store, people, "1.1"), confirmed(store, people, "1.2", clerk="2001")
    greeting = confirmed(store, people, "1.3", rule="greeting")

    def opened(findings: list[int], what: str = "学习", due: date = DUE) -> int:
        return rectifications.open_item(store, findings, people["boss"], what, due=due, today=TODAY)

    with pytest.raises(StoreError, match="经人工确认"):
        opened([finding(store, call, "closing").id])
    for two in ([fault, other], [fault, greeting]):
        with pytest.raises(StoreError, match="一个单位的一条要求"):
            opened(two)
    with pytest.raises(StoreError, match="整改要求"):
        opened([fault], " ")
    with pytest.raises(StoreError, match="早于今天"):
        opened([fault], due=date(2026, 11, 21))
    opened([fault])
    with pytest.raises(StoreError, match="另一项整改"):
        opened([fault])


def test_repeated_faults_are_bundled_and_escalated_by_the_rule(store: Store) -> None:
    """What nothing followed from is listed by clerk and rule; the rule is data, and what is old does not count as repeated."""
    people = staff(store)
    faults = [confirmed(store, people, f"1.{n}", start=MORNING - n * DAY) for n in range(3)]
    old = confirmed(store, people, "1.9", start=MORNING - 60 * DAY)
    confirmed(store, people, "2.1", clerk="2001")
    assert escalation(store).times == 3
    found = bundles(store, CallFilter(), today=TODAY)
    assert [(one.clerk, one.rule, set(one.findings), one.times) for one in found[:1]] == [
        ("1086", "closing", {*faults, old}, 3)
    ]
    assert [one.clerk for one in bundles(store, CallFilter(unit="医保中心"), today=TODAY)] == ["2001"]
    save_escalation(store, Escalation(2, 90, "约谈"))
    assert bundles(store, CallFilter(), today=TODAY)[0].times == 4
    rectifications.open_item(store, found[0].findings, people["boss"], "约谈", due=DUE, today=TODAY)
    assert [one.clerk for one in bundles(store, CallFilter(), today=TODAY)] == ["2001"]
    with pytest.raises(StoreError, match="2–99"):
        save_escalation(store, Escalation(1, 30, "x"))


def test_items_are_listed_by_urgency_and_told_of(store: Store) -> None:
    """The most urgent first, lateness by the day, a number for the clerk to do and the supervisor to accept."""
    people = staff(store)
    first = rectifications.open_item(store, [confirmed(store, people, "1.1")], people["r1"], "一", due=DUE, today=TODAY)
    second = rectifications.open_item(
        store, [confirmed(store, people, "1.2")], people["r1"], "二", due=TODAY, today=TODAY
    )
    listed = rectifications.list_items(store, ItemFilter(clerk="1086"))
    assert [one.id for one in listed] == [second, first]
    assert [one.late(date(2026, 11, 23)) for one in listed] == [True, False]

    def told(name: str) -> int:
        return news.news(store, get_user(store, people[name]))["rectifications"]

    assert [told("zhang"), told("li"), told("boss")] == [2, 0, 0]
    rectifications.submit(store, first, people["zhang"], "做了")
    assert [told("zhang"), told("boss")] == [1, 1]
    assert rectifications.count_items(store, ItemFilter(state="open")) == 1


def test_a_note_reaches_its_clerk_and_is_acknowledged(store: Store) -> None:
    """Only a clerk of the call can be told, only that clerk says that it was read, and once."""
    people = staff(store)
    call = judged_call(store, "1.1")
    with pytest.raises(StoreError, match="没有这名坐席"):
        coaching.add_note(store, call, "2001", people["r1"], "注意语气")
    with pytest.raises(StoreError, match="不能为空"):
        coaching.add_note(store, call, "1086", people["r1"], " ")
    number = coaching.add_note(store, call, "1086", people["r1"], "注意语气")
    assert news.news(store, get_user(store, people["zhang"]))["rectifications"] == 1
    with pytest.raises(AccessError):
        coaching.acknowledge(store, number, people["li"])
    coaching.acknowledge(store, number, people["zhang"], now=MORNING)
    coaching.acknowledge(store, number, people["zhang"], now=MORNING + 9)
    assert [one.acknowledged_at for one in coaching.notes(store, clerk="1086")] == [MORNING]
    assert news.news(store, get_user(store, people["zhang"]))["rectifications"] == 0
