"""``voice-agent model``: which models there are, install one, where the one in use lies, how well one hears, what its confidences are worth."""

from __future__ import annotations

from pathlib import Path

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from voice_agent.cli.base import Settings, existing_file, pass_settings
from voice_agent.cli.render import console
from voice_agent.hearing.models.install import OFFICIAL, install
from voice_agent.hearing.models.installed import choose, installed

_ORIGINS = {"option": "命令行指定", "config": "配置指定", "installed": "已安装", "bundled": "随软件附带"}


@click.group("model")
def model_group() -> None:
    """语音模型：查看、安装、评测。"""


@model_group.command("list")
@pass_settings
def list_command(settings: Settings) -> None:
    """列出可用的中文模型和可以安装的官方模型。"""
    used = choose(None, settings.config.model.path).path
    table = Table()
    for heading in ("名称", "来源", "大小", "采样率", "位置"):
        table.add_column(heading, overflow="fold")
    for one in installed():
        mark = "（使用中）" if one.path == used else ""
        table.add_row(
            one.name + mark, _ORIGINS[one.origin], f"{one.size / 1e6:.0f} MB", f"{one.rate} Hz", str(one.path)
        )
    console().print(table)
    click.echo(f"可安装的官方模型：{'、'.join(OFFICIAL)}。安装：voice-agent model install 名称或压缩包")


@model_group.command("install")
@click.argument("source", metavar="名称或压缩包")
def install_command(source: str) -> None:
    """下载并安装官方中文模型（可断点续传，核对校验和），或安装带进来的 zip 压缩包。"""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(), transient=True) as progress:
        task = progress.add_task("正在安装模型", total=None)
        choice = install(source, lambda done, total: progress.update(task, completed=done, total=total))
    click.echo(f"已安装 {choice.name}：{choice.path}")


@model_group.command("path")
@click.option("--model", type=click.Path(path_type=Path), metavar="目录或名称", help="看这个模型会解析到哪里。")
@pass_settings
def path_command(settings: Settings, model: Path | None) -> None:
    """打印正在使用的模型所在目录。"""
    click.echo(choose(model, settings.config.model.path).path)


@model_group.command("evaluate")
@click.argument("model", type=click.Path(path_type=Path), metavar="模型")
@click.argument("clips", type=existing_file, metavar="列表.tsv")
@click.option("--limit", type=click.IntRange(1), help="只听前几条。")
def evaluate_command(model: Path, clips: Path, limit: int | None) -> None:
    """量一量模型听得有多准：字错误率与无调拼音错误率，按语料分列，宽带与模拟电话各一次，附按说话人重抽样的置信区间。

    “列表.tsv”的列：file、speaker、corpus、seconds、transcript。
    """
    from voice_agent.hearing.evaluate_model import evaluate_model, report  # noqa: PLC0415 - loads the recogniser

    click.echo(report(evaluate_model(choose(model).path, clips, limit=limit)))


@model_group.command("calibrate")
@click.argument("model", type=click.Path(path_type=Path), metavar="模型")
@click.argument("clips", type=existing_file, metavar="列表.tsv")
def calibrate_command(model: Path, clips: Path) -> None:
    """让置信度名副其实：听一遍列表，把“说出的置信度 → 实际听对的比例”写进模型目录（conf/confidence.tsv；
    会复核候选的模型还有 conf/evidence.tsv：各项依据的权重）。

    列表须是训练和调参都没有用过的录音，格式与 evaluate 相同；之后用另一份列表运行 evaluate 检验。
    """
    from voice_agent.hearing.evaluate_model import calibrate_model  # noqa: PLC0415 - loads the recogniser

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(), transient=True) as progress:
        task = progress.add_task("正在听", total=None)
        path = calibrate_model(
            choose(model).path, clips, lambda done, of: progress.update(task, completed=done, total=of)
        )
    click.echo(f"已写入 {path}")
