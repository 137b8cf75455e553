"""The pages of drafts: written by one administrator, tried, released by another."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.web.world import Visitor, World
from voice_agent.store import Store
from voice_agent.store.people import users

RULES = '[[rule]]\nid = "greeting"\npoints = 7\n'


@pytest.fixture
def pair(world: World) -> World:
    """A world with a second administrator."""
    with Store.open(world.store) as store:
        second = users.add_user(store, "admin2", name="乙管", role="admin", password_hash="x", must_change=False)
    return replace(world, people={**world.people, "admin2": second})


def draft(visitor: Visitor, rules: str = RULES) -> str:
    form = {"version": "试-1", "effective": "2026-11-01", "note": "扣分改为七分", "rules.toml": rules, "acts.toml": ""}
    return str(visitor.post("/phrasebook/drafts", **form).headers.get("location", ""))


def test_a_draft_is_tried_and_its_report_shown(pair: World) -> None:
    """The back-test runs beside the pages, its state is told as JSON, and the page then has the report and what differs."""
    with pair.visitor("admin") as visitor:
        where = draft(visitor)
        assert "+points = 7" in visitor.get(where).text
        assert visitor.post(f"{where}/backtest", sample="1").status_code == 303
        deadline = time.monotonic() + 240
        while visitor.get(f"{where}/backtest").json()["state"] == "running":
            assert time.monotonic() < deadline
            time.sleep(0.2)
        page = visitor.get(where).text
        assert "回测结果：试了 1 通" in page
        assert "须由另一位管理员发布" in page
        assert visitor.post(f"{where}/release", effective="2099-01-01").status_code == 403
    with pair.visitor("admin2") as visitor:
        assert "为什么现在就发布" not in visitor.get(where).text
        assert visitor.post(f"{where}/release", effective="2099-01-01", unit="甲局").status_code == 303
        page = visitor.get("/phrasebook/drafts").text
        assert "2099-01-01" in page
        assert "回测 1" in page
        assert visitor.post("/phrasebook/releases/1/revoke").status_code == 303
        assert "已撤销" in visitor.get("/phrasebook/drafts").text


def test_a_draft_that_is_wrong_is_refused_with_its_place(pair: World) -> None:
    """The answer names file and field, and nothing is kept."""
    with pair.visitor("admin") as visitor:
        answer = visitor.post(
            "/phrasebook/drafts",
            version="试",
            effective="2026-11-01",
            **{"rules.toml": '[[rule]]\nid = "greeting"\npoints = "x"\n'},
        )
        assert answer.status_code == 400
        assert "rules.toml" in answer.text
        assert "还没有草稿" in visitor.get("/phrasebook/drafts").text


def test_a_release_for_today_is_the_book_of_the_page(pair: World) -> None:
    """Released without a back-test it asks why; from today on the book page shows it."""
    with pair.visitor("admin") as visitor:
        where = draft(visitor)
    with Store.open(pair.store) as store:
        today = store.value("SELECT date('now', '+8 hours')")
    with pair.visitor("admin2") as visitor:
        assert visitor.post(f"{where}/release", effective=today).status_code == 400
        assert visitor.post(f"{where}/release", effective=today, reason="通报要求").status_code == 303
        assert "试-1" in visitor.get("/phrasebook").text
