"""Score cards: reckoned from real figures by a rule that is data, frozen when signed, compared when reckoned anew, ranked with reasons."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date

import pytest

from tests.store.makers import DAY, MORNING, judged_call, staff
from voice_agent.errors import StoreError
from voice_agent.store import Store
from voice_agent.store.assessment import scheme as schemes
from voice_agent.store.assessment.cards import latest_cards, sign_again, sign_cards, versions
from voice_agent.store.assessment.scheme import Scheme, current_scheme, list_schemes, save_scheme
from voice_agent.store.assessment.scoring import Card, Kept, difference, models, pack, reckon, standing, unpack
from voice_agent.store.assessment.subjects import Wanted, draft_card, draft_cards
from voice_agent.store.reviews import complaints, reviews
from voice_agent.store.statistics.figures import CallCounts
from voice_agent.store.statistics.spans import span_of

NOVEMBER, TODAY = span_of("2026-11"), date(2026, 12, 6)


@pytest.fixture
def filled(store: Store) -> Store:
    """Twenty-five calls of 1086 (five without a greeting), twenty-five faultless ones of 2001, three of 1087, one undecided."""
    staff(store)
    for n in range(25):
        judged_call(store, f"a{n}", {"greeting": "missing"} if n < 5 else {}, start=MORNING + n * 60)
        judged_call(store, f"b{n}", start=MORNING + n * 60 + 20, clerk="2001")
    for n in range(3):
        judged_call(store, f"c{n}", start=MORNING + n * 60 + 40, clerk="1087")
    judged_call(store, "u", {"closing": "uncertain"}, start=MORNING + 9000)
    return store


def _cards(store: Store, kind: str = "clerk", **more: object) -> dict[str, Card]:
    wanted = Wanted(kind, NOVEMBER, **more)  # type: ignore[arg-type]  # one of the three kinds
    return {card.name: card for card in draft_cards(store, wanted, current_scheme(store).scheme, today=TODAY)}


def test_points_follow_the_weights(filled: Store) -> None:
    """Each rule earns its weight times its rate; what is undecided is in no rate; deductions and rewards are added as they are."""
    card = _cards(filled)["张三"]
    assert (card.calls, card.decided, card.undecided) == (26, 25, 1)
    greeting = next(line for line in card.lines if line.rule == "greeting")
    assert (greeting.met, greeting.faults, greeting.worth, greeting.points) == (21, 5, 10.0, 8.08)
    closing = next(line for line in card.lines if line.rule == "closing")
    assert (closing.met, closing.uncertain, closing.rate, closing.points) == (25, 1, 1.0, 8.0)
    assert card.base == pytest.approx(98.08)
    # No complaint earns a point; 80 % of the calls compliant do not reach the line.
    assert card.score == pytest.approx(99.08)
    assert card.grade == "优秀"


def test_few_calls_have_no_score(filled: Store) -> None:
    """Below the least number of decided calls there are figures but neither points nor a grade, and no rank."""
    card = _cards(filled)["李四"]
    assert (card.decided, card.base, card.score, card.grade) == (3, None, None, "")
    assert [one.points for one in card.extras] == [0.0] * 5
    assert standing(card)[0] is True


def test_the_interval_holds_the_score_and_narrows_with_calls() -> None:
    """The bounds hold the base, faultless calls are not certain for ever, four times the calls halve the width."""

    def card(number: int, met: int, scheme: Scheme) -> Card:
        counts = CallCounts(calls=number, compliant=number)
        return reckon(scheme, "clerk", "1", "甲", "甲", counts, {"greeting": Kept(met=met, faults=number - met)}, {})

    scheme = Scheme({"greeting": 1.0}, dict.fromkeys(schemes.DEDUCTIONS, (1.0, 1.0)), dict.fromkeys(schemes.REWARDS, 0.0), 0.9, 1, (90, 80, 60), 1)  # fmt: skip
    widths = []
    for number in (25, 100, 400):
        one = card(number, number * 4 // 5, scheme)
        assert one.low is not None and one.high is not None and one.base is not None
        assert one.low <= one.base <= one.high
        widths.append(one.high - one.low)
    assert widths[0] / widths[1] == pytest.approx(2, abs=0.2)
    assert widths[1] / widths[2] == pytest.approx(2, abs=0.1)
    perfect = card(25, 25, scheme)
    assert perfect.base == perfect.high == 100.0
    assert 80 < (perfect.low or 0) < 100


def test_only_what_people_confirmed_takes_points_off(filled: Store) -> None:
    """A rude word counts against the card once a person confirmed it; complaints once they were founded; each up to its limit."""
    people = {row["username"]: row["id"] for row in filled.rows("SELECT username, id FROM users")}
    call = judged_call(filled, "rude", {"prohibited": "violated"}, start=MORNING + 9500)
    assert _cards(filled)["张三"].times("violations") == 0
    found = filled.value("SELECT id FROM findings WHERE call = ? AND rule = 'prohibited'", (call,))
    reviews.confirm(filled, found, people["r1"])
    for n in range(7):
        filed = complaints.Filed(date(2026, 11, 23), "网络", "态度", date(2026, 11, 30), "社保局", "3号窗口", "1086")
        number = complaints.file_complaint(filled, filed, people["boss"], today=TODAY)
        complaints.close_complaint(filled, number, people["boss"], "founded" if n else "unfounded", "已核实")
    card = _cards(filled)["张三"]
    assert (card.times("violations"), card.times("complaints"), card.times("clean")) == (1, 6, 0)
    assert {one.key: one.points for one in card.extras if one.points} == {"violations": -2.0, "complaints": -15.0}
    for kind, name in (("window", "社保局 3号窗口"), ("unit", "社保局")):
        assert _cards(filled, kind)[name].times("complaints") == 6


def test_windows_of_one_name_are_two_and_units_limit_what_is_seen(filled: Store) -> None:
    """A card of a window names its unit; whoever sees one unit sees the cards of that unit alone."""
    assert set(_cards(filled, "window")) == {"社保局 3号窗口", "社保局 4号窗口", "医保中心 1号窗口"}
    assert set(_cards(filled, "clerk", units=frozenset({"医保中心"}))) == {"王五"}
    assert set(_cards(filled, "unit", units=frozenset())) == set()


def test_a_signed_card_never_changes(filled: Store) -> None:
    """Signing freezes it; later decisions show as a difference, a new version needs a reason and something that changed."""
    people = {row["username"]: row["id"] for row in filled.rows("SELECT username, id FROM users")}
    boss, wanted = people["boss"], Wanted("clerk", NOVEMBER)
    assert sign_cards(filled, wanted, boss, today=TODAY) == 3
    assert sign_cards(filled, wanted, boss, today=TODAY) == 0
    signed = latest_cards(filled, "clerk", "2026-11")["1086"]
    assert signed.card == _cards(filled)["张三"]
    with pytest.raises(StoreError, match="相同"):
        sign_again(filled, "clerk", "1086", NOVEMBER, boss, "再算", today=TODAY)
    found = filled.value("SELECT id FROM findings WHERE rule = 'greeting' AND status = 'missing'")
    reviews.overrule(filled, found, people["r1"], "说了您好")
    assert latest_cards(filled, "clerk", "2026-11")["1086"] == signed
    now = _cards(filled)["张三"]
    changed = {name: (old, new) for name, old, new in difference(signed.card, now)}
    assert changed["greeting"] == ("21/26，8.08", "22/26，8.46")
    assert set(changed) == {"greeting", "base", "score"}
    with pytest.raises(StoreError, match="理由"):
        sign_again(filled, "clerk", "1086", NOVEMBER, boss, " ", today=TODAY)
    assert sign_again(filled, "clerk", "1086", NOVEMBER, boss, "申诉成立后重新核算", today=TODAY) == 2
    assert [(one.version, one.remark) for one in versions(filled, "clerk", "1086", "2026-11")] == [(2, "申诉成立后重新核算"), (1, "")]  # fmt: skip
    for sql in (
        "UPDATE cards SET content = ''",
        "DELETE FROM cards",
        "UPDATE schemes SET note = ''",
        "DELETE FROM schemes",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            filled.write(sql)


def test_a_period_that_runs_is_not_signed(filled: Store) -> None:
    """Nobody signs a month before it is over."""
    with pytest.raises(StoreError, match="还没有结束"):
        sign_cards(filled, Wanted("unit", NOVEMBER), 1, today=date(2026, 11, 30))


def test_the_rule_has_versions(filled: Store) -> None:
    """A change makes a new version with its reason; signed cards keep theirs, and reckoning anew under the new rule is a new version."""
    boss = filled.value("SELECT id FROM users WHERE username = 'boss'")
    first = current_scheme(filled)
    sign_cards(filled, Wanted("clerk", NOVEMBER), boss, today=TODAY)
    changed = replace(first.scheme, weights={"greeting": 50.0, "closing": 50.0}, least=3)
    with pytest.raises(StoreError, match="理由"):
        save_scheme(filled, changed, "", boss)
    with pytest.raises(StoreError, match="没有修改"):
        save_scheme(filled, first.scheme, "同样", boss)
    assert save_scheme(filled, changed, "试行", boss) == 2
    assert [one.note for one in list_schemes(filled)] == ["试行", "随软件附带的评分办法"]
    assert current_scheme(filled).scheme == changed
    assert latest_cards(filled, "clerk", "2026-11")["1086"].scheme == 1
    assert sign_again(filled, "clerk", "1087", NOVEMBER, boss, "按新办法", today=TODAY) == 2
    assert latest_cards(filled, "clerk", "2026-11")["1087"].card.base == 100.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weights": {"greeting": -1.0}}, "权重"),
        ({"weights": {}}, "至少一项"),
        ({"grades": (80.0, 90.0, 60.0)}, "依次降低"),
        ({"least": 0}, "最少通数"),
        ({"good_compliance": 0.0}, "优良线"),
        ({"rewards": {"clean": 1.0}}, "不全"),
        ({"deductions": dict.fromkeys(schemes.DEDUCTIONS, (-1.0, 2.0))}, "0–100"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(store: Store, change: dict[str, object], words: str) -> None:
    """Each wrong field is named."""
    with pytest.raises(StoreError, match=words):
        save_scheme(store, replace(current_scheme(store).scheme, **change), "x", 1)  # type: ignore[arg-type]  # wrong on purpose


def test_luck_does_not_make_a_model(filled: Store) -> None:
    """The ranking goes by the lower bound: many good calls stand before few perfect ones; a founded complaint excludes."""
    staff_cards = list(_cards(filled).values())
    scheme = current_scheme(filled).scheme
    assert [card.name for card in models(staff_cards, scheme)] == ["王五", "张三"]
    boss = filled.value("SELECT id FROM users WHERE username = 'boss'")
    filed = complaints.Filed(date(2026, 11, 23), "网络", "态度", date(2026, 11, 30), "医保中心", "1号窗口", "2001")
    complaints.close_complaint(
        filled, complaints.file_complaint(filled, filed, boss, today=TODAY), boss, "founded", "属实"
    )
    assert [card.name for card in models(list(_cards(filled).values()), scheme)] == ["张三"]
    many = CallCounts(calls=2000, compliant=1980, non_compliant=20)
    few = CallCounts(calls=20, compliant=20)
    both = [
        reckon(scheme, "clerk", name, "甲", name, calls, {"greeting": Kept(met=calls.compliant, faults=calls.non_compliant)}, {})
        for name, calls in (("few", few), ("many", many))
    ]  # fmt: skip
    assert [card.name for card in models(both, scheme)] == ["many", "few"]


def test_cards_come_back_from_the_store_as_they_were(filled: Store) -> None:
    """What is frozen as text is the same card again, and one subject alone gives the card it has among all."""
    for kind in ("clerk", "window", "unit"):
        for card in _cards(filled, kind).values():
            assert unpack(pack(card)) == card
            scheme = current_scheme(filled).scheme
            assert draft_card(filled, card.kind, card.subject, NOVEMBER, scheme, today=TODAY) == card
    assert draft_card(filled, "clerk", "9999", NOVEMBER, scheme, today=TODAY) is None
    assert draft_card(filled, "clerk", "1086", span_of("2025-11"), scheme, today=TODAY) is None
    assert judged_call(filled, "d", start=MORNING - 40 * DAY)
