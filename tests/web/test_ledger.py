"""The page of the daily book: filters, corrections, the export, and only what one sees."""

from __future__ import annotations

import io
import re

from openpyxl import load_workbook

from tests.web.world import EVIL, NUMBER, World
from voice_agent.matters import HeardMatter
from voice_agent.store import Store
from voice_agent.store.calls.ledger import note_matter

EVER = "since=2026-01-01&until=2026-12-31"


def test_lines_are_filtered_corrected_and_exported(world: World) -> None:
    """A clerk corrects the own call, the page and the file say what, by whom and what it was; numbers are masked."""
    with Store.open(world.store) as store:
        note_matter(store, world.call, HeardMatter("医疗保险", ("医保", "报销")))
    with world.visitor("staff") as visitor:
        page = visitor.get(f"/ledger?{EVER}").text
        assert "听到：医保、报销" in page
        assert page.count('id="call-') == 1
        assert visitor.post(f"/calls/{world.call}/ledger", field="matter", text="").status_code == 400
        assert visitor.post(f"/calls/{world.call}/ledger", field="outcome", text="随便").status_code == 400
        assert visitor.post(f"/calls/{world.call}/ledger", field="score", text="x").status_code == 400
        assert visitor.post(f"/calls/{world.other}/ledger", field="matter", text="x").status_code == 404
        answer = visitor.post(
            f"/calls/{world.call}/ledger", field="matter", text=f"异地就医{EVIL[:8]}", back="https://elsewhere/"
        )
        assert answer.headers["location"] == f"/ledger#call-{world.call}"
        assert visitor.post(f"/calls/{world.call}/ledger", field="outcome", text="已登记待办").status_code == 303
    with world.visitor("supervisor") as visitor:
        page = visitor.get(f"/ledger?{EVER}&outcome=已登记待办").text
        assert "由“医疗保险”改为“异地就医&lt;script&gt;”" in page
        assert page.count('id="call-') == 1
        assert "没有符合条件的来电" in visitor.get(f"/ledger?{EVER}&matter=社会保障卡").text
        book = load_workbook(io.BytesIO(visitor.get(f"/ledger.xlsx?{EVER}").content))
        rows = [[str(cell) for cell in row] for row in book.active.iter_rows(values_only=True)]
        assert rows[0][8:11] == ["业务事项", "识别依据", "办理结果"]
        (mine,) = [row for row in rows if row[1] == "call-1"]
        assert mine[8].startswith("异地就医")
        assert "由“医疗保险”改为" in mine[12]
        assert NUMBER not in str(rows)


def test_each_matter_lists_what_it_counts(world: World) -> None:
    """The figure beside a matter is the length of its list, also of those that nobody knows."""
    with Store.open(world.store) as store:
        note_matter(store, world.call, HeardMatter("医疗保险", ("医保",)))
    with world.visitor("supervisor") as visitor:
        page = visitor.get(f"/ledger?{EVER}").text
        links = re.findall(r'<li><a href="([^"]+matter=[^"]+)"[^>]*>[^<]*<span class="number">(\d+)', page)
        assert len(links) == 2
        for link, number in links:
            listed = visitor.get(link.replace("&amp;", "&")).text
            assert f'共 <span class="number">{number}</span> 通' in listed


def test_a_supervisor_of_another_unit_sees_the_own_lines(world: World) -> None:
    """Whatever the address asks for, page and file hold one's own part."""
    with world.visitor("supervisor_b") as visitor:
        page = visitor.get(f"/ledger?{EVER}&unit=甲局").text
        assert f"/calls/{world.other}" in page
        assert f'/calls/{world.call}"' not in page
        book = load_workbook(io.BytesIO(visitor.get(f"/ledger.xlsx?{EVER}&unit=甲局").content))
        assert [row[1] for row in book.active.iter_rows(min_row=2, values_only=True)] == ["call-2"]
