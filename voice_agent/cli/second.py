"""``voice-agent second-opinion``: asks a large language model of the site about undecided and serious findings."""

from __future__ import annotations

import signal
import threading

import click

from voice_agent.cli.base import Settings, pass_settings
from voice_agent.store import Store
from voice_agent.store.learning.opinions import record
from voice_agent.teaching.second.work import check_second_opinion, work_off

#: Seconds between two looks at what waits.
PAUSE = 15.0


@click.command("second-opinion")
@click.option("--once", is_flag=True, help="问完现在等着的就结束。")
@click.option("--report", is_flag=True, help="只看它准不准：与人工复核的结论相比。")
@pass_settings
def second_command(settings: Settings, once: bool, report: bool) -> None:
    """第二意见：请本单位内网的大模型看一看无法判定和可能严重的项目（[second_opinion]，默认不启用）。

    只发送隐去号码的片段和规则原文；它只能提出建议，或把指控退回给人判断，不能单独认定有问题。
    """
    with settings.store() as store:
        if report:
            _print(store)
            return
        check_second_opinion(settings.config)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        book = settings.book()
        while True:
            answered = work_off(store, book, settings.config, stop)
            if once or stop.is_set():
                break
            stop.wait(PAUSE)
        click.echo(f"得到 {answered} 条意见。")


def _print(store: Store) -> None:
    now = record(store)
    click.echo(
        f"等待 {now.waiting}，有答复 {now.answered}，作废（引文不实或格式不对）{now.void}，没有答复 {now.failed}。"
    )
    click.echo(f"人工复核过的 {now.decided} 条里，意见正确 {now.right} 条。")
    click.echo(
        f"退回给人判断的指控 {now.withdrew} 项；其中复核过 {now.withdrew_decided} 项，确实没问题 {now.withdrew_rightly} 项。"
    )
