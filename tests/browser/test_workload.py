"""Daily work in a real browser: charges and reminders, a batch of decisions, a kept filter, a period by its name."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.test_every_page import serious
from voice_agent.store import Store
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.reviews.bulk import batch


def test_charges_reach_the_reviewer(site: Site) -> None:
    """The supervisor gives a unit and a quota; the reviewer's page reminds of its overdue calls and lists them alone."""
    boss, reviewer = site.sign_in("zhuguan"), site.sign_in("zhijian1")
    boss.goto("/workload")
    boss.get_by_role("link", name="赵质检").click()
    boss.get_by_label("每天的定额").fill("15")
    boss.get_by_role("button", name="保存定额").click()
    with Store.open(site.store) as store:
        unit = store.value(
            "SELECT unit FROM calls WHERE flagged = 1 AND unit <> '' GROUP BY unit ORDER BY count(*) DESC"
        )
    boss.get_by_label("增加负责的层级或单位").select_option(f"unit:{unit}")
    boss.get_by_role("button", name="增加").click()
    expect(boss.locator("#loads")).to_contain_text("/ 15")
    expect(boss.locator("#loads tr", has_text="赵质检")).to_contain_text(unit)
    assert serious(site, boss) == []
    reviewer.goto("/queue")
    reviewer.get_by_role("link", name="我负责的单位").click()
    cells = reviewer.locator("tbody tr td:nth-child(4)").all_inner_texts()
    assert cells
    assert set(cells) == {unit}
    if reviewer.locator("#reminders a[href*='charge=']").count():
        expect(reviewer.locator("nav .badge").first).to_be_visible()
    assert serious(site, reviewer) == []


def test_a_filtered_list_is_decided_at_once(site: Site) -> None:
    """From the filtered queue to the preview, one decision with a reason, and the list says what became of it."""
    with Store.open(site.store) as store:
        user = store.value("SELECT id FROM users WHERE username = 'zhijian1'")
        sizes = {
            (rule, status): len(batch(store, CallFilter(rule=rule, status=(status,)), user).findings)
            for rule in ("greeting", "job_number", "closing") for status in ("missing", "uncertain")
        }  # fmt: skip
    (rule, status), number = max(sizes.items(), key=lambda one: one[1])  # type: ignore[assignment]
    assert number
    page = site.sign_in("zhijian1")
    page.goto(f"/queue?rule={rule}&status={status}")
    page.get_by_role("link", name="成批决定").click()
    expect(page.get_by_role("region", name="将决定的判定").locator("tbody tr")).to_have_count(number)
    assert serious(site, page) == []
    page.get_by_label("无法判定").check()
    page.get_by_label("理由").fill("线路噪声太大，听不清")
    page.get_by_role("button", name=f"决定这 {number} 条").click()
    expect(page.get_by_role("status").filter(has_text="成批决定了")).to_contain_text(f"{number} 条")
    page.goto(f"/bulk?rule={rule}&status={status}")
    expect(page.locator("main")).to_contain_text("没有可以成批决定的判定")


def test_a_period_and_a_kept_filter_are_one_click(site: Site) -> None:
    """今年 fills both days and shows the list; the filter is kept under a name and opens it again."""
    page = site.sign_in("zhuguan")
    page.goto("/calls")
    page.get_by_role("button", name="今年").click()
    page.wait_for_url("**/calls?since=*")
    today = date.today()  # noqa: DTZ011 - as the browser's clock
    assert f"since={today.year}-01-01" in page.url
    expect(page.get_by_role("button", name="今年")).to_have_attribute("aria-pressed", "true")
    page.get_by_text("把现在的筛选存为常用").click()
    page.get_by_label("名称").fill("今年的通话")
    page.get_by_role("button", name="存为常用").click()
    page.goto("/calls")
    page.get_by_role("link", name="今年的通话").click()
    assert f"since={today.year}-01-01" in page.url
    page.get_by_role("button", name="删去常用筛选 今年的通话").click()
    expect(page.get_by_role("link", name="今年的通话")).to_have_count(0)
    assert serious(site, page) == []
