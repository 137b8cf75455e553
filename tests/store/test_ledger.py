"""The daily book of services: matters by their terms, outcomes from what is known, corrections with who and when, filters that agree."""

from __future__ import annotations

import pytest

from phrasebook.book import load_book
from tests.store.makers import HOUR, MORNING, ended, judged_call, staff, transcript
from voice_agent.errors import StoreError
from voice_agent.matters import HeardMatter, matter_of
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, ledger
from voice_agent.store.calls.filters import EVERY_CALL
from voice_agent.store.calls.ledger import LedgerFilter
from voice_agent.store.reviews import coaching

BOOK = load_book()
EVERY = LedgerFilter(EVERY_CALL)


@pytest.mark.parametrize(
    ("said", "matter"),
    [
        ((("caller", "我的社保卡丢了怎么补"),), "社会保障卡"),
        ((("caller", "城乡居保一年交多少"), ("agent", "养老保险有好几种")), "城乡居民养老保险"),
        ((("agent", "您好社会保险事业管理局养老保险科"), ("caller", "我想问工伤认定")), "工伤保险"),
        ((("agent", "医疗保障局医保窗口"), ("caller", "喂听得见吗")), None),
        ((("caller", "外地住院要先异地备案吗"), ("agent", "要办转诊")), "异地就医"),
        ((("caller", "喂"),), None),
    ],
)
def test_a_matter_is_known_by_its_terms(said: tuple[tuple[str, str], ...], matter: str | None) -> None:
    """The caller's words count most, the longest term first, and the name of an office is no matter."""
    found = matter_of(transcript(*said), BOOK)
    assert (found.name if found else None) == matter


def test_every_term_belongs_to_one_matter() -> None:
    """No term stands in two matters, or nobody could say which it is."""
    terms = [term for one in BOOK.matters.values() for term in one.terms]
    assert len(terms) == len(set(terms))
    assert len(BOOK.matters) >= 20


def test_outcomes_come_from_what_is_known(store: Store) -> None:
    """Unanswered, transferred, referred, to be called back, answered: said by the rules that applied; the filter finds what the line says."""
    staff(store)
    answered = {
        "referral": "not_applicable",
        "callback": "not_applicable",
        "wrong_number": "not_applicable",
        "absent_message": "not_applicable",
    }
    made = {
        "当场答复": judged_call(store, "a.1", answered),  # type: ignore[arg-type]
        "告知去处（转办）": judged_call(store, "b.1", {**answered, "referral": "missing"}, start=MORNING + HOUR),  # type: ignore[arg-type]
        "待回电": judged_call(store, "c.1", {**answered, "callback": "met"}, start=MORNING + 2 * HOUR),  # type: ignore[arg-type]
        "转接其他坐席": calls.record_call(store, ended("d.1", clerks=("1086", "2001"), start=MORNING + 3 * HOUR)).id,
        "未接听": calls.record_call(store, ended("e.1", answered=False, start=MORNING + 4 * HOUR)).id,
        "不详": calls.record_call(store, ended("f.1", start=MORNING + 5 * HOUR)).id,
    }
    assert {one.outcome: one.call for one in ledger.list_lines(store, EVERY)} == made
    for outcome, call in made.items():
        chosen = LedgerFilter(EVERY_CALL, outcome=outcome)
        assert [one.call for one in ledger.list_lines(store, chosen)] == [call]
        assert ledger.count_lines(store, chosen) == 1


def test_a_correction_is_kept_with_who_and_when(store: Store) -> None:
    """What a person said stays when the call is heard again; each change is told; the same again is none; nonsense is refused."""
    people = staff(store)
    call = judged_call(store, "a.1")
    ledger.note_matter(store, call, HeardMatter("医疗保险", ("医保",)))
    ledger.correct(store, call, people["zhang"], "matter", "异地就医", now=MORNING)
    ledger.correct(store, call, people["zhang"], "matter", "异地就医", now=MORNING + 1)
    ledger.correct(store, call, people["r1"], "outcome", "已登记待办", now=MORNING + 2)
    ledger.note_matter(store, call, HeardMatter("医疗保险", ("医保",)))
    (line,) = ledger.list_lines(store, EVERY)
    assert (line.matter, line.heard, line.outcome) == ("异地就医", "", "已登记待办")
    assert [(one.field, one.before, one.after, one.name) for one in line.changes] == [
        ("outcome", "拨错电话", "已登记待办", "r1"), ("matter", "医疗保险", "异地就医", "zhang"),
    ]  # fmt: skip
    with pytest.raises(StoreError, match="事项"):
        ledger.correct(store, call, people["zhang"], "matter", " ")
    with pytest.raises(StoreError, match="40"):
        ledger.correct(store, call, people["zhang"], "matter", "长" * 41)


def test_matters_are_counted_and_found(store: Store) -> None:
    """The figures of the matters are what their lists hold; within unit and clerk; what followed stands in the line."""
    people = staff(store)
    for place, matter in enumerate(("医疗保险", "医疗保险", "社会保障卡", None)):
        call = judged_call(store, f"{place}.1", start=MORNING + place * HOUR, clerk="1086" if place else "2001")
        ledger.note_matter(store, call, HeardMatter(matter, ("x",)) if matter else None)
    coaching.add_note(store, call, "1086", people["r1"], "慢一点")
    assert ledger.matters_of(store, EVERY) == [("医疗保险", 2), ("", 1), ("社会保障卡", 1)]
    assert ledger.count_lines(store, LedgerFilter(EVERY_CALL, matter="")) == 1
    assert ledger.count_lines(store, LedgerFilter(CallFilter(unit="医保中心"), matter="医疗保险")) == 1
    assert ledger.count_lines(store, LedgerFilter(CallFilter(clerk="1086"), matter="医疗保险")) == 1
    assert ledger.list_lines(store, EVERY)[0].followed == {"辅导": 1}
    assert [one.call for one in ledger.each_line(store, EVERY)] == [
        one.call for one in reversed(ledger.list_lines(store, EVERY))
    ]
