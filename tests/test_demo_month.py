"""The month of ``serve --demo``: believable, complete, the same every time, and judged as its words deserve."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from phrasebook.book import load_book
from phrasebook.model import PhraseBook
from tests.web.serving import site_for
from voice_agent.demo.days import call_of, month_before, presence_of, talks_of
from voice_agent.demo.follow import work_through
from voice_agent.demo.month import make_month
from voice_agent.demo.scenes import Scenes
from voice_agent.demo.staff import workers
from voice_agent.pipeline import judge_transcript
from voice_agent.store import CallFilter, Store
from voice_agent.store.people.directory import Clerk, list_clerks
from voice_agent.store.people.tree import list_nodes
from voice_agent.store.reviews import draw_work, draws
from voice_agent.store.statistics import statistics
from voice_agent.values import Agent, CallContext
from voice_agent.web.demo import add_people

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 8, tzinfo=ZONE).timestamp()


@pytest.fixture(scope="module")
def book() -> PhraseBook:
    return load_book()


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory, book: PhraseBook) -> Iterator[Store]:
    """The month before 30 November 2026, worked through."""
    with Store.open(tmp_path_factory.mktemp("month") / "demo.db") as store:
        make_month(store, book, now=NOW)
        add_people(store, Clerk("5308", "张磊"))
        work_through(store, TODAY)
        yield store


def test_it_is_a_believable_month(month: Store) -> None:
    """Four levels, some forty clerks, a thousand calls; careful clerks stand far above careless ones; a little of everything went wrong."""
    assert {node.depth for node in list_nodes(month)} == {0, 1, 2}  # the units are the fourth level
    assert 38 <= len(list_clerks(month)) <= 48
    whole = statistics.total(month)
    assert 800 < whole.calls < 1400
    assert whole.pending == 0
    assert min(whole.unanswered, whole.gap, whole.no_recording, whole.needs_review, whole.late_answers) > 0
    rates = [
        line.counts.compliance or 0.0
        for line in statistics.call_lines(month, CallFilter(), "clerk")
        if line.counts.monitored >= 20
    ]
    assert len(rates) >= 20
    assert max(rates) - min(rates) > 0.25
    assert month.value("SELECT count(DISTINCT day) FROM calls") >= 20


def test_everything_an_institution_does_is_in_it(month: Store) -> None:
    """Draws, objections, appeals, measures, complaints, ratings and follow-ups stand in every state there is."""

    def states(sql: str) -> set[str]:
        return {row[0] for row in month.rows(sql)}

    assert states("SELECT DISTINCT state FROM objections") == {"open", "upheld", "rejected"}
    assert states("SELECT DISTINCT state FROM appeals") == {"open"}
    assert states("SELECT DISTINCT state FROM rectifications") == {"open", "submitted", "accepted"}
    assert (
        month.value("SELECT count(*) FROM rectifications WHERE state = 'open' AND due < ?", (TODAY.isoformat(),)) == 1
    )
    assert states("SELECT DISTINCT outcome FROM complaints") == {"", "founded", "partly", "unfounded"}
    assert states("SELECT DISTINCT state FROM heard_complaints") == {"proposed", "accepted", "dismissed"}
    assert states("SELECT DISTINCT outcome FROM follow_ups") >= {"", "founded", "unfounded"}
    assert month.value("SELECT count(*) FROM ratings") > 200
    assert states("SELECT DISTINCT state FROM presence") >= {"watched", "free", "paused", "talking", "ringing"}
    done = {one.id: draw_work.progress(month, [one.id])[one.id] for one in draws.list_draws(month)}
    assert sorted(number == of for number, of in done.values()) == [False, True]


def test_the_bundled_calls_can_be_heard(month: Store) -> None:
    """All of them are among the month's calls, on working days, with their sound."""
    rows = month.rows(
        "SELECT c.call_id, l.path, strftime('%w', c.day) AS weekday FROM calls c JOIN legs l ON l.call = c.id"
    )
    assert len({row["call_id"] for row in rows}) == 24
    assert {row["weekday"] for row in rows} <= set("12345")
    assert all(Path(row["path"]).is_file() for row in rows)


def test_chance_is_always_the_same(book: PhraseBook) -> None:
    """The same day gives the same calls, dialogues and presence, whoever opens it."""
    team = workers([Clerk("1086", "王芳", "银川市社保中心")])
    scenes = Scenes(book)

    def made() -> list[object]:
        chance = random.Random("x")
        day = month_before(TODAY)[10]
        talks = talks_of(day, team, chance, ZONE)
        calls = [call_of(talk, place, answered=True) for place, talk in enumerate(talks)]
        return [*calls, *presence_of(day, team[0], talks[:1], chance, ZONE), scenes.choose(0.6, chance)]

    assert made() == made()


def test_judgements_are_those_of_the_clerks_own_words(book: PhraseBook) -> None:
    """A dialogue judged once with a stand-in number says of every clerk what judging that clerk's own words would say."""
    scenes, chance = Scenes(book), random.Random("y")
    for number in ("1086", "6445", "0510", "7016"):
        parts = scenes.choose(0.5, chance)
        said, told = scenes.told(parts, "c", Agent(number))
        again = judge_transcript(said, book, CallContext(hung_up_by="caller")).judgement
        assert [(one.rule, one.status) for one in again.findings] == [(one.rule, one.status) for one in told.findings]
        heard = [
            [part.text for one in found.findings if one.rule == "job_number" for part in one.evidence]
            for found in (again, told)
        ]
        assert heard[0] == heard[1]


def test_every_page_opens_on_it(month: Store, book: PhraseBook) -> None:
    """Each role's pages are there, on the month itself."""
    from starlette.testclient import TestClient  # noqa: PLC0415 - only this test needs a client

    from voice_agent.store.people.sessions import open_session  # noqa: PLC0415
    from voice_agent.web.app import create_app  # noqa: PLC0415
    from voice_agent.web.doors.auth import cookie_name  # noqa: PLC0415

    people = {row["username"]: row["id"] for row in month.rows("SELECT id, username FROM users")}
    paths = {
        "zhuguan": ("/statistics", "/ratings?by=clerk", "/windows", "/ledger", "/complaints", "/watch", "/rectifications", "/draws", "/objections?state=all", "/report"),
        "zhijian1": ("/queue", "/ratings", "/windows?unit=金凤区社保中心", "/ledger", "/complaints", "/draws"),
        "zuoxi": ("/mine", "/ratings", "/ledger", "/rectifications", "/objections"),
    }  # fmt: skip
    with TestClient(create_app(site_for(month.path, book)), base_url="http://127.0.0.1") as client:
        for username, addresses in paths.items():
            token, _ = open_session(month, people[username], 3600)
            client.cookies.set(cookie_name(secure=False), token, domain="127.0.0.1")
            assert {path: client.get(path).status_code for path in addresses} == dict.fromkeys(addresses, 200)
