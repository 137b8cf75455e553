"""Drafts and releases of the phrase book: two people, a proof or a reason, a day and a unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from phrasebook.book import load_book
from tests.store import makers
from voice_agent.errors import AccessError, StoreError
from voice_agent.in_force import book_of, book_of_call, book_on
from voice_agent.store import Store
from voice_agent.store.books.backtests import save_backtest
from voice_agent.store.books.drafts import get_draft, save_draft
from voice_agent.store.books.releases import list_releases, release_draft, revoke_release
from voice_agent.store.people import users
from voice_agent.store.people.directory import Unit, save_units

OWN = load_book()
DAY = date(2026, 11, 22)
LATER = DAY + timedelta(days=3)


@pytest.fixture
def people(store: Store) -> Mapping[str, int]:
    save_units(store, [Unit("社保局"), Unit("医保中心")])
    return {name: users.add_user(store, name, name=name, role="admin", password_hash="x") for name in ("one", "two")}


def drafted(store: Store, user: int, version: str = "市局-2") -> int:
    files = {"book.toml": f'version = "{version}"\neffective = 2026-11-01\n'}
    book = book_of(files)
    return save_draft(
        store, files, version=book.version, effective=book.effective, digest=book.digest, note="", user=user
    )


def test_who_drafts_does_not_release(store: Store, people: Mapping[str, int]) -> None:
    """A draft needs a second person, whatever else it has."""
    draft = drafted(store, people["one"])
    with pytest.raises(AccessError, match="另一位"):
        release_draft(store, draft, people["one"], effective=DAY, reason="急", now=makers.MORNING)
    assert list_releases(store) == []


def test_without_a_back_test_a_reason_is_asked_for_and_kept(store: Store, people: Mapping[str, int]) -> None:
    """No proof and no reason is no release; the reason stands in the audit log; a stopped back-test is no proof, a whole one is."""
    draft = drafted(store, people["one"])
    with pytest.raises(StoreError, match="回测"):
        release_draft(store, draft, people["two"], effective=DAY, now=makers.MORNING)
    save_backtest(store, get_draft(store, draft).digest, OWN.digest, {"calls": 1, "whole": False}, user=None)
    with pytest.raises(StoreError, match="理由"):
        release_draft(store, draft, people["two"], effective=DAY, reason=" ", now=makers.MORNING)
    release_draft(store, draft, people["two"], effective=DAY, reason="通报要求当天施行", now=makers.MORNING)
    assert "通报要求当天施行" in store.value("SELECT detail FROM audit WHERE action = 'release_book'")
    save_backtest(store, get_draft(store, draft).digest, OWN.digest, {"calls": 1, "whole": True}, user=None)
    release_draft(store, draft, people["two"], effective=DAY, now=makers.MORNING)
    assert list_releases(store)[0].backtest is not None


def test_a_call_is_judged_by_the_book_of_its_day_and_unit(store: Store, people: Mapping[str, int]) -> None:
    """Before the day the site's own files hold, from it on the release; a unit's own release holds for that unit alone."""
    release_draft(store, drafted(store, people["one"]), people["two"], effective=LATER, reason="试", now=makers.MORNING)
    own = drafted(store, people["one"], "医保-1")
    release_draft(store, own, people["two"], effective=LATER, unit="医保中心", reason="试", now=makers.MORNING)
    assert book_on(store, DAY.isoformat(), "社保局", OWN) is OWN
    assert book_on(store, LATER.isoformat(), "社保局", OWN).version.endswith("市局-2")
    assert book_on(store, LATER.isoformat(), "医保中心", OWN).version.endswith("医保-1")
    call = makers.judged_call(store, "a", start=makers.MORNING + 5 * makers.DAY)
    assert book_of_call(store, call, OWN).version.endswith("市局-2")


def test_a_release_can_be_taken_back_and_none_reaches_into_the_past(store: Store, people: Mapping[str, int]) -> None:
    """Revoked, what was in force before holds again; a day that is over or a unit that is none is refused."""
    draft = drafted(store, people["one"])
    for wrong in ({"effective": DAY - timedelta(days=1)}, {"effective": DAY, "unit": "没有"}):
        with pytest.raises(StoreError):
            release_draft(store, draft, people["two"], reason="试", now=makers.MORNING, **wrong)  # type: ignore[arg-type]
    number = release_draft(store, draft, people["two"], effective=DAY, reason="试", now=makers.MORNING)
    revoke_release(store, number, people["one"])
    assert book_on(store, DAY.isoformat(), "", OWN) is OWN
    assert list_releases(store)[0].revoked_at is not None
