"""A reviewer's decisions: what people say replaces what the machine said, nothing moves while one works, nothing is closed undecided."""

from __future__ import annotations

import sqlite3

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site, until
from voice_agent.store import Store

CALL = "c02-number-at-the-end"


def _open(page: Page, name: str = CALL) -> None:
    page.goto("/queue")
    page.get_by_role("link", name=name).click()
    page.wait_for_selector("body[data-ready=sound]")


def _order(page: Page) -> list[str | None]:
    return [one.get_attribute("data-finding") for one in page.locator("#work .finding").all()]


def _worst(page: Page) -> None:
    """Open the call of the queue with most open findings."""
    page.goto("/queue")
    names = page.locator("tbody th a").all_inner_texts()
    counts = {}
    for name in names[:8]:
        _open(page, name)
        counts[name] = page.locator(".finding[data-open]").count()
    _open(page, max(counts, key=counts.__getitem__))


def test_what_people_decided_is_what_is_said(site: Site) -> None:
    """After an overrule the person's reason stands there; the machine's sentence is shown as such, struck out."""
    page = site.sign_in("zhijian1")
    _open(page)
    finding = page.locator(".finding", has_text="主动告知工号").first
    machine = finding.locator("p").first.inner_text()
    finding.get_by_role("button", name="改判").click()
    page.get_by_label("理由（必填，坐席能看到）").fill("开头就说了工号")
    page.locator("#overrule-dialog").get_by_role("button", name="改判", exact=True).click()
    expect(finding).to_contain_text("人工改判：开头就说了工号")
    expect(finding.locator("s")).to_have_text(machine)
    verdict = page.locator("#work section").first
    expect(verdict.locator("s")).to_contain_text(machine)
    assert machine not in verdict.locator("p").first.inner_text()


def test_an_added_fault_is_not_contradicted(site: Site) -> None:
    """Beside a fault that a person added nothing says any more that everything was done."""
    page = site.sign_in("zhijian1")
    page.goto("/calls?verdict=compliant")
    _name = page.locator("tbody a").first.inner_text()
    page.get_by_role("link", name=_name).click()
    page.wait_for_selector("body[data-ready=sound]")
    verdict = page.locator("#work section").first
    expect(verdict).to_contain_text("各项应做到的都做到了")
    page.keyboard.press("a")
    page.locator("#add-dialog textarea").fill("语气很冲")
    page.get_by_role("button", name="补充", exact=True).click()
    expect(verdict.locator("p").first).to_have_text("语气很冲")
    expect(verdict.locator("s")).to_contain_text("各项应做到的都做到了")


def test_the_order_stays_and_a_decision_moves_on(site: Site) -> None:
    """The list keeps its order, the next open finding is chosen and in sight, and Y held down stores one review for each."""
    page = site.sign_in("zhijian1")
    _worst(page)
    before, opened = _order(page), page.locator(".finding[data-open]").count()
    assert opened >= 2
    first = page.locator('.finding[aria-current="true"]').get_attribute("data-finding")
    page.keyboard.press("y")
    until(page, f"document.querySelector('.finding[aria-current]').dataset.finding !== '{first}'")
    assert _order(page) == before
    expect(page.locator('.finding[aria-current="true"]')).to_be_in_viewport()
    expect(page.locator('.finding[aria-current="true"]')).to_have_attribute("data-open", "")
    for _ in range(opened + 3):
        page.keyboard.press("y")
        page.wait_for_timeout(150)
    expect(page.locator("#notice")).to_contain_text("每一条都有了决定")
    assert _order(page) == before
    with Store.open(site.store) as store:
        twice = store.rows("SELECT finding FROM reviews GROUP BY finding HAVING count(*) > 1")
        assert twice == []
        assert store.value("SELECT count(*) FROM reviews") == opened


def test_a_call_is_not_closed_undecided_and_can_be_opened_again(site: Site) -> None:
    """G asks for a decision or a spoken reason, the next page leads back, and the audit log knows both ways."""
    page = site.sign_in("zhijian1")
    _open(page)
    address = page.url
    page.keyboard.press("g")
    dialog = page.locator("#finish-dialog")
    expect(dialog).to_contain_text("没有决定")
    expect(dialog).to_contain_text("主动告知工号")
    dialog.get_by_role("textbox").fill("  ")
    dialog.get_by_role("button", name="暂不决定，完成复核").click()
    expect(dialog.get_by_role("alert")).to_contain_text("没有决定")
    dialog.get_by_role("textbox").fill("录音在开头断了，等原始录音")
    dialog.get_by_role("button", name="暂不决定，完成复核").click()
    expect(page.locator("#notice")).to_contain_text(f"通话 {CALL} 已完成复核")
    page.locator("#notice").get_by_role("link", name="回到那一通").click()
    expect(page).to_have_url(address)
    expect(page.locator("#work")).to_contain_text("1 条暂不决定：“录音在开头断了，等原始录音”")
    page.get_by_role("button", name="退回待复核").click()
    page.locator("#reopen-dialog textarea").fill("原始录音找到了")
    page.locator("#reopen-dialog").get_by_role("button", name="退回", exact=True).click()
    expect(page.locator("#work")).to_contain_text("退回待复核：“原始录音找到了”")
    page.goto("/queue")
    expect(page.get_by_role("link", name=CALL)).to_be_visible()
    admin = site.sign_in("guanli")
    admin.goto("/audit")
    expect(admin.locator("table")).to_contain_text("完成复核")
    expect(admin.locator("table")).to_contain_text(
        "退回待复核"
    )  # its reason stands with the call: the audit keeps nobody's words
    site.forgive(400)


def test_playing_before_the_sound_is_ready_plays_as_soon_as_it_is(site: Site) -> None:
    """A press while the sound is on its way is not forgotten."""
    page = site.sign_in("zhijian1")
    page.goto("/queue")
    address = page.get_by_role("link", name=CALL).get_attribute("href") or ""
    held: list[Route] = []
    page.route("**/peaks", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks what it is given
    page.goto(address, wait_until="domcontentloaded")
    until(page, "document.getElementById('talk').hasAttribute('data-wired')")
    page.locator("#play").click()
    expect(page.locator("#play")).to_contain_text("正在准备")
    held[0].continue_()
    page.wait_for_selector("body[data-ready=sound]")
    until(page, "document.querySelector('audio').currentTime > 0.3")


def test_a_long_word_does_not_widen_the_page(site: Site) -> None:
    """A remark without a single blank is broken within its panel."""
    page = site.sign_in("zhijian1")
    _open(page)
    page.keyboard.press("m")
    page.locator("#comment-dialog textarea").fill("x" * 1900)
    page.locator("#comment-dialog").get_by_role("button", name="保存").click()
    expect(page.locator("#work")).to_contain_text("xxxx")
    assert (
        page.evaluate("document.getElementById('work').scrollWidth")
        <= page.evaluate("document.getElementById('work').clientWidth") + 1
    )


def test_the_first_decision_is_above_the_fold(site: Site) -> None:
    """At 1280 × 800 the buttons of the first finding are seen without scrolling, clear of the bar of keys."""
    page = site.sign_in("zhijian1", width=1280, height=800)
    _open(page)
    button = page.locator(".finding .decide button").first
    expect(button).to_be_in_viewport(ratio=1)
    box, keys = button.bounding_box(), page.locator(".keys").bounding_box()
    assert box is not None
    assert keys is not None
    assert box["y"] + box["height"] <= keys["y"]


def test_labels_hang_where_the_duty_was_due(site: Site) -> None:
    """Only the clerk's lines carry labels; a missing ending hangs on the last of them."""
    page = site.sign_in("zhijian1")
    with sqlite3.connect(site.store) as plain:
        rows = plain.execute(
            "SELECT DISTINCT c.id FROM calls c JOIN findings f ON f.judgement = c.judgement_id"
            " WHERE f.rule = 'closing' AND f.status = 'missing' AND f.counted = 1"
        ).fetchall()
        every = plain.execute("SELECT id FROM calls").fetchall()
    plain.close()
    assert rows
    for (number,) in rows:
        page.goto(f"/calls/{number}")
        page.wait_for_selector("body[data-ready=sound]")
        last = page.locator(".turn:not(.caller)").last
        expect(last).to_contain_text("结束用语·缺失")
    for (number,) in every[:6]:
        page.goto(f"/calls/{number}")
        page.wait_for_selector("body[data-ready=sound]")
        expect(page.locator(".turn.caller .tags")).to_have_count(0)
        assert page.locator(".turn .tags .tag").count() > 0
