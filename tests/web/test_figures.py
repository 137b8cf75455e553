"""Every figure opens exactly the calls it counts, whatever is filtered, transferred or of the same name."""

from __future__ import annotations

import html
import re

import pytest

from tests.web.busy import fill
from tests.web.world import Visitor, World
from voice_agent.store import Store

EVER = "since=2026-01-01&until=2026-12-31"
LINK = re.compile(r'<a data-count="(\d+)" href="([^"]+)"')
COUNTED = re.compile(r'共 <span class="number">(\d+)</span> 通')


@pytest.fixture
def busy(world: World) -> World:
    """The small world with a busy month."""
    with Store.open(world.store) as store:
        fill(store)
    return world


def _listed(visitor: Visitor, address: str) -> int:
    page = visitor.get(html.unescape(address))
    assert page.status_code == 200, address
    found = COUNTED.search(page.text)
    return int(found[1]) if found else 0


@pytest.mark.parametrize("by", ["day", "clerk", "unit", "window", "hour", "month"])
@pytest.mark.parametrize("filtered", ["", "&unit=甲局", "&clerk=1001", "&place=1号窗口@乙局"])
def test_every_link_lists_what_its_figure_counts(by: str, filtered: str, busy: World) -> None:
    """All links of the page are opened and the length of each list compared with the figure that leads there."""
    with busy.visitor("supervisor") as visitor:
        page = visitor.get(f"/statistics?{EVER}&by={by}&least=1{filtered}").text
        links = set(LINK.findall(page))
        assert len(links) > 20
        wrong = [
            (number, address, found) for number, address in links if (found := _listed(visitor, address)) != int(number)
        ]
    assert wrong == []


def test_a_supervisor_of_one_unit_finds_the_same(busy: World) -> None:
    """Also for somebody who sees one unit only, calls that came to it by transfer included, and each can be opened."""
    with busy.visitor("supervisor_b") as visitor:
        page = visitor.get(f"/statistics?{EVER}&by=clerk&least=1").text
        wrong = [one for one in set(LINK.findall(page)) if _listed(visitor, one[1]) != int(one[0])]
        calls = set(re.findall(r'href="(/calls/\d+)"', visitor.get(f"/calls?{EVER}&rule=closing").text))
        assert calls
        assert [one for one in calls if visitor.get(one).status_code != 200] == []
    assert wrong == []


def test_windows_of_one_name_are_not_added_up(busy: World) -> None:
    """1号窗口 of two units is two lines with the unit's name, and the filter asks for a window of a unit."""
    with busy.visitor("supervisor") as visitor:
        page = visitor.get(f"/statistics?{EVER}&by=window&least=1").text
        lines = re.findall(r'<th scope="row"><a data-count="(\d+)" href="[^"]+">(.局 1号窗口)</a>', page)
        with Store.open(busy.store) as store:
            true = {
                f"{row['unit']} 1号窗口": row["number"]
                for row in store.rows(
                    "SELECT unit, count(*) AS number FROM calls WHERE window = '1号窗口' GROUP BY unit"
                )
            }
        assert {label: int(number) for number, label in lines} == true
        assert len(true) == 2
        assert "乙局 1号窗口</option>" in visitor.get("/calls").text


def test_the_queue_begins_with_what_is_serious_then_undecided_then_by_score(busy: World) -> None:
    """Probable serious faults first, then calls without a score, then the others, worst first; G follows the same order."""
    with Store.open(busy.store) as store:
        rows = store.rows(
            "SELECT call_id, id, urgency, score, verdict FROM calls WHERE flagged = 1 ORDER BY urgency, score, started"
        )
        assert {row["urgency"] for row in rows} == {0, 1, 2}
        assert all(row["score"] is None for row in rows if row["verdict"] == "needs_review")
        assert {row["verdict"] for row in rows if row["urgency"] == 1} == {"needs_review"}
        assert (
            store.value(
                "SELECT count(*) FROM calls WHERE verdict <> 'needs_review' AND score IS NULL AND coverage = 'monitored'"
            )
            == 0
        )
    with busy.visitor("reviewer") as visitor:
        page = visitor.get("/queue").text
        assert re.findall(r'<th scope="row"><a href="/calls/(\d+)', page) == [str(row["id"]) for row in rows[:50]]
        assert "未定" in page
        assert visitor.post("/queue/next").headers["location"] == f"/calls/{rows[0]['id']}"


def test_sorted_by_score_what_has_none_comes_last(busy: World) -> None:
    """Whichever way a list is sorted by score, undecided calls stand at its end."""
    with busy.visitor("supervisor") as visitor:
        for order in ("asc", "desc"):
            page = visitor.get(f"/calls?coverage=monitored&sort=score&order={order}").text
            cells = re.findall(r'class="right score">(?:<span class="quiet small">)?([^<]+)<', page)
            assert "未定" in cells
            assert cells.index("未定") > max(place for place, cell in enumerate(cells) if cell != "未定")
