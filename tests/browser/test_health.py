"""The administrator's page in a real browser: it brings itself up to date, and says so when it cannot."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from tests.browser.conftest import Site, until
from voice_agent.store import Store
from voice_agent.store.calls import gaps


def test_the_page_follows_what_happens(site: Site) -> None:
    """A listener that begins shows by itself; when the session has ended, old figures do not pass for new ones."""
    page = site.sign_in("guanli")
    page.clock.install()
    page.goto("/health")
    expect(page.locator("#health")).to_contain_text("还没有监听过")
    with Store.open(site.store) as store:
        gaps.save_alive(store, time.time() + 3600)
    page.clock.fast_forward(16_000)
    expect(page.locator("#health")).to_contain_text("正在监听")
    site.expire("guanli")
    page.clock.fast_forward(16_000)
    until(page, "document.getElementById('notice').textContent.includes('登录已过期')")
    expect(page.get_by_role("link", name="重新登录")).to_be_visible()
    site.forgive(401)
