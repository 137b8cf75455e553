"""What the eye meets: readable columns on a narrow window, charts that name what they show, files that say how far they are."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.web.busy import fill
from voice_agent.store import Store

EVER = "since=2020-01-01&until=2099-12-31"
#: Cells so narrow that three characters and more stand one below the other.
SQUEEZED = """() => [...document.querySelectorAll("td, th")].filter((cell) => {
  const text = cell.innerText.trim();
  return text.length > 3 && cell.clientWidth < 42;
}).map((cell) => cell.innerText)"""


def test_no_column_is_one_character_wide(site: Site) -> None:
    """At 768 pixels the lists stay readable: they move sideways within their panel, the page itself does not."""
    page = site.sign_in("zhijian1", width=768, height=1024)
    for path in ("/queue", "/calls", "/draws", "/objections?state=all"):
        page.goto(path)
        assert page.evaluate(SQUEEZED) == [], path
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path


def test_charts_name_every_bar_and_show_no_more_than_can_be_read(site: Site) -> None:
    """By unit every unit is named; by clerk twenty bars at most; a bar is thick enough to be hit."""
    with Store.open(site.store) as store:
        fill(store, 40)
    page = site.sign_in("zhuguan")
    for by in ("unit", "clerk"):
        page.goto(f"/statistics?{EVER}&by={by}&least=1")
        chart = page.locator("[data-chart]").first
        expect(chart).to_have_attribute("data-ready", str(min(20, page.locator("#lines tr[data-label]").count())))
        axis = chart.evaluate(
            "holder => { const o = echarts.getInstanceByDom(holder).getOption(); return [o.yAxis[0].axisLabel.interval, o.yAxis[0].data.length, holder.clientHeight]; }"
        )
        assert axis[0] == 0
        assert axis[1] == page.locator("#lines tr[data-label]").count() <= 20
        assert axis[2] / axis[1] >= 28


def test_an_export_shows_how_far_it_is_and_arrives(site: Site) -> None:
    """The page shows a bar and words, then the file comes under a name with its period."""
    page = site.sign_in("zhuguan")
    page.goto("/calls?since=2026-01-01&until=2026-12-31")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 XLSX").click()
    assert download.value.suggested_filename == "通话_2026-01-01至2026-12-31.xlsx"
    expect(page.locator("#export")).to_contain_text("导出完成")
    expect(page.get_by_role("progressbar", name="导出进度")).to_have_attribute("max", "100")
