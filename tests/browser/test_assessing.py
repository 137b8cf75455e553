"""窗口考核 in a real browser: a rule is changed, a month is ranked and signed, a decision changes it, the clerk sees the own card."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Site, until
from tests.browser.test_every_page import PICTURES, settle
from tests.store import makers
from voice_agent.store import Store
from voice_agent.store.reviews import reviews

#: A month that is over.
MONTH, START = "2024-12", makers.MORNING - 700 * makers.DAY


def _fill(site: Site) -> tuple[str, int]:
    """Twenty-five calls of the demonstration's clerk; returns the clerk and a finding that is at fault."""
    with Store.open(site.store) as store:
        clerk = store.value("SELECT job_number FROM users WHERE username = 'zuoxi'")
        for n in range(25):
            makers.judged_call(
                store, f"old{n}", {"greeting": "missing"} if n < 5 else {}, start=START + n * 90, clerk=clerk
            )
        return clerk, store.value("SELECT f.id FROM findings f JOIN calls c ON c.id = f.call WHERE c.call_id = 'old0' AND rule = 'greeting'")  # fmt: skip


def test_a_month_is_ranked_signed_and_reckoned_anew(site: Site) -> None:
    """From the rule to the second version of a card, with the difference; the clerk sees it signed."""
    clerk, finding = _fill(site)
    boss = site.sign_in("zhuguan")
    boss.get_by_role("link", name="考核").click()
    boss.get_by_role("link", name="评分办法").click()
    boss.get_by_label("至少判定几通才评分").fill("10")
    boss.get_by_label("修改的理由").fill("通数少的单位也要评")
    boss.get_by_role("button", name="保存为第 2 版").click()
    expect(boss.locator("main")).to_contain_text("通数少的单位也要评")
    boss.goto(f"/cards?period={MONTH}")
    expect(boss.locator("#cards tbody tr")).to_have_count(1)
    expect(boss.locator("#cards")).to_contain_text("标兵")
    boss.get_by_role("button", name="签发 1 张考核表").click()
    expect(boss.locator("#cards")).to_contain_text("第 1 版")
    with Store.open(site.store) as store:
        reviewer = store.value("SELECT id FROM users WHERE username = 'zhijian1'")
        reviews.overrule(store, finding, reviewer, "说了您好")
    boss.reload()
    expect(boss.locator("#cards")).to_contain_text("现在重算会不同")
    boss.locator("#cards tbody a").click()
    until(boss, "document.querySelector('[data-chart]').dataset.ready === '6'")
    expect(boss.get_by_role("region", name="签发以后的变动")).to_contain_text("开场问候")
    boss.get_by_label("重新核算的理由").fill("复核后改判")
    boss.get_by_role("button", name="签发第 2 版").click()
    expect(boss.get_by_role("region", name="与第 1 版的差别")).to_contain_text("开场问候")
    own = site.sign_in("zuoxi")
    own.get_by_role("link", name="我的考核").click()
    own.goto(f"/card?period={MONTH}")
    expect(own.locator("#state")).to_contain_text("第 2 版")
    expect(own.locator("main")).to_contain_text(f"工号 {clerk}")
    assert own.get_by_role("button", name="签发第 3 版").count() == 0


def test_the_matrix_leads_to_the_calls_of_a_clerk_and_a_rule(site: Site) -> None:
    """The number beside a rate lists exactly these calls."""
    _fill(site)
    boss = site.sign_in("zhuguan")
    boss.goto("/cards/matrix?since=2024-12-01&until=2024-12-31")
    boss.get_by_role("link", name="开场问候：5 通不达标").click()
    expect(boss.locator(".pager")).to_contain_text("共 5 通")


def test_pictures_of_reports_and_cards(site: Site) -> None:
    """Kept as artefacts of each run: a signed ranking, a card with its trend, the matrix, a report."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with Store.open(site.store) as store:
        numbers = [row["job_number"] for row in store.rows("SELECT job_number FROM clerks ORDER BY 1 LIMIT 8")]
        for place, clerk in enumerate(numbers):
            for n in range(25):
                for month in range(3):
                    faults = {"job_number": "missing"} if n < place + month else {}
                    start = START + n * 100 - month * 31 * makers.DAY
                    makers.judged_call(store, f"x{place}-{n}-{month}", faults, start=start, clerk=clerk)  # type: ignore[arg-type]  # a status
    boss = site.sign_in("zhuguan", height=900)
    boss.goto(f"/cards?period={MONTH}")
    boss.get_by_role("button", name="签发").click()
    expect(boss.locator("#cards")).to_contain_text("第 1 版")
    boss.screenshot(path=PICTURES / "cards.png")
    boss.locator("#cards tbody a").nth(2).click()
    settle(boss)
    boss.screenshot(path=PICTURES / "card.png", full_page=True)
    boss.goto("/cards/matrix?since=2024-12-01&until=2024-12-31")
    boss.screenshot(path=PICTURES / "matrix.png")
    boss.goto("/report?period=2026")
    boss.screenshot(path=PICTURES / "report.png")
    assert all((PICTURES / f"{name}.png").exists() for name in ("cards", "card", "matrix", "report"))
