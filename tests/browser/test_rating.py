"""A low rating from the telephone key to the follow-up that is settled."""

from __future__ import annotations

from playwright.sync_api import expect

from ami_bridge.events import Rated
from tests.browser.conftest import Site
from voice_agent.store import Store
from voice_agent.store.calls.calls import each_call
from voice_agent.store.reviews.ratings import Scale, save_rating


def test_a_low_rating_is_followed_up(site: Site) -> None:
    """The supervisor sees it with the figures, asks somebody, who listens to the call and says what came of it."""
    with Store.open(site.store) as store:
        for place, call in enumerate(each_call(store)):
            save_rating(
                store, Rated(call.call_id, call.call_id, call.ended, "5" if place == 3 else "1", "variable"), Scale()
            )
    boss, reviewer = site.sign_in("zhuguan"), site.sign_in("zhijian1")
    boss.get_by_role("link", name="评价", exact=True).click()
    expect(boss.locator(".figure").nth(1)).to_contain_text("95.8%")
    one = boss.get_by_role("region", name="回访 1")
    expect(one).to_contain_text("还没有指定")
    one.get_by_text("指定人员、办结").click()
    one.get_by_label("谁来回访").select_option(label="赵质检")
    one.get_by_label("回访期限").fill("2099-12-31")
    one.get_by_role("button", name="指定").click()
    expect(one).to_contain_text("由 赵质检 回访")
    reviewer.goto("/ratings")
    reviewer.get_by_role("region", name="回访 1").get_by_role("link").click()
    expect(reviewer.locator(".facts").first).to_contain_text("非常不满意")
    reviewer.go_back()
    reviewer.get_by_text("指定人员、办结").click()
    reviewer.get_by_label("回访情况").fill("已联系，等候时间长，已致歉")
    reviewer.get_by_role("button", name="问题属实，已整改，办结").click()
    expect(reviewer.get_by_role("region", name="回访 1")).to_contain_text("已致歉")
    boss.goto("/ratings?by=clerk")
    boss.locator("tbody a").first.click()
    expect(boss.locator("main")).to_contain_text("有评价")
