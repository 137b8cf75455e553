"""The daily book in the browser: a line is corrected where it stands and found again by what it says now."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Site

EVER = "since=2020-01-01&until=2099-12-31"


def test_a_line_is_corrected_and_found_again(site: Site) -> None:
    """The bundled calls have matters that were heard; a clerk corrects one, and it moves to the other matter with who did it."""
    clerk, boss = site.sign_in("zuoxi"), site.sign_in("zhuguan")
    clerk.get_by_role("link", name="服务日志").click()
    clerk.goto(f"/ledger?{EVER}")
    row = clerk.locator("tbody tr").first
    call = row.get_attribute("id")
    row.get_by_text("更正", exact=True).click()
    row.get_by_label("事项").fill("劳动关系与仲裁")
    row.get_by_role("button", name="更正事项").click()
    expect(clerk.locator(f"#{call}")).to_contain_text("劳动关系与仲裁")
    boss.goto(f"/ledger?{EVER}")
    assert boss.locator("tbody tr").count() >= 20
    boss.get_by_label("业务事项").select_option("劳动关系与仲裁")
    boss.get_by_role("button", name="筛选").click()
    expect(boss.locator(f"#{call}")).to_contain_text("已更正 1 次")
    with boss.expect_download() as download:
        boss.get_by_role("link", name="导出 XLSX").click()
    assert download.value.suggested_filename.startswith("服务日志_2020-01-01")
