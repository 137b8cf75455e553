"""A supervisor in a real browser: from a bar to the calls behind it, and a workbook that says what the store says."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import docx
import openpyxl
from playwright.sync_api import expect

from tests.browser.conftest import Site
from voice_agent.labels import RULE_NAMES
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls
from voice_agent.store.statistics import statistics

EVER = "since=2020-01-01&until=2099-12-31"
BAR = """([holder, place]) => {
  const [x, y] = echarts.getInstanceByDom(holder).convertToPixel({seriesIndex: 0}, [5, place]);
  const box = holder.getBoundingClientRect();
  return [box.x + x, box.y + y];
}"""


def test_a_bar_leads_to_its_calls(site: Site) -> None:
    """A click on the bar of a rule lists exactly the calls in which the rule was broken."""
    page = site.sign_in("zhuguan")
    page.goto(f"/statistics?{EVER}")
    chart = page.locator('[data-chart*="\\"rules\\""]')
    chart.scroll_into_view_if_needed()
    expect(chart).to_have_attribute("data-ready", "13")
    rows = page.locator("#rules tbody tr").all()
    place = next(n for n, row in enumerate(rows) if row.get_attribute("data-label") == "主动告知工号")
    faults = int(rows[place].locator("td").nth(2).inner_text())
    page.mouse.click(*page.evaluate(BAR, [chart.element_handle(), place]))
    page.wait_for_url("**/calls?*rule=job_number*")
    expect(page.locator(".pager")).to_contain_text(f"共 {faults} 通")


def test_the_workbook_equals_the_store(site: Site, tmp_path: Path) -> None:
    """The XLSX of the statistics page, read back by openpyxl, holds the store's own figures; so does that of the calls."""
    page = site.sign_in("zhuguan")
    page.goto(f"/statistics?{EVER}&by=clerk")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 XLSX").click()
    download.value.save_as(tmp_path / "statistics.xlsx")
    rules, coverage = openpyxl.load_workbook(tmp_path / "statistics.xlsx").worksheets
    page.goto("/calls")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 XLSX").click()
    download.value.save_as(tmp_path / "calls.xlsx")
    listed = openpyxl.load_workbook(tmp_path / "calls.xlsx").worksheets[0]
    with Store.open(site.store) as store:
        lines = statistics.rule_lines(store, by="clerk")
        assert [[cell.value for cell in row][:5] for row in rules.iter_rows(min_row=2)] == [
            [line.key, line.label, RULE_NAMES[line.rule], line.counts.met, line.counts.faults] for line in lines
        ]
        assert coverage.max_row == 1 + len(statistics.call_lines(store, by="clerk"))
        assert {row[0].value for row in listed.iter_rows(min_row=2)} == {one.call_id for one in calls.each_call(store)}


def test_a_draw_is_repeatable_and_leads_to_its_calls(site: Site) -> None:
    """The same seed draws the same calls; the list shows nothing else."""
    page = site.sign_in("zhuguan")
    drawn = []
    for _ in range(2):
        page.goto("/draws")
        page.get_by_label("抽几通").fill("3")
        page.locator("select[name=per]").select_option("全部")
        page.get_by_label("种子（空着则随机）").fill("2026-11")
        page.get_by_role("button", name="抽取").click()
        page.wait_for_url("**/draws/*")
        drawn.append(page.locator("section:has(#calls-title) tbody th").all_inner_texts())
    assert drawn[0] == drawn[1]
    with Store.open(site.store) as store:
        assert len(drawn[0]) == min(3, calls.count_calls(store, CallFilter(coverage="monitored")))


def test_the_report_downloads_as_word_and_says_what_the_page_says(site: Site, tmp_path: Path) -> None:
    """The running year is chosen, the report is read on the page, a quotation leads to its call, the file holds the same sentences."""
    page = site.sign_in("zhuguan")
    page.get_by_role("link", name="报告").click()
    page.get_by_label("期间").select_option(f"{datetime.now(ZoneInfo('Asia/Shanghai')).year}")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("article")).to_contain_text("九、统计口径")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Word").click()
    assert download.value.suggested_filename.endswith("热线服务质量情况的报告.docx")
    download.value.save_as(tmp_path / "report.docx")
    said = [
        one.text for one in docx.Document(str(tmp_path / "report.docx")).paragraphs if one.text and "— " not in one.text
    ]
    shown = page.get_by_role("article").inner_text()
    assert [text for text in said if text.strip() not in shown] == []
    page.get_by_role("link", name="听这通电话").first.click()
    page.wait_for_selector("body[data-ready=sound]")
