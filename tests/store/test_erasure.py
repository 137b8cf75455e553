"""Erasing a person, and what is past its time: no word stays in the file, its log or the folders; figures stay."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store import makers
from tests.store.makers import DAY, MORNING
from tests.store.planted import NAME, NUMBER, WORDS, planted
from voice_agent.errors import StoreError
from voice_agent.store import CallFilter, Store, retention
from voice_agent.store.calls import calls, judgements, transcripts
from voice_agent.store.calls.search import search
from voice_agent.store.people import users
from voice_agent.store.privacy.erasure import compact, erase, find_person, finish, places_left
from voice_agent.store.privacy.kinds import KINDS
from voice_agent.store.privacy.terms import Terms, list_due, purge
from voice_agent.store.reviews import draws
from voice_agent.store.statistics.statistics import call_lines, rule_lines


@pytest.fixture
def person(store: Store) -> int:
    """A store with somebody who decides."""
    return users.add_user(store, "li", name="李", role="reviewer", password_hash="x")


def _all_texts() -> list[str]:
    return [*WORDS.values(), NUMBER, NAME]


@pytest.mark.usefixtures("person")
def test_every_place_of_words_is_known(store: Store) -> None:
    """Each planted word is in the file before, so that finding none afterwards says something."""
    planted(store)
    store.write("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = store.path.read_bytes()
    missing = [word for word in _all_texts() if word.encode() not in raw and json.dumps(word)[1:-1].encode() not in raw]
    # Transcripts are compressed; the full text holds what was said in the clear.
    assert set(missing) <= {WORDS["said"], WORDS["quoted"]}
    assert search(store, WORDS["said"]).total == 1


def test_nothing_of_an_erased_person_is_left(store: Store, person: int, tmp_path: Path) -> None:
    """Found by number and by name; after the erasure no planted word stands in the file, its log or the folders; figures are as before."""
    call, other = planted(store), planted(store, "1795311000.2")
    stranger = planted(store, "1795311000.3")
    store.write("UPDATE calls SET caller_number = '13700000000' WHERE id = ?", (stranger,))
    before = [str(call_lines(store)), str(rule_lines(store))]
    assert call in find_person(store, "139-8765-4321")
    assert {call, other} <= set(find_person(store, NAME))
    number = erase(store, find_person(store, NAME), [NAME, NUMBER], reason="本人申请", user=person, username="li")
    compact(store)
    folder = tmp_path / "sound"
    folder.mkdir()
    assert places_left(store, _all_texts(), [folder]) == []
    raw = b"".join(path.read_bytes() for path in store.path.parent.glob(f"{store.path.name}*"))
    assert [word for word in _all_texts() if word.encode() in raw or json.dumps(word)[1:-1].encode() in raw] == []
    assert [str(call_lines(store)), str(rule_lines(store))] == before
    assert search(store, NAME).total == 0
    assert all(
        one.text in ("", "（已删除）")
        for found in judgements.current_findings(store, call)
        for one in found.finding.evidence
    )
    done = finish(store, number, 0)
    assert (done.calls, done.left, done.reason) == (3, 0, "本人申请")
    assert done.counts["transcript"] == 3
    with pytest.raises(Exception, match="append-only"):
        store.write("UPDATE audit SET detail = 'x'")


@pytest.mark.usefixtures("person")
def test_others_keep_what_is_theirs(store: Store) -> None:
    """Another person's call, with the same words but another number and name, is untouched."""
    mine = planted(store)
    ended = replace(makers.ended("1795311000.9"), caller_number="13500000000")
    theirs = calls.record_call(store, ended).id
    transcripts.save_transcript(store, theirs, makers.transcript(("caller", "我叫赵国庆")))
    erase(store, [mine], [NUMBER, NAME], reason="本人申请")
    assert calls.get_call(store, theirs).caller_number == "13500000000"
    assert search(store, "赵国庆").total == 1
    assert find_person(store, NUMBER) == []


def test_an_erased_call_does_not_come_back(store: Store) -> None:
    """A call named by its file is renamed, and telling of it again changes nothing; its job is over."""
    name = f"20261122-093000_1086_{NUMBER}"
    call = calls.record_call(store, replace(makers.ended(name), caller_number=NUMBER)).id
    erase(store, [call], [NUMBER], reason="本人申请")
    assert not calls.record_call(store, replace(makers.ended(name), caller_number=NUMBER)).new
    assert NUMBER not in calls.get_call(store, call).call_id
    assert store.value("SELECT state FROM jobs WHERE call = ?", (call,)) == "done"


@pytest.mark.parametrize("text", ["", "马", "139", "123456"])
def test_too_little_to_go_by_is_refused(text: str, store: Store) -> None:
    """One character or a few digits would find other people's calls."""
    with pytest.raises(StoreError):
        find_person(store, text)


@pytest.mark.usefixtures("person")
def test_no_erasure_without_a_reason(store: Store) -> None:
    """Nothing is touched."""
    call = planted(store)
    with pytest.raises(StoreError, match="依据"):
        erase(store, [call], [NAME], reason=" ")
    assert find_person(store, NAME) == [call]


@pytest.mark.usefixtures("person")
def test_each_kind_has_its_term_and_units_their_own(store: Store) -> None:
    """Past its time a kind is emptied, once; kinds without a term and units with a longer one keep theirs."""
    old, new = planted(store, "1795311000.1"), planted(store, "1795311000.2", start=MORNING + 20 * DAY)
    store.write("UPDATE calls SET unit = '乙局' WHERE id = ?", (new,))
    now = MORNING + 40 * DAY
    terms = Terms({"transcript": 30, "evidence": 0, "numbers": 10}, {"乙局": {"transcript": 5, "numbers": 365}})
    assert list_due(store, terms, "transcript", now=now) == [new, old]
    assert list_due(store, terms, "numbers", now=now) == [old]
    assert list_due(store, terms, "evidence", now=now) == []
    assert purge(store, "numbers", [old], now=now) == 1
    assert list_due(store, terms, "numbers", now=now) == []
    assert [calls.get_call(store, one).caller_number for one in (old, new)] == [None, NUMBER]
    assert transcripts.load_transcript(store, old) is not None


@pytest.mark.usefixtures("person")
def test_each_kind_is_emptied_apart(store: Store) -> None:
    """Emptying one kind leaves the words of the others; all of them together leave none but the caller's in names of files."""
    call = planted(store)
    for kind in KINDS:
        purge(store, kind, [call])
    compact(store)
    raw = b"".join(path.read_bytes() for path in store.path.parent.glob(f"{store.path.name}*"))
    assert [word for word in WORDS.values() if word.encode() in raw or json.dumps(word)[1:-1].encode() in raw] == []
    assert "说了（已删除），不妥" in {one.finding.reason for one in judgements.current_findings(store, call)}


def test_the_purge_by_hand_leaves_no_words(store: Store, person: int) -> None:
    """What an administrator confirms removes the words that findings quote and that people wrote, too."""
    call = planted(store)
    retention.remove_expired(store, [call])
    compact(store)
    raw = b"".join(path.read_bytes() for path in store.path.parent.glob(f"{store.path.name}*"))
    assert [word for word in WORDS.values() if word.encode() in raw or json.dumps(word)[1:-1].encode() in raw] == []
    assert draws.list_draws(store, viewer=users.get_user(store, person)) is not None
    assert calls.list_calls(store, CallFilter()).total == 1
