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


def test_the_second_level_is_the_supervisors_and_the_clerk_sees_the_news(site: Site) -> None:
    """Rejected, the clerk is told by a number, appeals beside the evidence, the supervisor decides finally and sees the outcomes."""
    clerk, second, boss = site.sign_in("zuoxi"), site.sign_in("zhijian2"), site.sign_in("zhuguan")
    clerk.locator("tbody a").first.click()
    clerk.wait_for_selector("body[data-ready=sound]")
    address = clerk.url
    clerk.locator("[data-ask=object-dialog]").first.click()
    clerk.get_by_label("为什么这条判定不对？").fill("我说了")
    clerk.get_by_role("button", name="提交申诉").click()
    expect(clerk.locator("#work")).to_contain_text("申诉待裁定")
    second.goto("/objections")
    expect(second.get_by_role("link", name="申诉").locator(".badge")).to_have_text("1")
    expect(second.locator("audio.piece").first).to_be_visible()
    expect(second.locator(".evidence").first).to_contain_text("坐席")
    second.get_by_label("裁定理由（必填，坐席能看到）").fill("录音里没有")
    second.get_by_role("button", name="维持原判").click()
    clerk.goto("/mine")
    expect(clerk.get_by_role("link", name="申诉").locator(".badge")).to_have_text("1")
    clerk.get_by_role("link", name="申诉").click()
    expect(clerk.locator("main")).to_contain_text("录音里没有")
    clerk.get_by_text("不服，提出复议").click()
    clerk.get_by_label("复议理由").fill("请听最后五秒")
    clerk.get_by_role("button", name="提出复议").click()
    expect(clerk.locator("main")).to_contain_text("复议待决定")
    clerk.goto("/mine")
    expect(clerk.locator(".badge")).to_have_count(0)
    boss.goto("/calls")
    expect(boss.get_by_role("link", name="申诉").locator(".badge")).to_have_text("1")
    boss.get_by_role("link", name="申诉").click()
    boss.get_by_label("复议决定的理由").fill("最后五秒确实说了")
    boss.get_by_role("button", name="复议成立").click()
    expect(boss.locator("main")).to_contain_text("最终决定")
    expect(boss.get_by_role("region", name="申诉结果，按要求")).to_contain_text("100.0%")
    clerk.goto(address)
    expect(clerk.locator("#work")).to_contain_text("人工改判：最后五秒确实说了")
