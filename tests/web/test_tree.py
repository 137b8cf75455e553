"""The hierarchy on the pages: who sees a subtree sees nothing else, and figures are drilled down level by level."""

from __future__ import annotations

import re

import pytest

from tests.web.busy import fill
from tests.web.test_figures import COUNTED, LINK
from tests.web.world import World
from voice_agent.store import Store
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.people import tree
from voice_agent.store.reviews import draws

EVER = "since=2026-01-01&until=2026-12-31"


@pytest.fixture
def planted(world: World) -> World:
    """甲局 under 银川, 乙局 under 石嘴山; reviewer and supervisor of 乙局 see 石嘴山 instead."""
    with Store.open(world.store) as store:
        fill(store)
        tree.import_tree(
            store,
            "代码,名称,上级代码,级别\n64,自治区,,自治区\n6401,银川市,64,市\n6402,石嘴山市,64,市\n,甲局,6401,单位\n,乙局,6402,单位",
        )
        store.write("UPDATE users SET unit = '', node = '6402' WHERE username IN ('reviewer_b', 'supervisor_b')")
    return world


def test_a_subtree_is_all_that_somebody_of_it_sees(planted: World) -> None:
    """Lists, figures, files, objections, draws and single calls of another subtree do not exist, whatever the address asks."""
    with planted.visitor("supervisor_b") as visitor:
        for path in ("/calls", "/calls.csv", "/statistics", "/statistics.csv"):
            for asked in ("", "&unit=甲局", "&node=6401", "&node=64", "&place=1号窗口@甲局"):
                page = visitor.get(f"{path}?{EVER}{asked}")
                assert page.status_code == 200
                assert "call-1" not in page.text, (path, asked)
        assert "call-2" in visitor.get(f"/calls?{EVER}").text
        assert visitor.get(f"/calls/{planted.call}").status_code == 404
        assert visitor.get(f"/calls/{planted.other}").status_code == 200
        assert "call-1" not in visitor.get("/objections?state=all").text
        assert visitor.get("/report?month=2026-11&unit=甲局").status_code == 404
        assert "银川" not in visitor.get("/report?month=2026-11&node=6401").text
    with planted.visitor("reviewer_b") as visitor:
        assert visitor.get(f"/draws/{planted.draw}").status_code == 404
        assert visitor.post(f"/calls/{planted.call}/claim").status_code == 404


def test_a_draw_of_a_subtree_belongs_to_it(planted: World) -> None:
    """What somebody of a subtree draws is from it, is seen there, and goes to reviewers who may open it."""
    with planted.visitor("supervisor_b") as visitor:
        people = planted.people
        form = {f"assignee_{people[name]}": "1" for name in ("reviewer_b", "reviewer")}
        where = visitor.post("/draws", number="4", per="all", node="6401", **form).headers["location"]
        page = visitor.get(where).text
        assert "石嘴山市" in page
    with Store.open(planted.store) as store:
        drawn = draws.get_draw(store, int(where.rpartition("/")[2]))
        assert drawn.chosen == CallFilter(node="6402")
        units = store.rows(f"SELECT DISTINCT unit FROM calls WHERE id IN ({', '.join(map(str, drawn.calls))})")  # noqa: S608 - numbers
        assert {row["unit"] for row in units} == {"乙局"}
    with planted.visitor("reviewer_b") as visitor:
        assert visitor.get(where).status_code == 200


def test_figures_are_drilled_down_and_every_link_counts(planted: World) -> None:
    """From the top through a node to its units: each line's links list exactly what it counts, siblings stand side by side."""
    with planted.visitor("supervisor") as visitor:
        top = visitor.get(f"/statistics?{EVER}&by=node&least=1").text
        assert "自治区</a>" in top
        page = visitor.get(f"/statistics?{EVER}&by=node&least=1&node=64").text
        assert re.search(r"by=node[^>]*>银川市</a>|>银川市</a>", page)
        assert ">石嘴山市</a>" in page
        for address in (f"/statistics?{EVER}&by=node&least=1&node=64", f"/statistics?{EVER}&by=node&least=1&node=6401"):
            for number, link in set(LINK.findall(visitor.get(address).text)):
                found = COUNTED.search(visitor.get(link.replace("&amp;", "&")).text)
                assert found, link
                assert found[1] == number, link


def test_the_tree_and_the_roster_are_edited_on_the_page(world: World) -> None:
    """Nodes, units, clerks: saved, shown, refused with words; a user can be limited to a node."""
    with world.visitor("admin") as visitor:
        assert visitor.post("/units/nodes", code="64", name="自治区", level="自治区").status_code == 303
        assert visitor.post("/units/nodes", code="6401", name="银川市", level="市", parent="64").status_code == 303
        assert visitor.post("/units/nodes", code="64", name="自治区", parent="6401").status_code == 400
        assert visitor.post("/units", name="甲局", node="6401").status_code == 303
        page = visitor.get("/units").text
        assert page.index("自治区</strong>") < page.index("银川市</strong>") < page.index(">甲局<")
        assert "6401" in visitor.get("/units.csv").text
        assert visitor.post("/units/import", text="nonsense").status_code == 400
        assert visitor.post("/roster", job_number="7001", name="新人", unit="甲局", window="3号窗口").status_code == 303
        assert "新人" in visitor.get("/roster").text
        assert visitor.post("/roster/end", job_number="7001").status_code == 303
        assert visitor.post("/roster", job_number="70 01", name="x", unit="甲局").status_code == 400
        answer = visitor.post(
            "/users", username="city", name="市主管", role="supervisor", node="6401", password="一只白鹭飞过黄河大桥"
        )
        assert answer.status_code == 303
        assert "银川市" in visitor.get("/users").text
        assert (
            visitor.post(
                "/users", username="none", name="x", role="supervisor", node="99", password="一只白鹭飞过黄河大桥"
            ).status_code
            == 404
        )
        assert "在岗记录" in visitor.get("/audit").text
