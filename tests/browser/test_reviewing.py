"""A reviewer's day in a real browser: filter, listen, jump, overrule by keyboard, and the statistics follow."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, until

CALL = "c02-number-at-the-end"
POSITION = "document.querySelector('audio').currentTime"


def _faults(page: Page, rule: str) -> int:
    page.goto("/statistics?since=2020-01-01&until=2099-12-31")
    row = page.locator(f'#rules tr[data-label="{rule}"]')
    return int(row.locator("td").nth(2).inner_text())


def test_a_reviewer_overrules_by_keyboard_and_the_statistics_change(
    site: Site, open_call: Callable[[Page, str], None]
) -> None:
    """From the filter in the address to the changed figure without touching the mouse on the call page."""
    supervisor, page = site.sign_in("zhuguan"), site.sign_in("zhijian1")
    before = _faults(supervisor, "主动告知工号")
    page.goto("/queue")
    page.get_by_label("规则").select_option("主动告知工号")
    page.get_by_role("button", name="筛选").click()
    expect(page).to_have_url(f"{site.address}/queue?rule=job_number")
    open_call(page, CALL)
    page.keyboard.press("j")
    page.keyboard.press("k")
    chosen = page.locator('.finding[aria-current="true"]')
    expect(chosen).to_contain_text("主动告知工号")
    page.keyboard.press("n")
    page.get_by_label("理由（必填，坐席能看到）").fill("开头就说了工号，系统没有听清")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(chosen).to_contain_text("达标")
    expect(chosen).to_contain_text("开头就说了工号")
    assert _faults(supervisor, "主动告知工号") == before - 1


def test_the_sound_really_plays_and_the_text_follows(site: Site, open_call: Callable[[Page, str], None]) -> None:
    """Space plays: the position moves, the clock shows it, a line of the conversation lights up; the speed can be doubled."""
    page = site.sign_in("zhijian1")
    page.goto("/queue")
    open_call(page, CALL)
    page.keyboard.press(" ")
    until(page, f"{POSITION} > 1.2")
    expect(page.locator(".turn.now")).to_have_count(1)
    assert page.locator("#clock").inner_text() != "0:00.0"
    page.keyboard.press("=")
    until(page, "document.querySelector('audio').playbackRate === 1.25")
    page.keyboard.press(" ")
    until(page, "document.querySelector('audio').paused")


def test_a_click_on_word_finding_or_time_jumps_there(site: Site, open_call: Callable[[Page, str], None]) -> None:
    """Words, findings and the times of evidence lead to their place in the sound; silence is skipped when asked to."""
    page = site.sign_in("zhijian1")
    page.goto("/queue")
    open_call(page, CALL)
    last = page.locator(".word").last
    last.click()
    start = float(last.get_attribute("data-start") or 0)
    until(page, f"Math.abs({POSITION} - {start}) < 0.3")
    spot = page.locator("[data-seek]").first
    spot.click()
    begin = float(spot.get_attribute("data-seek") or 0)
    until(page, f"Math.abs({POSITION} - {begin}) < 0.3")
    page.keyboard.press("j")
    assert "finding" in (page.locator('.finding[aria-current="true"]').get_attribute("class") or "")
    wave = page.locator("#wave").bounding_box()
    assert wave is not None
    page.mouse.click(wave["x"] + wave["width"] * 0.9, wave["y"] + 10)
    until(page, f"{POSITION} > document.querySelector('audio').duration * 0.85")


def test_a_marked_span_becomes_a_finding(site: Site, open_call: Callable[[Page, str], None]) -> None:
    """Dragging over the waveform marks a span; A adds what the machine missed, and the verdict follows."""
    page = site.sign_in("zhijian1")
    page.goto("/calls?verdict=compliant")
    open_call(page, page.locator("tbody a").first.inner_text())
    wave = page.locator("#wave").bounding_box()
    assert wave is not None
    page.mouse.move(wave["x"] + wave["width"] * 0.2, wave["y"] + 90)
    page.mouse.down()
    page.mouse.move(wave["x"] + wave["width"] * 0.4, wave["y"] + 90, steps=8)
    page.mouse.up()
    page.keyboard.press("a")
    start, end = page.get_by_label("从（秒）"), page.get_by_label("到（秒）")
    assert float(end.input_value()) - float(start.input_value()) > 2
    page.locator("#add-dialog textarea").fill("语气很冲")
    page.get_by_role("button", name="补充", exact=True).click()
    expect(page.locator("#work")).to_contain_text("人工补充")
    expect(page.locator("#work section").first).to_contain_text("不合格")


def test_two_reviewers_and_the_queue(site: Site) -> None:
    """The worst call is claimed for the first; the second gets another; once decided, G finishes it and opens the next."""
    first, second = site.sign_in("zhijian1"), site.sign_in("zhijian2")
    for page in (first, second):
        page.goto("/queue")
        page.get_by_role("button", name="复核最急的一通").click()
        expect(page.locator("#work")).to_contain_text("由您复核")
    assert first.url != second.url
    before = first.url
    first.wait_for_selector("body[data-ready=sound]")
    while first.locator(".finding[data-open]").count():
        first.keyboard.press("y")
        first.wait_for_timeout(200)
    first.keyboard.press("g")
    first.wait_for_url(lambda url: url != before)
    expect(first.locator("#work")).to_contain_text("由您复核")


def test_back_leads_to_the_filtered_list(site: Site, open_call: Callable[[Page, str], None]) -> None:
    """The back button returns to the list with its filter."""
    page = site.sign_in("zhijian1")
    page.goto("/queue?rule=job_number")
    open_call(page, CALL)
    page.go_back()
    expect(page).to_have_url(f"{site.address}/queue?rule=job_number")
    expect(page.get_by_label("规则")).to_have_value("job_number")
