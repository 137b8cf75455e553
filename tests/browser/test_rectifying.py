"""From a confirmed fault to a settled measure, and a note that its clerk has read, in a real browser."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.browser.conftest import Site

NEXT_WEEK = (date.today() + timedelta(days=7)).isoformat()  # noqa: DTZ011 - as the browser's clock


def test_a_confirmed_fault_is_rectified_and_accepted(site: Site) -> None:
    """The reviewer lists it, the clerk is told, proves, the supervisor accepts, the report of the month says so."""
    reviewer, clerk, boss = site.sign_in("zhijian1"), site.sign_in("zuoxi"), site.sign_in("zhuguan")
    clerk.locator("tbody a").first.click()
    address = clerk.url
    reviewer.goto(address)
    reviewer.wait_for_selector("body[data-ready=sound]")
    assert reviewer.get_by_role("button", name="列入整改").count() == 0
    reviewer.keyboard.press("y")
    reviewer.get_by_role("button", name="列入整改").first.click()
    dialog = reviewer.locator("#rectify-dialog")
    dialog.get_by_label("整改要求").fill("学习开场用语，班前演练一周")
    dialog.get_by_label("整改期限").fill(NEXT_WEEK)
    dialog.get_by_role("button", name="列入", exact=True).click()
    expect(reviewer.locator("#work")).to_contain_text("整改 1：待整改")
    reviewer.get_by_role("button", name="写辅导意见").click()
    reviewer.locator("#coach-dialog textarea").fill("开头先问好再报工号")
    reviewer.get_by_role("button", name="发给坐席").click()
    expect(reviewer.locator("#work")).to_contain_text("（未阅）")
    clerk.goto("/mine")
    expect(clerk.locator(".badge")).to_have_text("2")
    clerk.get_by_role("link", name="整改").click()
    expect(clerk.locator("#notes")).to_contain_text("开头先问好再报工号")
    clerk.get_by_role("button", name="已阅").click()
    expect(clerk.locator("#notes")).to_contain_text("已阅")
    clerk.get_by_label("整改情况").fill("演练了五个早晨，有记录")
    clerk.get_by_role("button", name="提交整改").click()
    expect(clerk.locator("main")).to_contain_text("待验收")
    boss.goto("/rectifications?state=submitted")
    boss.get_by_role("button", name="验收").click()
    expect(boss.locator("#item-1")).to_contain_text("已验收")
    boss.goto(f"/report?period={datetime.now(ZoneInfo('Asia/Shanghai')):%Y-%m}")
    expect(boss.get_by_role("article")).to_contain_text("列入整改1项，已验收1项")
    reviewer.goto(address)
    expect(reviewer.locator("#work")).to_contain_text("整改 1：已验收")


def test_repeated_faults_are_bundled_into_one_item(site: Site) -> None:
    """What was confirmed and nothing followed from is listed for the supervisor, who makes one item of it."""
    reviewer, boss = site.sign_in("zhijian1"), site.sign_in("zhuguan")
    reviewer.goto("/queue")
    reviewer.locator("tbody a").first.click()
    reviewer.wait_for_selector("body[data-ready=sound]")
    reviewer.keyboard.press("y")
    expect(reviewer.locator(".finding .history").first).to_contain_text("确认")
    boss.goto("/rectifications")
    row = boss.get_by_role("region", name="已确认、还没有列入整改的问题").locator("tbody tr").first
    row.get_by_label("的整改要求").fill("约谈")
    row.get_by_label("整改期限").fill(NEXT_WEEK)
    row.get_by_role("button", name="列入").click()
    expect(boss.locator("#item-1")).to_contain_text("约谈")
    expect(boss.get_by_role("region", name="已确认、还没有列入整改的问题")).to_have_count(0)
