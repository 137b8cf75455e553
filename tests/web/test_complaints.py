"""Complaints from registration to outcome, only about what one sees; the windows to look at, with their figures and a draw in one click."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.web.busy import fill
from tests.web.test_figures import COUNTED, LINK
from tests.web.world import NUMBER, World
from voice_agent.errors import StoreError
from voice_agent.store import Store
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.reviews import complaints, draws
from voice_agent.store.reviews.complaints import ComplaintFilter, Filed
from voice_agent.store.statistics import watch

TODAY, DUE = date(2026, 11, 22), date(2026, 12, 11)
EVER = "since=2026-01-01&until=2026-12-31"
FORM = {"received": "2026-11-20", "source": "网络", "due": "2099-01-01"}


def test_a_complaint_goes_from_registration_to_outcome(world: World) -> None:
    """A call gives clerk, unit and window; numbers are masked; the supervisor closes it once, with an answer."""
    with world.visitor("reviewer") as visitor:
        assert (
            visitor.post("/complaints", text=f"态度不好，我的电话 {NUMBER}", call="call-1", **FORM).status_code == 303
        )
        page = visitor.get("/complaints").text
        assert "甲局 1号窗口" in page
        assert "态度不好" in page
        assert NUMBER not in page
        assert "/outcome" not in page
    with world.visitor("supervisor") as visitor:
        assert visitor.post("/complaints/1/outcome", outcome="founded", answer=" ").status_code == 400
        assert visitor.post("/complaints/1/outcome", outcome="founded", answer="已谈话").status_code == 303
        assert visitor.post("/complaints/1/outcome", outcome="founded", answer="再来").status_code == 400
        closed = visitor.get("/complaints?state=closed").text
        assert "已谈话" in closed
        assert "属实" in closed
        assert "没有待办结的投诉" in visitor.get("/complaints").text


def test_nobody_complains_or_reads_beyond_his_part(world: World) -> None:
    """Somebody of one unit registers, imports, sees and closes nothing about another."""
    with world.visitor("supervisor") as visitor:
        assert visitor.post("/complaints", text="慢", call="call-1", **FORM).status_code == 303
    lines = "收到日期,来源,单位,窗口,工号,通话,内容,办结期限\n2026-11-01,网络,{},,,,慢,2099-01-01"
    with world.visitor("supervisor_b") as visitor:
        assert "call-1" not in visitor.get("/complaints?state=all").text
        assert visitor.post("/complaints", text="x", call="call-1", **FORM).status_code == 404
        assert visitor.post("/complaints", text="x", unit="甲局", **FORM).status_code == 404
        assert visitor.post("/complaints/1/outcome", outcome="founded", answer="x").status_code == 404
        assert visitor.post("/complaints/import", text=lines.format("甲局")).status_code == 404
        assert visitor.post("/complaints/import", text=lines.format("乙局")).status_code == 303
    with Store.open(world.store) as store:
        assert [one.unit for one in complaints.list_complaints(store, ComplaintFilter())] == ["甲局", "乙局"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": " "}, "内容"), ({"source": "梦"}, "来源"), ({"received": date(2026, 12, 1)}, "晚于今天"), ({"due": date(2026, 1, 1)}, "早于收到"),
        ({"unit": "", "call": ""}, "单位"), ({"call": "none"}, "none"),
    ],
)  # fmt: skip
def test_a_complaint_that_is_none_is_refused(change: dict[str, object], said: str, world: World) -> None:
    """Each field that makes no sense is named."""
    whole = {"received": TODAY, "source": "网络", "text": "慢", "due": DUE, "unit": "甲局"} | change
    with Store.open(world.store) as store, pytest.raises(StoreError, match=said):
        complaints.file_complaint(store, Filed(**whole), world.people["reviewer"], today=TODAY)  # type: ignore[arg-type]


def test_a_wrong_line_imports_nothing(world: World) -> None:
    """The line is named, and the right ones before it are not kept."""
    text = "收到日期,来源,单位,窗口,工号,通话,内容,办结期限\n2026-11-01,网络,甲局,,,,慢,2026-12-01\n1.11.2026,网络,甲局,,,,慢,2026-12-01"
    with world.visitor("supervisor") as visitor:
        answer = visitor.post("/complaints/import", text=text)
    assert answer.status_code == 400
    assert "第 3 行：日期应写作" in answer.text
    with Store.open(world.store) as store:
        assert complaints.count_complaints(store, ComplaintFilter()) == 0


def test_windows_are_watched_for_reasons_that_are_told(world: World) -> None:
    """Complaints, a compliance below the mean, many calls: each is a reason; a groundless complaint is none."""
    with Store.open(world.store) as store:
        fill(store, 80)
        for window, outcome in (("2号窗口", "unfounded"), ("1号窗口", "founded")):
            filed = Filed(TODAY, "网络", "慢", DUE, unit="乙局", window=window)
            number = complaints.file_complaint(store, filed, world.people["reviewer"], today=TODAY)
            complaints.close_complaint(store, number, world.people["supervisor"], outcome, "查过")  # type: ignore[arg-type]
        found = {(one.unit, one.window): one for one in watch.watched(store, CallFilter())}
    assert found["乙局", "1号窗口"].complaints == 1
    assert all(one.complaints == 0 for key, one in found.items() if key != ("乙局", "1号窗口"))
    assert sum(one.busy for one in found.values()) == 1
    assert all(1 <= one.weight <= 3 for one in found.values())


def test_a_watched_window_is_drawn_from_with_one_click(world: World) -> None:
    """Its figures open its calls, and the form makes a draw of that window of that unit, larger with more reasons."""
    with Store.open(world.store) as store:
        fill(store, 80)
    with world.visitor("supervisor") as visitor:
        page = visitor.get(f"/watch?{EVER}").text
        for number, link in set(LINK.findall(page)):
            found = COUNTED.search(visitor.get(link.replace("&amp;", "&")).text)
            assert found, link
            assert found[1] == number, link
        forms = [
            dict(
                re.findall(
                    r'<input type="(?:hidden|number)" name="(\w+)"[^>]* value="([^"]*)"', part.split("</form>")[0]
                )
            )
            for part in page.split('action="/draws"')[1:]
        ]
        form = next(one for one in forms if "place" in one)
        form.pop("csrf")
        where = visitor.post("/draws", **form).headers["location"]
        assert "重点督查" in visitor.get(where).text
        weighted = next(one for one in forms if one["per"] == "weighted")
        weighted.pop("csrf")
        heavy = visitor.post("/draws", **weighted).headers["location"]
        assert "按重点督查加权" in visitor.get(heavy).text
    with Store.open(world.store) as store:
        drawn = draws.get_draw(store, int(where.rpartition("/")[2]))
    window, _, unit = form["place"].rpartition("@")
    assert (drawn.chosen.window, drawn.chosen.unit) == (window, unit)
    assert drawn.number == int(form["number"]) >= 5
    with Store.open(world.store) as store:
        strata = {one.name: one for one in draws.strata_of(store, int(heavy.rpartition("/")[2]))}
        reasons = {f"{one.unit}\x1f{one.window}": one.weight for one in watch.watched(store, _period())}
    assert {name: one.weight for name, one in strata.items()} == {name: 1.0 + reasons.get(name, 0) for name in strata}
    assert sum(one.drawn for one in strata.values()) == min(
        int(weighted["number"]), sum(one.population for one in strata.values())
    )


def _period() -> CallFilter:
    return CallFilter(since=date(2026, 1, 1), until=date(2026, 12, 31))
