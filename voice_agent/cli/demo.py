"""``voice-agent demo``: the main job on the bundled recordings, for somebody who has just arrived."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import track

from voice_agent.bundled import bundled_calls, hear_and_judge
from voice_agent.cli.base import Settings, pass_settings
from voice_agent.cli.render import console, overview
from voice_agent.config import load_config
from voice_agent.demo.fill import fill
from voice_agent.demo.live import run_live
from voice_agent.evaluate import read_calls
from voice_agent.store import Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.people.directory import list_clerks
from voice_agent.values import Agent, Judgement, Transcript
from voice_agent.web.demo import add_people, demo_config
from voice_agent.web.server import beside, free_port
from voice_agent.web.site import Site

CONFIG = """# 由 script/demo 生成：演示用的数据库。
[store]
path = "demo.db"
[recordings]
folder = {folder!r}
"""


def demo_folder() -> Path:
    """Where the demonstration leaves its results."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "voice-agent" / "demo"


@click.command("demo")
@click.option("--asterisk", is_flag=True, help="在本机启动一个真实的 Asterisk，同时拨几通真实的电话，边打边判。")
@click.option(
    "--calls", "count", type=click.IntRange(1, 24), default=4, show_default=True, help="--asterisk 时同时拨几通。"
)
@pass_settings
def demo_command(settings: Settings, asterisk: bool, count: int) -> None:
    """用随软件附带的录音演示：真实的语音识别，逐条检查，列出结果。"""
    folder = demo_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    first = _run_asterisk(settings, folder, count) if asterisk else _run_bundled(settings, folder)
    _farewell(folder, first)


def _run_asterisk(settings: Settings, folder: Path, count: int) -> str:
    with run_live(folder, count, beside=lambda place: _pages(settings, place)) as store:
        page = calls.list_calls(store, descending=False, limit=count)
        rows = [_stored(store, call) for call in page.calls]
    console().print(overview(rows, "真实 Asterisk 上的通话：检查结果"))
    return page.calls[0].call_id


@contextmanager
def _pages(settings: Settings, folder: Path) -> Iterator[None]:
    """The pages beside the calls: the board for the supervisor, the prompt for the first clerk; at a terminal the calls wait for a key."""
    config = demo_config(load_config(folder / "voice-agent.toml"), folder, free_port())
    with Store.open(config.store.path) as store:
        people = add_people(store, list_clerks(store)[0])
    with beside(Site(config, settings.book(), demo=True)) as address:
        click.echo(f"网页 {address}：")
        for one in people:
            if one.username in ("zhuguan", "zuoxi"):
                page = "正在通话 /live" if one.username == "zhuguan" else "通话提示 /mine/now"
                click.echo(f"  {one.username:<8} {one.password:<14} {page}")
        click.pause("打开网页登录后，按任意键开始拨打……")
        yield


def _stored(store: Store, call: CallRow) -> tuple[Transcript, Judgement]:
    agent = Agent(call.clerk or None, call.clerk_name or None, call.unit or None)
    judgement = judgements.present_judgement(store, call.id)
    assert judgement is not None  # noqa: S101 - run_live waits until every call is judged
    return Transcript(call.call_id, (), agent), judgement


def _run_bundled(settings: Settings, folder: Path) -> str:
    folders = read_calls(bundled_calls())
    book, recogniser = settings.book(), settings.recogniser()
    (folder / "voice-agent.toml").write_text(CONFIG.format(folder=str(bundled_calls())), encoding="utf-8")
    (folder / "demo.db").unlink(missing_ok=True)
    click.echo(f"用 {recogniser.model.name} 识别 {len(folders)} 通录音……", err=True)
    with Store.open(folder / "demo.db") as store:
        judging = fill(store, folders, hear_and_judge(folders, book, recogniser), book)
        judged = [call for _, call in track(judging, "正在识别与检查", len(folders), console=console(), transient=True)]
    judged.sort(key=lambda call: call.judgement.call_id)
    console().print(overview([(call.transcript, call.judgement) for call in judged], "随软件附带的通话：检查结果"))
    return "c05-cold-and-impatient"


def _farewell(folder: Path, first: str) -> None:
    command = f"voice-agent --config {folder / 'voice-agent.toml'}"
    click.echo(f"结果存在 {folder / 'demo.db'}。接下来可以试试（命令在 .venv/bin/ 下）：")
    for line in (f"show {first}", "stats --by 坐席", "search 工号", "export 统计.xlsx"):
        click.echo(f"  {command} {line}")
    click.echo("  voice-agent serve --demo          # 打开网页")
    click.echo("  voice-agent listen                # 接上自己的 Asterisk，见 README")
