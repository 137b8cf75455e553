"""A draw in a real browser: shared out, worked through with G, compliant calls too, with progress, result and a record on paper."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from voice_agent.store import Store


def _draw(page: Page, number: int, *people: str) -> str:
    page.goto("/draws")
    page.get_by_label("抽几通").fill(str(number))
    page.locator("select[name=per]").select_option("全部")
    page.get_by_label("种子（空着则随机）").fill("2026-11")
    page.get_by_label("目的").fill("十一月明察暗访")
    page.get_by_label("完成期限").fill((date.today() + timedelta(days=3)).isoformat())  # noqa: DTZ011 - as the browser's clock
    for name in people:
        page.get_by_label(name).check()
    page.get_by_role("button", name="抽取").click()
    page.wait_for_url("**/draws/*")
    return page.url


def _decide_all(page: Page) -> None:
    page.wait_for_selector("body[data-ready=sound]")
    while count := page.locator(".finding[data-open]").count():
        page.locator(".finding[data-open]").first.get_by_role("button", name="确认").click()
        expect(page.locator(".finding[data-open]")).to_have_count(count - 1)


def test_a_draw_is_worked_through_to_its_result(site: Site) -> None:
    """Two reviewers share eight calls; each gets only the own ones, all verdicts among them, until the result stands there."""
    boss, first, second = site.sign_in("zhuguan"), site.sign_in("zhijian1"), site.sign_in("zhijian2")
    address = _draw(boss, 8, "赵质检", "钱质检")
    expect(boss.locator("main")).to_contain_text("进度：0 / 8 通")
    verdicts = set()
    for page in (first, second):
        page.goto("/queue")
        page.get_by_role("link", name="抽查 1").click()
        page.get_by_role("button", name="继续复核（我的 4 通）").click()
        for left in (3, 2, 1, 0):
            assert page.url.endswith("?draw=1")
            expect(page.locator("#work")).to_contain_text("由您复核")
            _decide_all(page)
            verdicts.add(page.locator("#work .tag").first.inner_text())
            here = page.url
            page.keyboard.press("g")
            page.wait_for_url(lambda url, here=here: url != here)
            assert left or page.url == address
    assert len(verdicts) >= 2
    boss.goto(address)
    expect(boss.locator("main")).to_contain_text("进度：8 / 8 通")
    with Store.open(site.store) as store:
        wrong = store.value(
            "SELECT count(*) FROM calls c JOIN draw_calls d ON d.call = c.id WHERE c.verdict = 'non_compliant'"
        )
    expect(boss.locator("main")).to_contain_text(f"不合格 {wrong} 通，不合格率 {wrong / 8:.1%}")
    expect(boss.locator("main")).to_contain_text("95% 置信区间")
    boss.emulate_media(media="print")
    expect(boss.get_by_text("抽查人（签字）")).to_be_visible()
    expect(boss.locator(".bar")).to_be_hidden()


def test_a_call_opened_from_the_draw_stays_in_the_draw(site: Site) -> None:
    """From the list of the draw, a call knows its draw; finishing it counts there, and unfinished calls can be handed over."""
    boss, page = site.sign_in("zhuguan"), site.sign_in("zhijian1")
    address = _draw(boss, 3, "钱质检")
    boss.locator("select[name=give]").select_option("钱质检")
    boss.locator("select[name=take]").select_option("赵质检")
    boss.get_by_role("button", name="转交").click()
    expect(boss.locator("main")).to_contain_text("赵质检 未做")
    page.goto(address)
    page.locator("section:has(#calls-title) tbody a").first.click()
    expect(page.get_by_role("link", name="抽查 1")).to_be_visible()
    _decide_all(page)
    here = page.url
    page.keyboard.press("g")
    page.wait_for_url(lambda url: url != here and url.endswith("?draw=1"))
    page.goto(address)
    expect(page.locator("main")).to_contain_text("进度：1 / 3 通")
