"""复核校准 in a real browser: two reviewers blind, the agreement, the meeting, and the settled truth in force; and a weighted draw."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, until
from tests.browser.test_every_page import serious, settle
from voice_agent.store import Store
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.calls import get_call, list_calls


def _draw(page: Page, number: int) -> str:
    page.goto("/draws")
    page.get_by_label("抽几通").fill(str(number))
    page.locator("select[name=per]").select_option("全部")
    page.get_by_label("种子（空着则随机）").fill("校准")
    page.get_by_label("目的").fill("十一月校准")
    for name in ("赵质检", "钱质检"):
        page.get_by_label(name).check()
    page.locator("input[name=calibration]").check()
    page.get_by_role("button", name="抽取").click()
    page.wait_for_url("**/draws/*/calibration")
    return page.url


def _all_like_the_machine(page: Page) -> None:
    page.wait_for_selector("body[data-ready=sound]")
    while left := page.locator(".finding[data-open]").count():
        page.locator(".finding[data-open]").first.get_by_role("button", name="同系统的判定").click()
        expect(page.locator(".finding[data-open]")).to_have_count(left - 1)


def _finish(page: Page) -> None:
    here = page.url
    page.keyboard.press("g")
    page.wait_for_url(lambda url: url != here)


def _review_blind(site: Site, page: Page) -> tuple[int, str]:
    """The first call with one decision against the machine, the second as the machine has it; the call and the name of the rule."""
    page.goto("/queue")
    page.get_by_role("link", name="校准 1").click()
    page.get_by_role("button", name="继续盲评（我的 2 通）").click()
    page.wait_for_selector("body[data-ready=sound]")
    call = re.search(r"calls/(\d+)", page.url)
    page.keyboard.press("g")
    expect(page.locator("#finish-dialog")).to_contain_text("每一条都要决定")
    page.get_by_role("button", name="回去决定").click()
    item = page.locator(".finding").first
    name = item.locator("h3").inner_text()
    item.get_by_role("button", name="另选").click()
    dialog = page.locator("#overrule-dialog")
    dialog.get_by_label("应为").select_option("late")
    dialog.get_by_label("理由").fill("我听到的是后来才说")
    dialog.get_by_role("button", name="决定").click()
    expect(page.locator(".finding").first).to_contain_text("您的决定")
    assert serious(site, page) == []
    for _ in range(2):
        _all_like_the_machine(page)
        _finish(page)
    assert call
    return int(call[1]), name


def _settle(site: Site, page: Page, call: int, name: str) -> None:
    """What differs with a reason, then all that does not."""
    expect(page.locator("main")).to_contain_text("差异会商")
    expect(page.locator("#agreement tbody tr").first).to_contain_text("全部要求")
    row = page.locator(f"#call-{call} tbody tr").filter(has_text=name)
    expect(row).to_contain_text("我听到的是后来才说")
    row.get_by_label("结论").select_option("late")
    row.get_by_label("理由").fill("一起听了，确是后来才说")
    assert serious(site, page) == []
    row.get_by_role("button", name="会商办结").click()
    expect(page.locator(f"#call-{call}")).to_contain_text("一起听了")
    page.get_by_role("button", name="没有差异的 1 通按一致的决定生效").click()
    expect(page.get_by_role("button", name="按一致的决定生效")).to_have_count(0)
    page.emulate_media(media="print")
    expect(page.get_by_text("主持人（签字）")).to_be_visible()


def _state(site: Site, call: int) -> CallRow:
    with Store.open(site.store) as store:
        return get_call(store, call)


def test_two_reviewers_calibrate_and_the_meeting_settles(site: Site) -> None:
    """Neither sees the other's decision nor changes the call; afterwards both stand side by side and what is settled is in force."""
    boss, first, second = site.sign_in("zhuguan"), site.sign_in("zhijian1"), site.sign_in("zhijian2")
    address = _draw(boss, 2)
    with Store.open(site.store) as store:
        before = {one.id: one for one in list_calls(store).calls}
    call, name = _review_blind(site, first)
    second.goto(f"/calls/{call}")
    expect(second).to_have_url(re.compile(r"/draws/1/calibration/calls/"))
    expect(second.locator("main")).not_to_contain_text("后来才说")
    assert _state(site, call) == before[call]
    for _ in range(2):
        _all_like_the_machine(second)
        _finish(second)
    boss.goto(address)
    _settle(site, boss, call, name)
    first.goto(f"/calls/{call}")
    settle(first)
    until(first, "document.querySelector('#work').textContent.includes('一起听了，确是后来才说')")
    expect(first.locator("#work")).to_contain_text("复核完成")


def test_watched_windows_are_drawn_from_with_weights(site: Site) -> None:
    """One click on 重点督查 draws over all windows, and the record shows the weight of each."""
    with Store.open(site.store) as store:
        boss_id = store.value("SELECT id FROM users WHERE username = 'zhuguan'")
        unit, window = store.row("SELECT unit, window FROM calls WHERE window <> '' AND coverage = 'monitored' LIMIT 1")  # type: ignore[misc]
        store.write(
            "INSERT INTO complaints (received, source, unit, window, clerk, text, due, made_by, made_at)"
            " VALUES ('2026-11-01', '网络', ?, ?, '', '态度不好', '2099-01-01', ?, 1)",
            (unit, window, boss_id),
        )
    page = site.sign_in("zhuguan")
    page.goto("/watch?since=2020-01-01&until=2099-12-31")
    page.get_by_label("从全部窗口加权抽几通").fill("5")
    page.get_by_role("button", name="加权抽取").click()
    page.wait_for_url("**/draws/*")
    heavy = page.locator("#strata tbody tr").first
    expect(heavy).to_contain_text(f"{unit} {window}")
    assert int(heavy.locator("td").first.inner_text()) >= 2
    assert serious(site, page) == []
