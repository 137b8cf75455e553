"""A complaint that the software heard: found on the page of complaints, listened to at its second, accepted in the call."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Site, until
from voice_agent.store import Store


def test_heard_complaints_are_accepted_or_dismissed(site: Site) -> None:
    """The badge counts them; the link opens the call at the second; the line is marked; one becomes a complaint, the other does not."""
    with Store.open(site.store) as store:
        store.write("DELETE FROM heard_complaints")
        for call, began in ((1, 9.5), (2, 5.0)):
            store.write(
                "INSERT INTO heard_complaints (call, act, probability, began, ended, text, heard_at) VALUES (?, 'complains_clerk', 0.8, ?, ?, '你什么态度', 1)",
                (call, began, began + 2),
            )
    reviewer = site.sign_in("zhijian1")
    expect(reviewer.get_by_role("link", name="投诉").locator(".badge")).to_have_text("2")
    reviewer.get_by_role("link", name="投诉").click()
    first = reviewer.get_by_role("group", name="来电反映 1")
    first.get_by_role("link").click()
    reviewer.wait_for_selector("body[data-ready=sound]")
    until(reviewer, "Math.abs(document.querySelector('audio').currentTime - 9.5) < 0.4")
    expect(reviewer.locator(".turn.caller .tags")).to_contain_text("对工作人员不满")
    reviewer.get_by_role("button", name="是投诉，登记").click()
    dialog = reviewer.locator("#accept-1")
    expect(dialog.get_by_label("内容")).to_have_value("来电中对工作人员不满：“你什么态度”")
    dialog.get_by_role("button", name="登记").click()
    expect(reviewer.locator("#work")).to_contain_text("登记为投诉 1")
    reviewer.get_by_role("link", name="投诉 1").click()
    expect(reviewer.get_by_role("region", name="投诉 1")).to_contain_text("来电中反映")
    second = reviewer.get_by_role("group", name="来电反映 2")
    second.get_by_text("处理").click()
    second.get_by_label("为什么不是投诉").fill("说的是别的单位")
    second.get_by_role("button", name="不是投诉").click()
    expect(reviewer.locator("#heard-title")).to_have_count(0)
    clerk = site.sign_in("zuoxi")
    assert clerk.get_by_role("link", name="投诉").count() == 0
