"""Which of the forty phrases are said and by whom, and finding what was said: every figure opens its calls, nothing of others shows."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest

from phrasebook.book import load_book
from tests.store.makers import DAY, MORNING, judged_call, transcript
from tests.web.test_figures import COUNTED, LINK
from tests.web.world import NUMBER, World
from voice_agent.reporting.phrase_reading import read_new, uses_of
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import transcripts
from voice_agent.store.statistics import phrase_uses

EVER = "since=2026-01-01&until=2026-12-31"
HOLD, THANKS = "请稍候，我查询一下", "不用谢，这是我应该做的，再见"


@pytest.fixture
def spoken(world: World) -> World:
    """Six calls with mandated phrases: clerk 1001 says both in each, 1002 one in every second."""
    with Store.open(world.store) as store:
        for n in range(6):
            clerk = "1001" if n < 3 else "1002"
            said = [("caller", HOLD), ("agent", f"您好{n}")]
            said += (
                [("agent", HOLD), ("agent", HOLD), ("agent", THANKS)] if n < 3 else [("agent", THANKS)] if n % 2 else []
            )
            call = judged_call(store, f"said-{n}", start=MORNING - n * DAY, clerk=clerk)
            transcripts.save_transcript(store, call, replace(transcript(*said), call_id=f"said-{n}"))
    return world


def test_only_the_clerk_says_a_phrase() -> None:
    """The caller's words never count; in one sentence a phrase counts once, in several as often."""
    book = load_book()
    found = uses_of(transcript(("caller", THANKS), ("agent", HOLD), ("agent", HOLD)), book)
    assert found["T05"] == 2
    assert "T10" not in found


def test_counts_follow_a_new_transcript_and_a_new_book(spoken: World) -> None:
    """Each call is read once; when it is heard anew or the book changes it is read again and replaced."""
    book = load_book()
    with Store.open(spoken.store) as store:
        assert read_new(store, book) == 8
        assert read_new(store, book) == 0
        before = {one.phrase: (one.calls, one.times, one.clerks) for one in phrase_uses.phrase_uses(store)}
        assert before["T05"] == (3, 6, 1)
        assert before["T10"] == (5, 5, 2)
        call = store.value("SELECT id FROM calls WHERE call_id = 'said-0'")
        transcripts.save_transcript(store, call, transcript(("agent", "您好")))
        assert read_new(store, book) == 1
        assert phrase_uses.phrase_uses(store, CallFilter(phrase="T05"))[0].calls >= 2
        assert {one.phrase: one.calls for one in phrase_uses.phrase_uses(store)}["T05"] == 2
        assert read_new(store, replace(book, digest="another")) == 8


def test_the_page_reads_new_calls_by_itself_and_its_figures_open_their_calls(spoken: World) -> None:
    """Opening the page starts the reading; afterwards each figure lists exactly its calls, by phrase, clerk and unit."""
    with spoken.visitor("supervisor") as visitor:
        assert "正在后台统计" in visitor.get(f"/phrases?{EVER}").text
        deadline = time.monotonic() + 20
        while visitor.get("/phrases/left").json()["left"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        for more in ("", "&phrase=T10", "&phrase=T10&by=unit", "&phrase=T05&unit=甲局"):
            page = visitor.get(f"/phrases?{EVER}{more}").text
            assert page.count('class="book-text"') == 40
            links = set(LINK.findall(page))
            assert links
            for number, link in links:
                found = COUNTED.search(visitor.get(link.replace("&amp;", "&")).text)
                assert found, link
                assert found[1] == number, link
        who = visitor.get(f"/phrases?{EVER}&phrase=T10").text
        assert re.search(r'1001</span></th><td class="right number">4</td>.*?>3</a>.*?75\.0%', who, re.DOTALL)


def test_a_search_leads_to_the_second(spoken: World) -> None:
    """The sentence is shown with what matched marked, and the link names call and second; the side can be chosen."""
    with spoken.visitor("reviewer") as visitor:
        page = visitor.get("/search?q=查询一下&side=agent").text
        assert "<mark>查询一下</mark>" in page
        assert re.search(r'href="/calls/\d+\?at=4\.0"', page)
        assert page.count("/calls/") >= 3
        assert "没有人说过" in visitor.get("/search?q=养老认证").text
        assert visitor.get("/search").status_code == 200
        assert NUMBER not in visitor.get("/search?q=我的电话是").text
        assert "一三八幺二" not in visitor.get("/search?q=我的电话是").text


def test_a_search_finds_nothing_of_others(spoken: World) -> None:
    """Staff find their own calls, somebody of a unit that unit's, whatever the address asks for."""
    with spoken.visitor("stranger") as visitor:
        page = visitor.get("/search?q=应该做的&clerk=1001&unit=甲局").text
        assert set(re.findall(r">(said-\d)<", page)) == {"said-3", "said-5"}
    with spoken.visitor("reviewer_b") as visitor:
        page = visitor.get("/search?q=应该做的&unit=甲局").text
        assert set(re.findall(r">(said-\d)<", page)) == {"said-3", "said-5"}
