"""申诉 in a real browser: a clerk objects, the first reviewer may not decide, the second does, the clerk reads the answer."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Site


def test_a_clerk_objects_and_a_second_reviewer_decides(site: Site) -> None:
    """The whole way, with the deadline in sight and the finding changed at its end."""
    clerk, first, second = site.sign_in("zuoxi"), site.sign_in("zhijian1"), site.sign_in("zhijian2")
    clerk.locator("tbody a").first.click()
    clerk.wait_for_selector("body[data-ready=sound]")
    address, finding = clerk.url, clerk.locator(".finding[data-finding]").first
    name = finding.locator("h3").inner_text()
    first.goto(address)
    first.wait_for_selector("body[data-ready=sound]")
    first.keyboard.press("y")
    expect(first.locator(".finding .history").first).to_contain_text("确认")
    first.get_by_role("button", name="交还").click()
    finding.get_by_role("button", name="申诉").click()
    clerk.get_by_label("为什么这条判定不对？").fill("我没有这样说，请再听一遍")
    clerk.get_by_role("button", name="提交申诉").click()
    expect(clerk.locator("#work")).to_contain_text("申诉待裁定")
    expect(clerk.locator("#work")).to_contain_text("前办结")
    first.goto("/objections")
    expect(first.locator("main")).to_contain_text("须由另一名质检员裁定")
    second.goto("/objections")
    second.get_by_label("裁定理由（必填，坐席能看到）").fill("听了三遍，确实没有")
    second.get_by_role("button", name="申诉成立").click()
    expect(second.locator("main")).to_contain_text("申诉成立")
    clerk.goto(address)
    changed = clerk.locator(".finding", has_text="听了三遍，确实没有")
    expect(changed).to_contain_text(name)
    expect(changed.locator(".line")).to_contain_text("达标")
