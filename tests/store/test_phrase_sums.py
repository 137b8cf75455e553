"""The kept sums of phrases against counting the calls themselves, whatever was added, read again, changed or removed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.store.makers import DAY, MORNING, judged_call, staff
from voice_agent.store import CallFilter, Store
from voice_agent.store.people import tree
from voice_agent.store.reviews import reviews
from voice_agent.store.statistics import phrase_sums, phrase_uses, tally

PHRASES = ("T01", "T02", "Z03")
FIRST = date(2026, 11, 22)


@pytest.fixture
def filled(store: Store) -> Store:
    """Forty calls of three clerks in two units over three months, read for phrases."""
    staff(store)
    tree.import_tree(store, "代码,名称,上级代码,级别\n64,宁夏,,自治区\n,社保局,64,单位")
    dice = random.Random(20)
    for n in range(40):
        clerk = dice.choice(("1086", "1087", "2001"))
        call = judged_call(store, f"c{n}", start=MORNING - dice.randrange(90) * DAY + n * 60, clerk=clerk)
        uses = {phrase: dice.randrange(1, 4) for phrase in PHRASES if dice.random() < 0.4}
        phrase_uses.save_uses(store, call, 1, "book", uses)
    return store


def _counted(chosen: CallFilter) -> CallFilter:
    """The same calls by a filter that the sums do not know: every call was answered after more than -1 s."""
    return replace(chosen, ring_over=-1.0)


def _both(store: Store, chosen: CallFilter) -> None:
    """Sums and counting agree on everything that the page shows."""
    assert phrase_sums.answers(chosen)
    assert not phrase_sums.answers(_counted(chosen))
    assert phrase_uses.read_calls(store, chosen) == phrase_uses.read_calls(store, _counted(chosen))

    def by_name(found: list[phrase_uses.PhraseUse]) -> list[phrase_uses.PhraseUse]:
        return sorted(found, key=lambda use: use.phrase)

    assert by_name(phrase_uses.phrase_uses(store, chosen)) == by_name(phrase_uses.phrase_uses(store, _counted(chosen)))
    for phrase in PHRASES:
        for by in ("clerk", "unit"):
            assert phrase_uses.users_of(store, phrase, chosen, by) == phrase_uses.users_of(store, phrase, _counted(chosen), by)  # type: ignore[arg-type]  # one of both  # fmt: skip


def test_sums_equal_counting_in_any_period_and_place(filled: Store) -> None:
    """Whole months, parts of months and open periods, all units, one, and a subtree."""
    dice = random.Random(7)
    for place in ({}, {"unit": "社保局"}, {"node": "64"}):
        _both(filled, CallFilter(**place))
        for _ in range(12):
            since = FIRST - timedelta(days=dice.randrange(95))
            until = since + timedelta(days=dice.randrange(70))
            _both(filled, CallFilter(since=since, until=until, **place))
        _both(filled, CallFilter(since=date(2026, 10, 1), until=date(2026, 10, 31), **place))
        _both(filled, CallFilter(since=date(2026, 10, 5), **place))


def test_sums_follow_every_change(filled: Store) -> None:
    """Reading again, deciding and removing leave the sums as a fresh count makes them."""

    def rows() -> list[tuple[object, ...]]:
        return [tuple(row) for row in filled.rows("SELECT * FROM phrase_tally WHERE calls > 0 ORDER BY 1, 2, 3, 4, 5")]

    phrase_uses.save_uses(filled, 1, 2, "book", {"T01": 9})
    phrase_uses.save_uses(filled, 2, 2, "book", {})
    found = filled.value("SELECT id FROM findings WHERE call = 3 AND rule = 'greeting'")
    reviews.overrule(
        filled, found, filled.value("SELECT id FROM users WHERE username = 'r1'"), "没有问候", status="missing"
    )
    tally.remove(filled, 4)
    filled.write("DELETE FROM calls WHERE id = 4")
    kept = rows()
    tally.rebuild(filled)
    assert rows() == kept
    assert not filled.value("SELECT count(*) FROM phrase_tally WHERE calls < 0")
    _both(filled, CallFilter())


def test_an_older_store_gets_its_sums(filled: Store) -> None:
    """What the migration counts is what is kept since."""
    kept = [tuple(row) for row in filled.rows("SELECT * FROM phrase_tally ORDER BY 1, 2, 3, 4, 5")]
    filled.write("DROP TABLE phrase_tally")
    filled.write("DELETE FROM _sqlite_migrations WHERE name = 'm019_phrase_sums'")
    with Store.open(filled.path) as again:
        assert [tuple(row) for row in again.rows("SELECT * FROM phrase_tally ORDER BY 1, 2, 3, 4, 5")] == kept
