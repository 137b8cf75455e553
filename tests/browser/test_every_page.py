"""Every page of every role: readable for screen readers (axe-core), silent in the console, in light and dark; pictures of the main ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Site, until
from tests.conftest import REPOSITORY
from voice_agent.store import Store

AXE = Path(__file__).parent / "vendor/axe-core/axe.min.js"
PICTURES = REPOSITORY / "artifacts" / "pictures"
EVER = "since=2020-01-01&until=2099-12-31"
PAGES = {
    "zhijian1": ("/queue", "/workload", "/bulk?rule=closing&status=missing", "/search?q=社保", "/queue?rule=greeting", "/calls", "/calls/1", "/live", "/alerts", "/ratings", "/windows", "/ledger?since=2020-01-01", "/draws", "/objections", "/objections?state=all", "/phrasebook?q=您好", "/password", "/account", "/queue?text=没有人说过"),
    "zuoxi": ("/mine", "/mine/now", "/mine/now?small=1", "/ratings", "/ledger", "/card?period=2026", "/card?period=2001", "/rectifications", "/objections", "/phrasebook?part=rules"),
    "zhuguan": (f"/statistics?{EVER}", "/ratings?by=clerk", "/windows", "/ledger", "/workload?who=2", "/complaints", f"/watch?{EVER}", "/rectifications", "/objections?state=all", "/phrases?since=2020-01-01&phrase=T02", f"/statistics?{EVER}&by=clerk&least=1", "/statistics?since=2001-01-01&until=2001-01-02", "/report?period=2026", "/cards?period=2026", "/cards?period=2026&kind=window", "/cards/scheme", f"/cards/matrix?{EVER}", "/calls/1", "/phrasebook?part=prohibited"),
    "guanli": ("/users", "/health", "/units", "/roster", "/failed", "/retention", "/erase", "/account", "/audit", "/learning", "/phrasebook/drafts", "/phrasebook?part=norms", "/phrasebook/versions/1"),
}  # fmt: skip


def settle(page: Page) -> None:
    """Wait for sound, charts and figures that arrive by themselves, where there are any."""
    page.locator("#left").wait_for(state="detached")
    if page.locator("#player").count():
        page.wait_for_selector("body[data-ready=sound]")
    for chart in page.locator("[data-chart]").all():
        chart.and_(page.locator("[data-ready]")).wait_for()


def serious(site: Site, page: Page) -> list[str]:
    """What axe-core calls serious or critical: rule and where. axe itself tries inline styles, which is no complaint of the page."""
    before = len(site.complaints)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    site.complaints[before:] = [one for one in site.complaints[before:] if "inline style" not in one]
    return [
        f"{page.url} {one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("username", PAGES)
def test_no_serious_violation(username: str, dark: bool, site: Site) -> None:
    """Names, contrast, order: axe-core finds nothing serious, and no console complains (checked by the fixture)."""
    page = site.sign_in(username, dark=dark)
    found = []
    for path in PAGES[username]:
        page.goto(path)
        settle(page)
        found += serious(site, page)
    assert found == []


def expected(site: Site, page: Page, path: str, status: int) -> list[str]:
    """Violations on a page that is an error; that its address answers with ``status`` is no complaint."""
    before = len(site.complaints)
    answer = page.goto(path)
    assert answer is not None and answer.status == status, path
    found = serious(site, page)
    site.complaints[before:] = [one for one in site.complaints[before:] if f"status of {status}" not in one]
    return found


def locked(site: Site, page: Page) -> list[str]:
    """Violations on the page that says that somebody else is writing to the store."""
    before = len(site.complaints)
    with Store.open(site.store) as writer:
        writer.write("BEGIN IMMEDIATE")
        page.get_by_role("button", name="退出").click()
        page.get_by_role("heading", name="请稍后再试").wait_for()
        found = serious(site, page)
        writer.write("ROLLBACK")
    site.complaints[before:] = [one for one in site.complaints[before:] if "status of 503" not in one]
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_what_a_clerk_and_a_draw_show_is_accessible(dark: bool, site: Site) -> None:
    """A clerk's own call with the dialog to object, a draw that was just made, and the calls that it drew."""
    clerk, reviewer = site.sign_in("zuoxi", dark=dark), site.sign_in("zhijian1", dark=dark)
    clerk.locator("tbody a").first.click()
    settle(clerk)
    found = serious(site, clerk)
    clerk.locator("[data-ask=object-dialog]").first.click()
    found += serious(site, clerk)
    reviewer.goto("/draws")
    reviewer.get_by_role("button", name="抽取").click()
    reviewer.wait_for_url("**/draws/*")
    found += serious(site, reviewer)
    reviewer.goto("/draws")
    assert found + serious(site, reviewer) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_errors_are_accessible(dark: bool, site: Site) -> None:
    """What is not there, not allowed, not sensible, a store that stays locked, and the way in."""
    page = site.sign_in("zuoxi", dark=dark)
    found = [
        *expected(site, page, "/calls/999999", 404),
        *expected(site, page, "/nowhere", 404),
        *expected(site, page, "/queue", 403),
        *expected(site, page, "/mine?since=yesterday", 400),
    ]
    page.goto("/mine")
    found += locked(site, page)
    page.goto("/mine")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login")
    assert found + serious(site, page) == []


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080), (820, 1180)])
def test_nothing_is_cut_off(width: int, height: int, site: Site) -> None:
    """At both desktop sizes and on a tablet no page scrolls sideways."""
    for username in ("zhijian1", "zhuguan"):
        page = site.sign_in(username, width=width, height=height)
        for path in PAGES[username]:
            page.goto(path)
            settle(page)
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, path


def test_pictures_of_the_main_pages(site: Site) -> None:
    """Kept as artefacts of each run: queue, call in mid-play, statistics, a clerk's objection, phrase book."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    reviewer, supervisor, clerk = (site.sign_in(name, height=900) for name in ("zhijian1", "zhuguan", "zuoxi"))
    reviewer.goto("/queue")
    reviewer.screenshot(path=PICTURES / "queue.png")
    reviewer.locator("tbody a").first.click()
    settle(reviewer)
    reviewer.keyboard.press("j")
    reviewer.keyboard.press(" ")
    until(reviewer, "document.querySelector('audio').currentTime > 8.5")
    reviewer.screenshot(path=PICTURES / "call.png")
    supervisor.goto(f"/statistics?{EVER}&by=week")
    settle(supervisor)
    supervisor.screenshot(path=PICTURES / "statistics.png")
    clerk.locator("tbody a").first.click()
    settle(clerk)
    clerk.locator("[data-ask=object-dialog]").first.click()
    clerk.get_by_label("为什么这条判定不对？").fill("当时来电人没有听清，我是在重复说明，请再听一遍。")
    clerk.screenshot(path=PICTURES / "objection.png")
    supervisor.goto("/draws")
    supervisor.get_by_label("抽几通").fill("6")
    supervisor.locator("select[name=per]").select_option("全部")
    supervisor.get_by_label("目的").fill("十一月明察暗访")
    supervisor.get_by_label("赵质检").check()
    supervisor.get_by_label("钱质检").check()
    supervisor.get_by_role("button", name="抽取").click()
    supervisor.wait_for_url("**/draws/*")
    supervisor.screenshot(path=PICTURES / "draw.png", full_page=True)
    _picture_measures(reviewer, supervisor, clerk)
    supervisor.goto("/phrasebook?q=您好工号1086为您服务请讲")
    supervisor.screenshot(path=PICTURES / "phrasebook.png")
    assert len(list(PICTURES.glob("*.png"))) >= 5


def _picture_measures(reviewer: Page, supervisor: Page, clerk: Page) -> None:
    """What an institution does with the findings: levels, phrases, search, a measure, a complaint, the windows to look at."""
    for name, path in (("levels", f"/statistics?{EVER}&by=node&node=64&least=1"), ("phrases", f"/phrases?{EVER}")):
        supervisor.goto(path)
        settle(supervisor)
        if name == "phrases":
            supervisor.get_by_text("已统计 24 通").wait_for(timeout=30_000)
        supervisor.screenshot(path=PICTURES / f"{name}.png")
    reviewer.goto("/search?q=身份证")
    reviewer.screenshot(path=PICTURES / "search.png")
    clerk.goto("/mine")
    address = clerk.locator("tbody a").first.get_attribute("href") or ""
    reviewer.goto(address)
    settle(reviewer)
    reviewer.keyboard.press("y")
    reviewer.get_by_role("button", name="列入整改").first.click()
    reviewer.get_by_label("整改要求").fill("学习开场用语，班前演练一周")
    reviewer.get_by_label("整改期限").fill("2099-12-31")
    reviewer.get_by_role("button", name="列入", exact=True).click()
    reviewer.get_by_text("整改 1：待整改").wait_for()
    supervisor.goto("/rectifications")
    supervisor.screenshot(path=PICTURES / "rectification.png")
    supervisor.goto(f"/complaints?call={reviewer.locator('h1').inner_text().removeprefix('通话 ')}")
    supervisor.get_by_label("内容（不要写投诉人的电话和证件号）").fill("说话不耐烦，没有说清要带什么材料")
    supervisor.get_by_role("button", name="登记", exact=True).click()
    supervisor.get_by_text("说话不耐烦").wait_for()
    supervisor.screenshot(path=PICTURES / "complaint.png")
    supervisor.goto(f"/watch?{EVER}")
    supervisor.screenshot(path=PICTURES / "watch.png")
