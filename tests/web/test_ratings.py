"""The page of ratings: every figure opens the calls it counts, a low rating is followed up, a clerk sees the own ones only."""

from __future__ import annotations

import html

import pytest

from ami_bridge.events import Rated
from tests.web.busy import fill
from tests.web.test_figures import COUNTED, LINK
from tests.web.world import World
from voice_agent.store import Store
from voice_agent.store.calls.calls import each_call
from voice_agent.store.reviews.ratings import Scale, save_rating

EVER = "since=2026-01-01&until=2026-12-31"


@pytest.fixture
def rated(world: World) -> World:
    """The small world, busy, in which every second call was rated."""
    with Store.open(world.store) as store:
        fill(store)
        for place, call in enumerate(list(each_call(store))):
            if call.answered is not None and place % 2:
                save_rating(
                    store, Rated(call.call_id, call.call_id, call.ended, str(1 + place // 2 % 6), "variable"), Scale()
                )
    return world


@pytest.mark.parametrize("by", ["unit", "window", "clerk"])
@pytest.mark.parametrize("username", ["supervisor", "supervisor_b", "reviewer"])
def test_every_figure_opens_its_calls(by: str, username: str, rated: World) -> None:
    """Rated, satisfied and low calls, after transfers too, also for somebody who sees one unit only."""
    with rated.visitor(username) as visitor:
        links = set(LINK.findall(visitor.get(f"/ratings?{EVER}&by={by}").text))
        assert len(links) >= 3
        for number, address in links:
            found = COUNTED.search(visitor.get(html.unescape(address)).text)
            assert found, address
            assert found[1] == number, address


def test_the_statistics_name_them_too(rated: World) -> None:
    """The same figures stand on the page of statistics and lead to the same calls."""
    with rated.visitor("supervisor") as visitor:
        page = visitor.get(f"/statistics?{EVER}").text
        links = [one for one in LINK.findall(page) if "rating=" in one[1]]
        assert len(links) == 3
        for number, address in links:
            found = COUNTED.search(visitor.get(html.unescape(address)).text)
            assert found
            assert found[1] == number


def test_a_clerk_sees_the_own_ratings(rated: World) -> None:
    """Own figures and follow-ups, nobody else's; a clerk closes nothing."""
    with rated.visitor("staff") as visitor:
        page = visitor.get(f"/ratings?{EVER}&state=all&clerk=1002").text
        assert "1002" not in page.split("筛选")[-1]
        assert "我的评价" in page
        assert "/outcome" not in page
        for number, address in set(LINK.findall(page)):
            found = COUNTED.search(visitor.get(html.unescape(address)).text)
            assert found
            assert found[1] == number


def test_a_low_rating_from_the_call_to_the_outcome(world: World) -> None:
    """It is shown with the call, given to somebody, closed with words, and then no longer waits."""
    with Store.open(world.store) as store:
        save_rating(store, Rated("call-1", "call-1", 1.0, "5", "event"), Scale())
    with world.visitor("reviewer") as visitor:
        assert "非常不满意" in visitor.get(f"/calls/{world.call}").text
        assert (
            visitor.post("/ratings/1/assignee", assignee=str(world.people["staff"]), due="2099-01-01").status_code
            == 400
        )
        assert visitor.post("/ratings/1/assignee", assignee=str(world.people["second"]), due="").status_code == 400
        assert (
            visitor.post("/ratings/1/assignee", assignee=str(world.people["second"]), due="2099-01-01").status_code
            == 303
        )
        assert "2099-01-01" in visitor.get("/ratings").text
        assert visitor.post("/ratings/1/outcome", outcome="founded", text=" ").status_code == 400
        assert visitor.post("/ratings/1/outcome", outcome="founded", text="打电话道歉 13812345678").status_code == 303
        closed = visitor.get("/ratings?state=closed").text
        assert "打电话道歉" in closed
        assert "13812345678" not in closed
        assert "没有待办结的回访" in visitor.get("/ratings").text
