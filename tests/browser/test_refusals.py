"""Nothing that somebody wrote is lost: a refusal is seen where it happened, with what to do, and the text is still there."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

CALL = "c02-number-at-the-end"
REASON = "开头就说了工号，请再听 0:03 处"


def _open(page: Page, name: str = CALL) -> str:
    page.goto("/queue")
    page.get_by_role("link", name=name).click()
    page.wait_for_selector("body[data-ready=sound]")
    return page.url


def _write_overrule(page: Page) -> None:
    page.locator(".finding[data-open]").first.get_by_role("button", name="改判").click()
    page.get_by_label("理由（必填，坐席能看到）").fill(REASON)


def _submit_overrule(page: Page) -> None:
    page.locator("#overrule-dialog").get_by_role("button", name="改判", exact=True).click()


def test_while_another_reviews_the_dialog_stays_and_the_buttons_say_who(site: Site) -> None:
    """The second of two reviewers is told who is at the call, keeps the reason, and finds the buttons inactive."""
    first, second = site.sign_in("zhijian1"), site.sign_in("zhijian2")
    _open(first)
    _open(second)
    _write_overrule(second)
    first.keyboard.press("y")
    expect(first.locator("#work")).to_contain_text("由您复核")
    _submit_overrule(second)
    dialog = second.locator("#overrule-dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("赵质检 复核")
    assert dialog.get_by_role("textbox").input_value() == REASON
    dialog.get_by_role("button", name="取消").click()
    expect(second.locator("#held")).to_contain_text("赵质检 正在复核")
    buttons = second.locator(".finding .decide button")
    assert buttons.count() > 0
    assert all(button.is_disabled() for button in buttons.all())
    second.keyboard.press("u")
    expect(second.locator("#notice")).to_contain_text("赵质检 正在复核")
    first.get_by_role("button", name="交还").click()
    second.get_by_role("button", name="再看一次").click()
    expect(second.locator(".finding .decide button").first).to_be_enabled()
    site.forgive(403)


def test_after_the_session_expired_one_is_back_with_the_text(site: Site) -> None:
    """Signing in again leads to the same call, the same dialog and the same words, which can then be saved."""
    page = site.sign_in("zhijian1")
    address = _open(page)
    _write_overrule(page)
    site.expire("zhijian1")
    _submit_overrule(page)
    expect(page.locator("#overrule-dialog").get_by_role("alert")).to_contain_text("登录已过期")
    page.get_by_role("link", name="重新登录").click()
    site.sign_in_again(page, "zhijian1")
    expect(page).to_have_url(address)
    dialog = page.locator("#overrule-dialog")
    assert dialog.get_by_role("textbox").input_value() == REASON
    _submit_overrule(page)
    expect(page.locator("#work")).to_contain_text(f"人工改判：{REASON}")
    expect(dialog).to_be_hidden()
    site.forgive(401)


def test_finishing_after_the_session_expired_says_so_and_leads_to_signing_in(site: Site) -> None:
    """G does not end on a bare page: the call stays, with a way to sign in and back."""
    page = site.sign_in("zhijian1")
    page.goto("/calls?verdict=compliant")
    page.locator("tbody a").first.click()
    page.wait_for_selector("body[data-ready=sound]")
    address = page.url
    site.expire("zhijian1")
    page.keyboard.press("g")
    expect(page.locator("#notice")).to_contain_text("登录已过期")
    assert page.url == address
    page.locator("#notice").get_by_role("link", name="重新登录").click()
    site.sign_in_again(page, "zhijian1")
    expect(page).to_have_url(address)
    site.forgive(401)


def test_a_blank_reason_and_a_span_that_is_none_are_refused_in_the_dialog(site: Site) -> None:
    """Blanks are no reason, an end before its start no span; what was written stays to be mended."""
    page = site.sign_in("zhijian1")
    _open(page)
    _write_overrule(page)
    dialog = page.locator("#overrule-dialog")
    dialog.get_by_role("textbox").fill("   ")
    _submit_overrule(page)
    expect(dialog.get_by_role("alert")).to_contain_text("改判必须写明理由")
    dialog.get_by_role("button", name="取消").click()
    page.get_by_role("button", name="补充问题").click()
    adding = page.locator("#add-dialog")
    adding.get_by_label("从（秒）").fill("9")
    adding.get_by_label("到（秒）").fill("4")
    adding.get_by_role("textbox").fill("语气很冲")
    adding.get_by_role("button", name="补充", exact=True).click()
    expect(adding.get_by_role("alert")).to_contain_text("终点应在起点之后")
    assert adding.get_by_role("textbox").input_value() == "语气很冲"
    adding.get_by_label("到（秒）").fill("2000")
    adding.get_by_role("button", name="补充", exact=True).click()
    expect(adding.get_by_role("alert")).to_contain_text("超出了通话")
    site.forgive(400)


def test_the_answer_to_an_objection_survives_an_expired_session(site: Site) -> None:
    """A plain form leads to signing in, says that nothing was saved, and has its text again afterwards."""
    clerk, reviewer = site.sign_in("zuoxi"), site.sign_in("zhijian2")
    clerk.locator("tbody a").first.click()
    clerk.wait_for_selector("body[data-ready=sound]")
    clerk.locator("[data-ask=object-dialog]").first.click()
    clerk.get_by_label("为什么这条判定不对？").fill("我说了")
    clerk.get_by_role("button", name="提交申诉").click()
    expect(clerk.locator("#work")).to_contain_text("申诉待裁定")
    reviewer.goto("/objections")
    reviewer.get_by_label("裁定理由（必填，坐席能看到）").fill("听了三遍，确实说了")
    site.expire("zhijian2")
    reviewer.get_by_role("button", name="申诉成立").click()
    expect(reviewer.get_by_role("alert").filter(visible=True)).to_contain_text("没有保存")
    site.sign_in_again(reviewer, "zhijian2")
    reviewer.wait_for_url("**/objections")
    assert reviewer.get_by_label("裁定理由（必填，坐席能看到）").input_value() == "听了三遍，确实说了"
    reviewer.get_by_role("button", name="申诉成立").click()
    expect(reviewer.locator("main")).to_contain_text("听了三遍，确实说了")
