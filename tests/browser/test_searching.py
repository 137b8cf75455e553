"""From a word to the second in which it was said; and figures that arrive while one looks at them."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Site, until


def test_a_place_that_was_found_is_where_the_sound_stands(site: Site) -> None:
    """The link of a sentence opens the call with the sound at its second and the line marked and in sight."""
    page = site.sign_in("zhijian1")
    page.goto("/search")
    page.get_by_label("说过的话").fill("身份证")
    page.get_by_role("button", name="检索").click()
    expect(page.locator("mark").first).to_have_text("身份证")
    place = page.locator(".evidence a").first
    second = float((place.get_attribute("href") or "").rpartition("=")[2])
    place.click()
    page.wait_for_selector("body[data-ready=sound]")
    until(page, f"Math.abs(document.querySelector('audio').currentTime - {second}) < 0.4")
    expect(page.locator(".turn.found")).to_be_in_viewport()
    expect(page.locator(".turn.found")).to_contain_text("身份证")


def test_phrase_figures_arrive_by_themselves(site: Site) -> None:
    """The page says how many calls are still to be read, and shows the figures when none is."""
    page = site.sign_in("zhuguan")
    page.goto("/phrases?since=2020-01-01&until=2099-12-31")
    expect(page.locator("main")).to_contain_text("已统计 24 通", timeout=30_000)
    expect(page.locator("#left")).to_have_count(0)
    page.get_by_role("link", name="谁在说“请稍候，我查询一下。”").or_(
        page.get_by_role("link", name="谁在说").nth(4)
    ).first.click()
    expect(page.locator("main")).to_contain_text("说过的通话")
