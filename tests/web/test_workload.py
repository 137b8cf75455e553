"""The pages around the daily work: due dates, charges, batches, kept filters, periods by name, the audit log as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import openpyxl
import pytest

from tests.web.busy import fill
from tests.web.test_figures import COUNTED, LINK
from tests.web.world import World
from voice_agent.store import Store
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.people.audit import AuditFilter, list_acts
from voice_agent.store.people.charges import Charge, charges_of, set_charges
from voice_agent.store.people.users import get_user
from voice_agent.store.reviews.bulk import batch
from voice_agent.web.figures.presets import presets


@pytest.fixture
def busy(world: World) -> World:
    """The small world with a busy month, its reviewer responsible for 甲局."""
    with Store.open(world.store) as store:
        fill(store, 120)
        set_charges(store, world.people["reviewer"], [Charge("unit", "甲局")], 20)
    return world


def test_every_figure_of_the_workload_lists_what_it_counts(busy: World) -> None:
    """Waiting and overdue calls of a reviewer's units open exactly those."""
    with busy.visitor("supervisor") as visitor:
        page = visitor.get("/workload?since=2026-11-01&until=2026-11-30").text
        links = LINK.findall(page)
        assert links
        for number, link in links:
            found = COUNTED.search(visitor.get(link.replace("&amp;", "&")).text)
            assert found, link
            assert found[1] == number, link


def test_a_supervisor_sets_charges_and_quota(busy: World) -> None:
    """A unit is added and taken away, the quota kept, both in the audit log; what does not exist is refused."""
    reviewer = busy.people["second"]
    with busy.visitor("supervisor") as visitor:
        for form in (
            {"action": "add", "charge": "unit:乙局"},
            {"action": "quota", "quota": "30"},
            {"action": "add", "charge": "unit:甲局"},
        ):
            assert visitor.post(f"/workload/{reviewer}", **form).status_code == 303
        assert visitor.post(f"/workload/{reviewer}", action="add", charge="unit:无").status_code == 404
        assert visitor.post(f"/workload/{reviewer}", action="quota", quota="x").status_code == 400
        assert visitor.post(f"/workload/{reviewer}", action="remove", charge="unit:甲局").status_code == 303
        assert "/ 30" in visitor.get("/workload").text
    with Store.open(busy.store) as store:
        assert charges_of(store, reviewer) == [Charge("unit", "乙局")]
        assert get_user(store, reviewer).quota == 30
        assert len(list_acts(store, AuditFilter(action="assign"))) == 4


def test_the_queue_reminds_and_marks_what_is_overdue(busy: World) -> None:
    """The start page says what is overdue with a link to it, the list marks the calls, the bar shows a number."""
    with busy.visitor("reviewer") as visitor:
        page = visitor.get("/queue").text
        assert "已超期（" in page
        assert "超期</span>" in page
        assert re.search(r'href="/queue"[^>]*>待复核 <span class="badge"', page)
        assert "我负责的单位" in page


def test_a_batch_is_looked_at_and_decided(busy: World) -> None:
    """The button shows with one rule and status; what was decided is told, each call has its line in the audit log."""
    chosen = CallFilter(rule="closing", status=("missing",))
    with Store.open(busy.store) as store:
        expected = len(batch(store, chosen, busy.people["reviewer"]).findings)
    assert expected > 3
    with busy.visitor("reviewer") as visitor:
        assert "成批决定" not in visitor.get("/queue?rule=closing").text
        assert "/bulk?rule=closing&amp;status=missing" in visitor.get("/queue?rule=closing&status=missing").text
        page = visitor.get("/bulk?rule=closing&status=missing").text
        assert f"决定这 {expected} 条" in page
        token = re.search(r'name="token" value="(\w+)"', page)
        assert token
        form = {"rule": "closing", "was": "missing", "token": token[1], "decision": "overrule", "finish": "1"}
        assert visitor.post("/bulk", reason="都说了再见", **form).status_code == 400
        assert visitor.post("/bulk", reason=" ", status="met", **form).status_code == 400
        answer = visitor.post("/bulk", reason="都说了再见", status="met", **form)
        assert f"成批决定了 {expected} 条" in visitor.get(answer.headers["location"]).text
        assert visitor.post("/bulk", reason="都说了再见", status="met", **form).status_code == 400
    with Store.open(busy.store) as store:
        assert (
            len([one for one in list_acts(store, AuditFilter(action="review"), limit=999) if "成批" in one.detail])
            == expected
        )
        (whole,) = list_acts(store, AuditFilter(action="bulk_review"))
        assert "都说了再见" in whole.detail


def test_a_batch_stays_within_what_one_sees(busy: World) -> None:
    """A reviewer of one unit gets no other unit's findings, whatever the form says."""
    with busy.visitor("reviewer_b") as visitor:
        page = visitor.get("/bulk?rule=closing&status=missing&unit=甲局").text
        assert "<td>甲局</td>" not in page
        token = re.search(r'name="token" value="(\w+)"', page)
        form = {
            "rule": "closing",
            "was": "missing",
            "unit": "甲局",
            "token": token[1] if token else "",
            "decision": "confirm",
            "reason": "听过",
        }
        visitor.post("/bulk", **form)
    with Store.open(busy.store) as store:
        rows = store.rows(
            "SELECT DISTINCT c.unit FROM reviews r JOIN calls c ON c.id = r.call WHERE r.reviewer = ?",
            (busy.people["reviewer_b"],),
        )
        assert {row["unit"] for row in rows} <= {"乙局"}


def test_a_filter_is_kept_and_forgotten(world: World) -> None:
    """Only what a filter can mean is kept, with the order; it stands on its page for this person alone until it is removed."""
    with world.visitor("reviewer") as visitor:
        query = "?rule=greeting&sort=score&order=asc&evil=<x>"
        assert (
            visitor.post("/views", page="queue", name="问候 <b>", query=query).headers["location"]
            == "/queue?rule=greeting&sort=score&order=asc"
        )
        page = visitor.get("/queue").text
        assert 'href="/queue?rule=greeting&amp;sort=score&amp;order=asc">问候 &lt;b&gt;</a>' in page
        assert visitor.post("/views", page="queue", name="坏", query="since=yesterday").status_code == 400
        number = re.search(r"/views/(\d+)/remove", page)
        assert number
        with world.visitor("second") as other:
            assert "问候" not in other.get("/queue").text.split("</form>")[0]
            assert other.post(f"/views/{number[1]}/remove").status_code == 404
        assert visitor.post(f"/views/{number[1]}/remove").status_code == 303
        assert "/remove" not in visitor.get("/queue").text
    with world.visitor("supervisor") as visitor:
        visitor.post("/views", page="statistics", name="按坐席", query="by=clerk&unit=甲局")
        assert "按坐席</a><form" in visitor.get("/statistics").text


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 22), {"本周": ("2026-11-16", "2026-11-22"), "上周": ("2026-11-09", "2026-11-15"), "本季": ("2026-10-01", "2026-11-22")}),
        (date(2026, 1, 1), {"上月": ("2025-12-01", "2025-12-31"), "昨天": ("2025-12-31", "2025-12-31"), "今年": ("2026-01-01", "2026-01-01")}),
        (date(2024, 3, 31), {"上月": ("2024-02-01", "2024-02-29"), "本月": ("2024-03-01", "2024-03-31"), "今天": ("2024-03-31", "2024-03-31")}),
    ],
)  # fmt: skip
def test_periods_by_name(today: date, expected: dict[str, tuple[str, str]]) -> None:
    """Weeks begin on Monday; months, quarters and years where the calendar says, across its edges too."""
    found = {name: (first.isoformat(), last.isoformat()) for name, first, last in presets(today)}
    assert found.items() >= expected.items()


def test_the_audit_log_is_filtered_and_taken_away(world: World) -> None:
    """By person, act, words and days, on the page and in both files; taking it away is written down; formulas are text."""
    with Store.open(world.store) as store:
        for n, words in enumerate(("=1+1", "甲局", "乙局")):
            store.write(
                "INSERT INTO audit (at, user, username, action, object, detail, address) VALUES (?, 3, 'reviewer', 'claim', 'call 1', ?, '')",
                (1795311000.0 + n * 86400, words),
            )
    with world.visitor("admin") as visitor:
        page = visitor.get("/audit?words=甲局&action=claim").text
        assert "甲局</td>" in page
        assert "乙局</td>" not in page
        assert "乙局</td>" in visitor.get("/audit?since=2026-11-24&until=2026-11-24").text
        rows = list(csv.reader(io.StringIO(visitor.get("/audit.csv?action=claim").content.decode("utf-8-sig"))))
        assert [row[4] for row in rows] == ["说明", "'=1+1", "甲局", "乙局"]
        sheet = openpyxl.load_workbook(io.BytesIO(visitor.get("/audit.xlsx?until=2026-11-22").content)).worksheets[0]
        assert [row[2].value for row in sheet.iter_rows(min_row=2)] == ["领取复核"]
        assert visitor.get("/audit.exe").status_code == 404
        assert visitor.get("/audit?since=2026-13-01").status_code == 400
        assert "导出</td>" in visitor.get("/audit").text
