"""``voice-agent learn``: a model that a site teaches by its reviewers' decisions, measured before anybody uses it."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from voice_agent.cli.base import Settings, pass_settings
from voice_agent.cli.calls import local
from voice_agent.cli.render import console
from voice_agent.errors import StoreError
from voice_agent.store import Store
from voice_agent.store.learning.models import SiteModel, get_model, list_models
from voice_agent.teaching.lessons import learn, table, warning


@click.command("learn")
@click.option("--list", "listing", is_flag=True, help="只列出学过的模型。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
@pass_settings
def learn_command(settings: Settings, listing: bool, as_json: bool) -> None:
    """从本单位的复核结论学习：确认、改判、补充和成立的申诉，几分钟，不连外网。

    学完只列出前后对比（留出的复核结论和自带的通话，都没有学过），不影响任何判定；由管理员在网页“学习”里启用，可以撤销。
    """
    with settings.store() as store:
        if listing:
            _list(store)
            return
        book, least = settings.book(), settings.config.recordings.least_coverage
        with Progress(console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task("正在学习", total=None)
            number = learn(
                store,
                book,
                least_coverage=least,
                user=None,
                told=lambda done, all_: shown.update(task, completed=done, total=all_),
            )
        if number is None:
            raise StoreError("学习被停止，没有保存")
        _print(get_model(store, number), as_json)


def _print(model: SiteModel, as_json: bool) -> None:
    report = model.report
    if as_json:
        click.echo(json.dumps({"model": model.id, "digest": model.digest, **report}, ensure_ascii=False))
        return
    click.echo(
        f"模型 {model.id}（{model.digest}）：学了 {report['calls']} 通电话的 {report['decisions']} 条复核结论，留出 {report['held_back']} 条只用来衡量。"
    )
    if report["removed"]:
        click.echo(f"启用中的模型学过的 {report['removed']} 通电话已被删除，这次没有再学。")
    for title, part in (("本单位留出的复核结论", "site"), ("随软件附带的通话", "shipped")):
        lines = Table("", "学习前", "学习后", title=title)
        for line in table(report[part]):
            lines.add_row(*line)
        console().print(lines)
    if told := warning(report):
        click.echo(told)
    click.echo("还没有启用：请管理员看过对比后，在网页“学习”里启用。")


def _list(store: Store) -> None:
    models = list_models(store)
    if not models:
        click.echo("还没有学过。")
    for one in models:
        state = f"启用中，{one.adopted_by_name}" if one.adopted else "已撤销" if one.revoked_at else "未启用"
        click.echo(
            f"模型 {one.id}　{local(store, one.made_at)}　{one.report['decisions']} 条结论　{state}　{one.digest}"
        )
