"""How fast the pages answer over a large store, how that grows, fifty reviewers at once, and the first paint of a ten-minute call.

    python benchmarks/web_pages.py [--calls 200000] [--folder DIR] [--only pages|crowd|paint]

Server time is processor time of one core (medians of 15 requests, client included), so a busy machine does not distort it; the
ratio compares a store of a tenth of the calls. The fifty reviewers ask for queue and call pages, each pausing one to three
seconds, for half a minute. The first paint is Chromium's own ``first-contentful-paint`` (wall time), when script/browser has one.
"""

from __future__ import annotations

import argparse
import random
import statistics as maths
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path

import httpx2
import numpy as np
import soundfile
from playwright.sync_api import BrowserContext, sync_playwright
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.large_store import build
from phrasebook.book import load_book
from tests.browser.conftest import ARGUMENTS
from tests.web.serving import running, site_for
from voice_agent.store import Store
from voice_agent.store.calls import transcripts
from voice_agent.store.people.sessions import open_session
from voice_agent.store.people.users import add_user
from voice_agent.values import Segment, Transcript, Word
from voice_agent.web.app import create_app

ROLES = ("reviewer", "supervisor", "admin")
LIMIT_MS, LIMIT_GROWTH, LIMIT_SLOW, LIMIT_PAINT = 150.0, 1.5, 0.20, 1000.0
PAGES = (
    ("待复核", "reviewer", "/queue"),
    ("待复核，按得分", "reviewer", "/queue?sort=score"),
    ("待复核，按规则筛选", "reviewer", "/queue?rule=job_number"),
    ("待复核，无法判定", "reviewer", "/queue?status=uncertain"),
    ("待复核，坐席和规则", "reviewer", "/queue?clerk=1042&rule=greeting"),
    ("待复核，窗口、时段、分数", "reviewer", "/queue?window=3号窗口&hour=9&score_min=40&score_max=60"),
    ("待复核，单位、日期、规则", "reviewer", "/queue?unit=第3单位&rule=greeting&since=2026-09-01"),
    ("待复核，监测情况", "reviewer", "/queue?coverage=monitored"),
    ("通话，按规则筛选", "supervisor", "/calls?rule=greeting&status=missing"),
    ("一通电话", "reviewer", "/calls/7"),
    ("统计，三十天", "supervisor", "/statistics?since=2026-09-01&until=2026-09-30"),
    ("统计，一年按月", "supervisor", "/statistics?since=2025-11-22&until=2026-11-21&by=month"),
    ("统计，按坐席", "supervisor", "/statistics?since=2026-09-01&until=2026-09-30&by=clerk"),
    ("统计，按窗口", "supervisor", "/statistics?since=2026-09-01&until=2026-09-30&by=window"),
    ("通话，按得分", "supervisor", "/calls?sort=score&order=asc"),
    ("检索", "reviewer", "/search?q=身份证&since=2026-09-01&until=2026-09-30"),
    ("成批决定", "reviewer", "/bulk?rule=greeting&status=missing"),
    ("工作量", "supervisor", "/workload"),
    ("重点督查", "supervisor", "/watch?since=2026-09-01&until=2026-09-30"),
    ("抽查", "supervisor", "/draws"),
    ("审计日志", "admin", "/audit?action=claim&since=2026-01-01"),
    ("运行状况", "admin", "/health"),
    ("用语统计，三十天", "supervisor", "/phrases?since=2026-09-01&until=2026-09-30"),
    ("谁在说一条用语", "supervisor", "/phrases?since=2026-08-20&until=2026-09-18&phrase=T02"),
    ("考核，坐席", "supervisor", "/cards?period=2026-09"),
    ("考核，窗口", "supervisor", "/cards?period=2026-09&kind=window"),
    ("考核表", "supervisor", "/cards/clerk?subject=1042&period=2026-09"),
    ("坐席 × 要求", "supervisor", "/cards/matrix?since=2026-09-01&until=2026-09-30"),
    ("报告，一个月", "supervisor", "/report?period=2026-09"),
)
ROUNDS, REVIEWERS, SECONDS = 15, 50, 30.0


def prepare(path: Path, number: int) -> dict[str, str]:
    """A large store with one person for each role; role → session cookie."""
    if not path.exists():
        build(path, number)
    with Store.open(path) as store:
        # Everything was read for phrases: reading beside the pages would be counted as theirs.
        store.write("UPDATE phrase_book SET digest = ?", (load_book().digest,))
        store.write("DELETE FROM phrase_todo")
        name = f"{time.time_ns()}"
        people = {role: add_user(store, f"{role}{name}", name=role, role=role, password_hash="x", must_change=False) for role in ROLES}  # type: ignore[arg-type]  # noqa: S106 - nobody signs in  # fmt: skip
        return {role: open_session(store, user, 86400)[0] for role, user in people.items()}


def server_times(path: Path, tokens: dict[str, str]) -> dict[str, float]:
    """Page → median milliseconds of processor time."""
    site = site_for(path, load_book())
    with TestClient(create_app(site), base_url="http://127.0.0.1") as client:
        return {name: _median(client, address, tokens[role]) for name, role, address in PAGES}


def _median(client: TestClient, address: str, token: str) -> float:
    client.cookies.clear()
    client.cookies.set("voice-agent", token)
    times = []
    for _ in range(ROUNDS + 2):
        before = time.process_time()
        assert client.get(address, follow_redirects=False).status_code == 200, address
        times.append((time.process_time() - before) * 1000)
    return maths.median(times[2:])


def crowd(path: Path, token: str) -> tuple[int, float, float]:
    """Fifty reviewers at once: requests, median seconds, share of those slower than twice the median."""
    # The reviewers work in a process of their own, as they do in life.
    with running(site_for(path, load_book())) as address, ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:
        taken = elsewhere.submit(reviewers, address, token).result()
    median = maths.median(taken)
    return len(taken), median, sum(one > 2 * median for one in taken) / len(taken)


def reviewers(address: str, token: str) -> list[float]:
    """Seconds that each request of fifty reviewers took."""
    taken: list[float] = []
    threads = [threading.Thread(target=_reviewer, args=(n, address, token, taken)) for n in range(REVIEWERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def _reviewer(number: int, address: str, token: str, taken: list[float]) -> None:
    dice, end = random.Random(number), time.monotonic() + SECONDS  # noqa: S311 - repeatable pauses
    with httpx2.Client(base_url=address, cookies={"voice-agent": token}, timeout=60) as client:
        while time.monotonic() < end:
            time.sleep(dice.uniform(1.0, 3.0))
            begin = time.monotonic()
            client.get("/queue" if dice.random() < 0.3 else f"/calls/{dice.randrange(1, 5000)}").raise_for_status()
            taken.append(time.monotonic() - begin)


def give_sound(path: Path, folder: Path) -> None:
    """Make call 7 a ten-minute call with 2,000 words and a recording."""
    wav = folder / "long.wav"
    noise = np.random.default_rng(7).normal(0, 2000, (600 * 8000, 2)).astype(np.int16)
    soundfile.write(wav, noise, 8000)
    segments = tuple(
        Segment("agent" if n % 2 else "caller", n * 3.0, n * 3.0 + 2.8, "请您稍候我查询一下再答", tuple(Word(c, n * 3 + i * 0.25, n * 3 + i * 0.25 + 0.2) for i, c in enumerate("请您稍候我查询一下再")))
        for n in range(200)
    )  # fmt: skip
    with Store.open(path) as store:
        transcripts.save_transcript(store, 7, Transcript("long", segments, duration=600.0))
        transcripts.save_legs(store, 7, [transcripts.Leg("caller", wav, 0), transcripts.Leg("agent", wav, 1)])


#: What the browser tells of the way to the first paint, in milliseconds since the click (``脚本`` and ``排版`` are durations).
PAINT_PARTS = ("首字节", "页面收完", "可操作", "首次绘出", "脚本", "样式", "排版")
_TIMES = """() => {
  const page = performance.getEntriesByType("navigation")[0];
  return [page.responseStart, page.responseEnd, page.domInteractive, performance.getEntriesByName("first-contentful-paint")[0].startTime];
}"""


def first_paint(path: Path, token: str) -> dict[str, float] | None:
    """Milliseconds until Chromium paints the call page and the parts of it, medians of nine; None without a Chromium."""
    found = subprocess.run(["script/browser", "path"], capture_output=True, text=True, check=False)
    if found.returncode:
        return None
    with running(site_for(path, load_book())) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.stdout.strip(), args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": "voice-agent", "value": token, "url": address}])
        # The first round warms the server and its disk; a reviewer opens many calls.
        rounds = [_paint(context, f"{address}/calls/7") for _ in range(10)][1:]
        browser.close()
        return {
            name: float(maths.median(values))
            for name, values in zip(PAINT_PARTS, zip(*rounds, strict=True), strict=True)
        }


def _paint(context: BrowserContext, address: str) -> list[float]:
    page = context.new_page()
    meter = context.new_cdp_session(page)
    meter.send("Performance.enable")
    page.goto(address)
    page.wait_for_selector("body[data-ready=sound]")
    spent = {one["name"]: one["value"] * 1000 for one in meter.send("Performance.getMetrics")["metrics"]}
    times = [*page.evaluate(_TIMES), spent["ScriptDuration"], spent["RecalcStyleDuration"], spent["LayoutDuration"]]
    page.close()
    return times


@contextmanager
def folder_for(given: Path | None) -> Iterator[Path]:
    """The folder of the stores; a temporary one vanishes."""
    with ExitStack() as stack:
        yield given or Path(stack.enter_context(tempfile.TemporaryDirectory()))


def show_pages(folder: Path, number: int) -> None:
    """Server times of both stores."""
    small, large = folder / f"{number // 10}.db", folder / f"{number}.db"
    say(f"建立 {number // 10} 通和 {number} 通的数据库（已有的直接使用）")
    few, many = prepare(small, number // 10), prepare(large, number)
    say("各页面处理时间")
    before, after = server_times(small, few), server_times(large, many)
    print(f"{'页面':<24}{number // 10:>10}{number:>10}{'倍数':>8}   上限 {LIMIT_MS:g} ms、{LIMIT_GROWTH}×")
    for name in after:
        print(f"{name:<24}{before[name]:>9.1f} {after[name]:>9.1f} {after[name] / before[name]:>7.2f}")


def show_crowd(folder: Path, number: int) -> None:
    """Fifty reviewers at once."""
    path = folder / f"{number}.db"
    tokens = prepare(path, number)
    say(f"{REVIEWERS} 名质检员同时工作 {SECONDS:g} 秒")
    requests, median, slow = crowd(path, tokens["reviewer"])
    print(
        f"{REVIEWERS} 名质检员：{requests} 次请求，中位 {median * 1000:.0f} ms，慢于两倍中位 {slow:.1%}（上限 {LIMIT_SLOW:.0%}）"
    )


def show_paint(folder: Path, number: int) -> None:
    """The first paint, and what happens before it. A small store will do: the call is the same."""
    path = folder / f"{number // 10}.db"
    tokens = prepare(path, number // 10)
    say("十分钟通话首次绘出")
    give_sound(path, folder)
    parts = first_paint(path, tokens["reviewer"])
    if parts is None:
        print("没有 Chromium：先运行 script/browser fetch")
        return
    print("，".join(f"{name} {parts[name]:.0f} ms" for name in PAINT_PARTS) + f"（首次绘出上限 {LIMIT_PAINT:g} ms）")


PARTS = {"pages": show_pages, "crowd": show_crowd, "paint": show_paint}


def say(text: str) -> None:
    """Progress, apart from the figures."""
    print(f"… {text}", file=sys.stderr, flush=True)


def main() -> None:
    """Print the tables and whether the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, help="keep the stores here and use them again")
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    options = parser.parse_args()
    with folder_for(options.folder) as folder:
        for name, part in PARTS.items():
            if options.only in (None, name):
                part(folder, options.calls)


if __name__ == "__main__":
    main()
