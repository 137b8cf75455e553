"""``voice-agent phrasebook backtest`` and its like: what a refined phrase book would change, before anybody is judged by it."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from voice_agent.cli.base import Settings, existing_folder, pass_settings
from voice_agent.cli.filters import Day
from voice_agent.cli.render import console
from voice_agent.errors import StoreError
from voice_agent.in_force import book_of, book_on, files_of
from voice_agent.labels import RULE_NAMES, STATUS_NAMES
from voice_agent.store import CallFilter, Store
from voice_agent.store.books.backtests import save_backtest
from voice_agent.store.books.drafts import get_draft, save_draft
from voice_agent.store.people.users import find_user
from voice_agent.teaching.backtest import Trial, back_test, chosen_calls
from voice_agent.teaching.changes import all_rules, truth_cells

#: Calls that the command names; the page names more.
_NAMED = 30


@click.command("backtest")
@click.argument("folder", type=existing_folder, metavar="目录")
@click.option("--since", type=Day(), metavar="日期", help="从这一天的通话起，如 2026-11-01。")
@click.option("--until", type=Day(), metavar="日期", help="到这一天止（含）。")
@click.option("--unit", metavar="单位", help="只试这个单位的通话。")
@click.option("--sample", type=click.IntRange(1), metavar="数量", help="只随机抽这么多通（每次抽到的相同）。")
@click.option("--workers", type=click.IntRange(1, 256), metavar="进程", help="同时用几个进程（默认用全部内核）。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
@pass_settings
def backtest_command(
    settings: Settings, folder: Path, since: date | None, until: date | None, unit: str | None, sample: int | None, workers: int | None, as_json: bool
) -> None:  # fmt: skip
    """把用语库草稿（一个目录）在已保存的通话上试一遍：哪些判定会变，与人工复核的结论相比准不准。

    不改动任何判定；按 Ctrl+C 停止，已试的部分照常汇报。
    """
    files, config = files_of(folder), settings.config
    draft = book_of(files)
    trial = Trial(
        config.store.path.expanduser(),
        config.store.timezone,
        files,
        config.phrasebook.folder,
        config.recordings.least_coverage,
    )
    with settings.store() as store:
        numbers = chosen_calls(store, CallFilter(since=since, until=until, unit=unit), sample)
        if not numbers:
            raise StoreError("没有符合条件、已监测的通话可以回测")
        report = _run(trial, numbers, workers or os.cpu_count() or 1)
        save_backtest(store, draft.digest, _against(settings, store), report, user=None)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        _print(report, draft.version)


def _against(settings: Settings, store: Store) -> str:
    return book_on(store, datetime.now(store.timezone).date().isoformat(), "", settings.book()).digest


def _run(trial: Trial, numbers: list[int], workers: int) -> dict[str, Any]:
    stop = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        with Progress(console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task("正在回测", total=len(numbers))
            return back_test(
                trial, numbers, workers=workers, told=lambda done, _: shown.update(task, completed=done), stop=stop
            )
    finally:
        signal.signal(signal.SIGINT, before)


def _print(report: Mapping[str, Any], version: str) -> None:
    click.echo(
        f"草稿 {version}：试了 {report['calls']} 通"
        + ("" if report["whole"] else "（中途停止）")
        + f"，{report['changes']} 处判定会变。"
    )
    if not report["changes"]:
        return
    console().print(_counts("按规则", {RULE_NAMES[rule]: counts for rule, counts in report["rules"].items()}))
    console().print(_counts("按单位", {unit or "（单位不详）": counts for unit, counts in report["units"].items()}))
    if report["decided"]:
        console().print(_truth(report["decided"]))
    for row in report["changed"][:_NAMED]:
        click.echo(
            f"  {row['call_id']}　{RULE_NAMES[row['rule']]}：{STATUS_NAMES[row['before']]} → {STATUS_NAMES[row['after']]}"
        )


def _counts(title: str, lines: Mapping[str, Mapping[str, int]]) -> Table:
    table = Table(title=title)
    for heading in ("", "新判为有问题", "不再判为有问题", "新增待复听", "不再待复听"):
        table.add_column(heading, overflow="fold")
    for name, counts in lines.items():
        table.add_row(name, *(str(counts.get(what, 0)) for what in ("gained", "lost", "doubted", "settled")))
    return table


def _truth(decided: Mapping[str, Mapping[str, int]]) -> Table:
    table = Table(title="与人工复核的结论相比（查准：判为有问题的有多少真有问题；查全：真有问题的判出多少）")
    for heading in ("规则", "人工认定有问题/没问题", "查准 现行→草稿", "查全 现行→草稿", "误判 现行→草稿"):
        table.add_column(heading, overflow="fold")
    for name, counts in [
        *((RULE_NAMES[rule], counts) for rule, counts in decided.items()),
        ("合计", all_rules(decided)),
    ]:
        table.add_row(name, *truth_cells(counts))
    return table


@click.command("draft")
@click.argument("folder", type=existing_folder, metavar="目录")
@click.option(
    "--user", "username", required=True, metavar="用户名", help="起草人（管理员）；发布须由另一位管理员在网页上进行。"
)
@click.option("--note", default="", metavar="说明", help="改了什么、为什么。")
@pass_settings
def draft_command(settings: Settings, folder: Path, username: str, note: str) -> None:
    """把一个目录存为用语库草稿，供回测和发布。"""
    files = files_of(folder)
    book = book_of(files)
    with settings.store() as store:
        user = find_user(store, username)
        if user is None or user.role != "admin":
            raise StoreError(f"没有名为 {username} 的管理员")
        number = save_draft(
            store, files, version=book.version, effective=book.effective, digest=book.digest, note=note, user=user.id
        )
    click.echo(f"已存为草稿 {number}（版本 {book.version}）。")


@click.command("export")
@click.argument("number", type=int, metavar="草稿编号")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="目录")
@pass_settings
def export_command(settings: Settings, number: int, folder: Path) -> None:
    """把草稿写成本单位用语库目录的文件（目录须为空或不存在）。"""
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(f"{folder}：目录不是空的，未写入")
    with settings.store() as store:
        files = get_draft(store, number).files
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    click.echo(f"已写入 {len(files)} 个文件：{folder}")


COMMANDS = (backtest_command, draft_command, export_command)
