"""``voice-agent watch``: judge a folder of recordings, without Asterisk."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import click

from voice_agent.cli.base import Settings, existing_folder, pass_settings
from voice_agent.cli.listen import opened, report, silent, workers_of
from voice_agent.intake.recordings import RecordingPlaces
from voice_agent.live.listener import listen, stop_on_signals
from voice_agent.live.lists import Reading
from voice_agent.live.patience import patiently
from voice_agent.live.setup import desk, save_directory
from voice_agent.live.watching import Watch
from voice_agent.store.calls import calls


@click.command("watch")
@click.argument("folder", type=existing_folder, metavar="目录")
@click.option("--once", is_flag=True, help="检查完现有的录音就结束，不再等新的。")
@click.option("--quiet", is_flag=True, help="不逐通显示结果。")
@pass_settings
def watch_command(settings: Settings, folder: Path, once: bool, quiet: bool) -> None:
    """检查一个目录里的录音，新录音出现就检查，结果存入数据库；不需要 Asterisk。

    用于别的电话系统：时间和工号取自文件名（配置 [watch] name_pattern），或目录里的清单（.csv，列：文件、时间、时长、工号、来电号码、队列、方向）。
    清单里有、目录里没有的通话记为“未监测”。按 Ctrl-C 或发送 SIGTERM 停止。
    """
    config = settings.config
    recogniser, book = settings.recogniser(), settings.book()
    stop = threading.Event()
    stop_on_signals(stop)
    with opened(settings, stop) as store, workers_of(recogniser) as workers:
        patiently(lambda: save_directory(store, config), stop)
        place = desk(config, workers, book, recogniser.model.name, silent if quiet else report)
        place = replace(place, places=RecordingPlaces(folder))
        if once:  # nobody looks again: what cannot be read now is told now
            place = replace(place, folder_seconds=0.0, attempts=1)
        reading = Reading.of(config.watch.name_pattern, config.watch.time_format, store.timezone)
        watch = Watch(folder, reading, config.recordings.wait_seconds, calls.known_uniqueids(store, since=0.0))
        click.echo(
            f"开始检查目录 {folder}，用语库 {book.version}，模型 {recogniser.model.name}，数据库 {store.path}", err=True
        )
        listen(
            watch.calls(stop, config.watch.poll_seconds, once=once), store, place, drain=once, stop=stop, name="watch"
        )
        for one in watch.passed_over:
            click.echo(f"{'拒绝' if one.refused else '略过'} {one.path}：{one.why}", err=True)
    click.echo("已停止。", err=True)
