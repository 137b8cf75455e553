"""A real Chromium on a real server over the bundled calls; every page is watched for errors in its console."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from phrasebook.book import load_book
from phrasebook.model import PhraseBook
from tests.conftest import REPOSITORY
from tests.web.serving import running, site_for
from voice_agent.store import Store
from voice_agent.web.demo import fill_demo

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without one (script/browser fetch) these tests are skipped."""
    found = subprocess.run([REPOSITORY / "script/browser", "path"], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip(found.stderr.strip())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.stdout.strip(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def book() -> PhraseBook:
    """The phrase book that comes with the product."""
    return load_book()


@dataclass(frozen=True)
class Demo:
    """The demonstration as ``serve --demo`` makes it: its store and the passwords."""

    store: Path
    passwords: dict[str, str]


@pytest.fixture(scope="session")
def first_demo(tmp_path_factory: pytest.TempPathFactory, book: PhraseBook) -> Demo:
    """Built once: judging the bundled calls takes seconds."""
    store = tmp_path_factory.mktemp("demo") / "demo.db"
    people = fill_demo(store, book)
    return Demo(store, {one.username: one.password for one in people})


@dataclass
class Site:
    """A running copy of the demonstration. ``complaints``: what consoles said, pages threw, and answers of 400 and more."""

    address: str
    store: Path
    browser: Browser
    passwords: dict[str, str]
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def sign_in(self, username: str, *, dark: bool = False, width: int = 1280, height: int = 800) -> Page:
        """A browser window of its own in which ``username`` has signed in through the form."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", locale="zh-CN",
            base_url=self.address,
        )  # fmt: skip
        self.contexts.append(context)
        page = context.new_page()
        self._watch(page)
        page.goto("/login")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(self.passwords[username])
        page.get_by_role("button", name="登录").click()
        page.get_by_role("button", name="退出").wait_for()
        return page

    def expire(self, username: str) -> None:
        """End every session of a person, as time does."""
        with Store.open(self.store) as store:
            store.write("DELETE FROM sessions WHERE user = (SELECT id FROM users WHERE username = ?)", (username,))

    def sign_in_again(self, page: Page, username: str) -> None:
        """Through the form that the page shows now."""
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(self.passwords[username])
        page.get_by_role("button", name="登录").click()
        page.get_by_role("button", name="退出").wait_for()

    def forgive(self, *statuses: int) -> None:
        """Refusals that a test provoked are no complaint."""
        wanted = [f"status of {one}" for one in statuses]
        self.complaints[:] = [one for one in self.complaints if not any(words in one for words in wanted)]

    def _watch(self, page: Page) -> None:
        def console(message) -> None:  # type: ignore[no-untyped-def]  # playwright's own type
            if message.type in ("error", "warning"):
                self.complaints.append(f"{page.url} console: {message.text}")

        page.on("console", console)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url} threw: {error}"))
        page.on("dialog", lambda dialog: self.complaints.append(f"{page.url} alert: {dialog.message}"))


@pytest.fixture
def site(chromium: Browser, first_demo: Demo, book: PhraseBook, tmp_path: Path) -> Iterator[Site]:
    """A fresh copy, served; afterwards no page may have complained."""
    store = Path(shutil.copy(first_demo.store, tmp_path / "demo.db"))
    with running(site_for(store, book, demo=True)) as address:
        opened = Site(address, store, chromium, first_demo.passwords)
        yield opened
        for context in opened.contexts:
            context.close()
    assert opened.complaints == []


def until(page: Page, expression: str, seconds: float = 30.0) -> None:
    """Wait until a JavaScript expression holds. Playwright's own waiting uses eval in the page, which the policy forbids."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never came true: {expression}"
        page.wait_for_timeout(50)


@pytest.fixture
def open_call() -> Callable[[Page, str], None]:
    """Opens a call by its name from the list the page shows, and waits until its sound can be played."""

    def opener(page: Page, name: str) -> None:
        page.get_by_role("link", name=name).click()
        page.wait_for_selector("body[data-ready=sound]")

    return opener
