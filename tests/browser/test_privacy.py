"""Personal data in a real browser: hidden until a reason is chosen, erased with a certificate; the second factor from the page."""

from __future__ import annotations

import re
import time

import pyotp
from playwright.sync_api import expect

from tests.browser.conftest import Site
from voice_agent.store import Store
from voice_agent.store.calls.transcripts import save_transcript
from voice_agent.values import Segment, Transcript

NAME = "苟惠芳"


def _told(site: Site) -> None:
    with Store.open(site.store) as store:
        said = (Segment("agent", 0.5, 1.5, "请问您怎么称呼"), Segment("caller", 2.0, 3.0, f"我叫{NAME}"))
        save_transcript(store, 1, Transcript("c", said))


def test_a_name_shows_after_a_reason_was_chosen(site: Site) -> None:
    """The conversation shows dots in its place; a reason of the list shows it, and the page says that this was logged."""
    _told(site)
    page = site.sign_in("zhijian1")
    page.goto("/calls/1")
    expect(page.locator("#talk")).to_contain_text("我叫•••")
    page.get_by_label("查看的理由").select_option("judge")
    page.get_by_role("button", name="显示", exact=True).click()
    expect(page.locator("#talk")).to_contain_text(f"我叫{NAME}")
    expect(page.locator(".call-head").first).to_contain_text("已记入日志")


def test_an_administrator_erases_a_person(site: Site) -> None:
    """Search, look at the list, say why, confirm; the certificate is a download, and the page lists it without any trace left."""
    _told(site)
    page = site.sign_in("guanli")
    page.goto("/erase")
    page.get_by_label("号码（7 位以上）或姓名").fill(NAME)
    page.get_by_role("button", name="查找").click()
    expect(page.locator("main")).to_contain_text("找到 1 通")
    page.get_by_label("依据").fill("本人书面申请")
    page.get_by_label("我确认删除").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="删除选中的通话内容").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert "没有找到任何残留" in text
    assert NAME not in text
    page.goto("/erase")
    expect(page.locator("main")).to_contain_text("没有残留")
    assert NAME.encode() not in site.store.read_bytes()


def test_the_second_factor_is_set_up_and_asked_for(site: Site) -> None:
    """The picture shows, the code of the app turns it on, ten codes are shown once, and the next sign-in needs a code."""
    page = site.sign_in("zhijian2")
    page.get_by_role("link", name="登录与安全").click()
    page.get_by_role("button", name="开始设置").click()
    picture = page.get_by_role("img", name=re.compile("二维码"))
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 100
    secret = page.locator("#totp-secret").inner_text().replace(" ", "")
    page.get_by_label("验证码").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_role("status").get_by_role("listitem")).to_have_count(10)
    page.get_by_role("button", name="退出", exact=True).click()
    page.get_by_label("用户名").fill("zhijian2")
    page.get_by_label("密码").fill(site.passwords["zhijian2"])
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert").first).to_contain_text("没有登录")
    site.forgive(401)
    page.get_by_label("密码").fill(site.passwords["zhijian2"])
    page.get_by_label("动态验证码").fill(pyotp.TOTP(secret).at(time.time() + 30))
    page.get_by_role("button", name="登录").click()
    page.get_by_role("button", name="退出", exact=True).wait_for()
