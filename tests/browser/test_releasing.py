"""A draft in a real browser: one administrator writes and tries it, another releases it, and what was tried is shown to both."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Site
from voice_agent.store import Store
from voice_agent.store.people import users
from voice_agent.web.doors.auth import hash_password


def test_a_draft_is_written_tried_and_released_by_two(site: Site) -> None:
    """The limit of a silence is raised; the back-test tells which calls change; the second person releases it for one day and all units."""
    with Store.open(site.store) as store:
        users.add_user(
            store,
            "guanli2",
            name="王管理",
            role="admin",
            password_hash=hash_password("another long one"),
            must_change=False,
        )
    site.passwords["guanli2"] = "another long one"
    first, second = site.sign_in("guanli"), site.sign_in("guanli2")
    first.goto("/phrasebook/drafts")
    first.get_by_label("版本", exact=True).fill("市局-2")
    first.get_by_label("改了什么、为什么").fill("静默放宽")
    first.get_by_label("rules.toml").fill(
        '[[rule]]\nid = "hold_notice"\nlimits = { silence_seconds = 60, repeat_seconds = 90 }\n'
    )
    first.get_by_role("button", name="存为草稿").click()
    first.wait_for_url("**/phrasebook/drafts/1")
    expect(first.locator("main")).to_contain_text("须由另一位管理员发布")
    first.get_by_label("最多抽几通").fill("30")
    first.get_by_role("button", name="开始回测").click()
    expect(first.locator("main")).to_contain_text("回测结果", timeout=240_000)
    expect(first.locator("main")).to_contain_text("请听这些通话")
    second.goto("/phrasebook/drafts/1")
    second.get_by_label("施行日期").fill("2099-01-01")
    second.get_by_role("button", name="发布").click()
    expect(second.locator("main")).to_contain_text("2099-01-01")
    expect(second.locator("main")).to_contain_text("王管理")
