"""A real call on a real Asterisk, heard while it goes on, in a real browser: the number is missed, prompted, told, and the prompt vanishes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from phrasebook.model import PhraseBook
from recordings_fixtures.asterisk.server import AsteriskServer, AsteriskUnavailableError, fetch_root
from tests.browser.conftest import Site
from tests.conftest import REPOSITORY
from tests.web.serving import running, site_for
from voice_agent.bundled import bundled_calls
from voice_agent.demo import live
from voice_agent.evaluate import CallFolder, read_calls
from voice_agent.store import Store
from voice_agent.store.live.calls_now import LiveCall, end_all, save_live, save_status
from voice_agent.store.people.users import add_user
from voice_agent.web.doors.auth import hash_password

PICTURES = REPOSITORY / "artifacts" / "pictures"
PASSWORD = "ein Haus am See"
PEOPLE = {"zuoxi": ("staff", "2045"), "zhuguan": ("supervisor", "")}


def people(store: Path) -> dict[str, str]:
    with Store.open(store) as opened:
        for name, (role, job) in PEOPLE.items():
            hashed = hash_password(PASSWORD)
            add_user(opened, name, name=name, role=role, job_number=job, password_hash=hashed, must_change=False)  # type: ignore[arg-type]
    return dict.fromkeys(PEOPLE, PASSWORD)


@pytest.fixture
def chosen() -> list[CallFolder]:
    """A clerk who tells the number at the end, and one who is impatient."""
    wanted = ("c02-number-at-the-end", "c16-quarrel")
    return [call for call in read_calls(bundled_calls()) if call.call_id in wanted]


@pytest.fixture
def asterisk(tmp_path: Path, chosen: list[CallFolder]) -> Iterator[AsteriskServer]:
    try:
        root = fetch_root()
    except AsteriskUnavailableError as error:
        pytest.skip(f"no Asterisk: {error}")
    (tmp_path / "ast").mkdir()
    with AsteriskServer(root, clerks=tuple(str(call.agent.job_number) for call in chosen)) as server:
        live.write_config(tmp_path, server, chosen)
        yield server


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


@pytest.mark.asterisk
@pytest.mark.vosk
@pytest.mark.timeout(300)
def test_missed_number_is_prompted_told_and_gone(
    asterisk: AsteriskServer, chosen: list[CallFolder], chromium: Browser, book: PhraseBook, tmp_path: Path
) -> None:
    """The clerk's page counts down to the number, asks for it gently, stops once it was told, and is empty after the hang-up; the
    supervisor's board shows both calls with clock, channel, and the quarrel as it happens."""
    with live.listener(tmp_path, "--live"):
        live.wait(lambda: live.follows(tmp_path), 90, "not connected")
        passwords = people(tmp_path / "demo.db")
        with running(site_for(tmp_path / "demo.db", book)) as address:
            opened = Site(address, tmp_path / "demo.db", chromium, passwords)
            clerk, board = opened.sign_in("zuoxi", width=480, height=640), opened.sign_in("zhuguan")
            clerk.goto("/mine/now")
            board.goto("/live")
            expect(clerk.locator("#idle")).to_be_visible()
            live.place(asterisk, chosen, tmp_path)
            expect(board.locator("#going tbody tr")).to_have_count(2, timeout=20_000)
            expect(board.locator("#going")).to_contain_text("PJSIP/a2045")
            number = clerk.locator("#items li[data-rule=job_number]")
            expect(number).to_contain_text("工号未报", timeout=40_000)
            expect(number.locator(".clock")).to_have_text(re.compile(r"0:\d\d"))
            picture(clerk, "prompt")
            expect(board.locator("#going tr.warned")).to_contain_text("不耐烦", timeout=40_000)
            picture(board, "live-board")
            expect(number).to_contain_text("方便时请补报", timeout=40_000)
            expect(number).to_have_count(0, timeout=40_000)
            expect(clerk.locator("#idle")).to_be_visible(timeout=40_000)
            expect(board.locator("#none")).to_be_visible(timeout=60_000)
            assert opened.complaints == []
            for context in opened.contexts:
                context.close()
        live.wait(lambda: live.judged(tmp_path) == len(chosen), 120, "calls not judged")


def row(number: int, moment: float) -> LiveCall:
    state = {
        "answered": moment, "since": moment, "listening": "on", "why": "", "channel": f"PJSIP/a{number}-1", "duties": [], "warnings": [],
        "clerk_name": f"坐席{number}", "acts": [], "quiet": moment, "hold": None, "delivery": None,
    }  # fmt: skip
    return LiveCall(f"c{number}", "甲局", str(number), moment - 5, None, state)


@pytest.mark.timeout(120)
def test_five_hundred_calls_and_a_sleeping_browser(site: Site) -> None:
    """Five hundred rows stand and change; a page whose line was cut for a while says what it missed and is right again."""
    moment = time.time()
    with Store.open(site.store) as store:
        save_status(store, {"following": True, "waiting": 0, "limit": 24})
        save_live(store, [row(number, moment) for number in range(500)])
        page = site.sign_in("zhuguan")
        page.goto("/live")
        expect(page.locator("#going tbody tr")).to_have_count(500)
        expect(page.locator("#summary")).to_have_text("500 通在谈，0 人等候")
        page.context.set_offline(True)
        save_live(store, [row(500, moment)])
        page.wait_for_timeout(1500)
        end_all(store)
        save_status(store, {"following": True, "waiting": 0, "limit": 24})
        save_live(store, [row(501, moment)])
        page.context.set_offline(False)
        page.reload()
        expect(page.locator("#going tbody tr")).to_have_count(1)
        expect(page.locator("#going")).to_contain_text("坐席501")
    site.complaints[:] = [one for one in site.complaints if "ERR_" not in one and "EventSource" not in one]
