"""Active learning: what the queue offers beside what waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store import makers
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.learning.offers import offers
from voice_agent.store.reviews import reviews


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Ten calls that wait for a reviewer, and three that nobody is accused on: the machine doubts its ``met`` on two of them."""
    with Store.open(tmp_path / "calls.db") as opened:
        for number in range(10):
            makers.judged_call(opened, f"flagged-{number}", {"closing": "missing"})
        for name, score in (("sure", 0.99), ("doubtful", 0.55), ("less", 0.7)):
            doubted(opened, name, score)
        yield opened


def doubted(store: Store, name: str, score: float) -> None:
    number = calls.record_call(store, makers.ended(name)).id
    made = makers.judgement()
    findings = tuple(replace(one, score=score if one.rule == "callback" else 0.99) for one in made.findings)
    judgements.save_judgement(store, number, replace(made, findings=findings), book=makers.book())


def names(store: Store, share: float) -> list[str]:
    return [one.call_id for one in offers(store, CallFilter(), share, now=makers.MORNING + 100)]


def test_the_least_certain_come_first_and_no_more_than_the_share(store: Store) -> None:
    """Of ten waiting calls a tenth is one offer, the most doubtful; a site that sets nothing aside gets none."""
    assert names(store, 0.1) == ["doubtful"]
    assert names(store, 0.5) == ["doubtful", "less"]
    assert names(store, 0.0) == []


def test_what_a_person_decided_is_not_offered_again(store: Store) -> None:
    """A decision answers the question."""
    people = makers.staff(store)
    first = offers(store, CallFilter(), 0.1, now=makers.MORNING + 100)[0]
    finding = next(one.id for one in judgements.current_findings(store, first.call) if one.finding.rule == first.rule)
    reviews.confirm(store, finding, people["r1"])
    assert names(store, 0.5) == ["less"]


def test_nothing_outside_the_filter_is_offered(store: Store) -> None:
    """Whoever sees one unit is offered calls of that unit only."""
    assert offers(store, CallFilter(unit="医保中心"), 0.5, now=makers.MORNING + 100) == []
