"""A day of a window in the browser: who was there, when nobody was, and what waits in each half hour."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from ami_bridge.events import MemberChanged, MembersKnown
from tests.browser.conftest import Site
from voice_agent.store import Store
from voice_agent.store.calls import gaps, presence
from voice_agent.store.people.directory import list_clerks

NINE = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()


def test_an_empty_window_is_seen_and_a_gap_is_not_called_one(site: Site) -> None:
    """The supervisor sees when a window was empty and why, steps to a day that nobody listened to, and finds it unknown."""
    with Store.open(site.store) as store:
        clerk = list_clerks(store)[0]
        presence.save_known(store, MembersKnown(NINE - 600))
        for hours, state, reason in (
            (-0.1, "free", ""),
            (1.0, "paused", "开会"),
            (1.5, "talking", ""),
            (1.6, "free", ""),
            (8.0, "", ""),
        ):
            change = MemberChanged(
                NINE + hours * 3600, f"PJSIP/a{clerk.job_number}", clerk.name, clerk.job_number, state, reason
            )  # type: ignore[arg-type]
            presence.save_change(store, change)
        gaps.save_alive(store, NINE + 9 * 3600)
    boss = site.sign_in("zhuguan")
    boss.get_by_role("link", name="空窗", exact=True).click()
    window = boss.get_by_role("group", name=f"{clerk.unit} {clerk.window}")
    expect(window).to_contain_text("空窗 10:00–10:30（30 分）")
    expect(window.locator("svg.day")).to_have_attribute("aria-label", f"{clerk.window} 全天：空窗 10:00–10:30（30 分）")
    assert "开会" in window.locator("rect.bar-paused title").text_content()  # type: ignore[operator]
    expect(boss.locator("[data-chart]")).to_have_attribute("data-ready", "14")
    boss.get_by_role("link", name="后一天").click()
    expect(boss.get_by_role("group", name=f"{clerk.unit} {clerk.window}")).to_contain_text("不知道")
    expect(boss.locator("#windows-title ~ .window .tag.bad")).to_have_count(0)
