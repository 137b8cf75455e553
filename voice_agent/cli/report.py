"""``voice-agent report``: official reports as Word, for one place or for every level and unit, by hand or when they are due."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from rich.progress import Progress

from voice_agent.cli.base import Settings, pass_settings
from voice_agent.cli.filters import Day
from voice_agent.cli.render import console
from voice_agent.reporting.material import Place, gather, place_of, places_under
from voice_agent.reporting.schedule import file_name, make_due, write_whole
from voice_agent.reporting.sections import compose
from voice_agent.reporting.word import write_word
from voice_agent.store import Store
from voice_agent.store.statistics.spans import Span, days, over, span_of


@click.command("report")
@click.argument("target", type=click.Path(path_type=Path), metavar="[文件.docx|目录]", required=False)
@click.option("--period", metavar="期间", help="2026-11（月）、2026-Q4（季度）或 2026（年）；不写则为上个月。")
@click.option("--from", "since", type=Day(), metavar="日期", help="从这一天起（与 --to 合用，任意期间）。")
@click.option("--to", "until", type=Day(), metavar="日期", help="到这一天止（含）。")
@click.option("--node", default="", metavar="代码", help="层级代码，如 6401；不写则为全部。")
@click.option("--unit", default="", metavar="单位", help="只报告这个单位。")
@click.option("--each", is_flag=True, help="下面的每个层级和单位各一份，写到目录里。")
@click.option("--due", is_flag=True, help="按配置 [reports] 生成到期的和以前漏掉的报告，供 cron 或 systemd 定时运行。")
@pass_settings
def report_command(
    settings: Settings, target: Path | None, period: str | None, since: date | None, until: date | None, node: str, unit: str, each: bool, due: bool
) -> None:  # fmt: skip
    """生成报告（Word，公文格式）：总体情况、单位比较、各项要求、典型问题、监督和整改、值守、未监测、措施。"""
    with settings.store() as store:
        today = datetime.now(store.timezone).date()
        if due:
            _make_due(settings, store, today)
            return
        if target is None:
            raise click.UsageError("请写明文件（.docx）或目录。")
        span = _span(period, since, until, today)
        if each:
            jobs = [(place, target / file_name(place, span)) for place in places_under(store, node)]
        else:
            place = place_of(store, node=node, unit=unit)
            jobs = [(place, target if target.suffix.lower() == ".docx" else target / file_name(place, span))]
        _make(settings, store, jobs, span, today)


def _make_due(settings: Settings, store: Store, today: date) -> None:
    paths = list(make_due(store, settings.book(), settings.config.reports, today=today))
    for path in paths:
        click.echo(f"已写入 {path}")
    if not paths:
        click.echo("没有到期的报告。")


def _span(period: str | None, since: date | None, until: date | None, today: date) -> Span:
    if (since is None) != (until is None) or (since and period):
        raise click.UsageError("--from 和 --to 要一起写；与 --period 只能用一种。")
    if since and until:
        return days(since, until)
    return span_of(period) if period else next(over("month", today))


def _make(settings: Settings, store: Store, jobs: list[tuple[Place, Path]], span: Span, today: date) -> None:
    """One after the other; the bar counts the parts of each."""
    book, issuer = settings.book(), settings.config.reports.issuer
    with Progress(console=console(), transient=True) as progress:
        bar = progress.add_task("", total=len(jobs) * 6)
        for number, (place, path) in enumerate(jobs):

            def told(step: int, _of: int, what: str, number: int = number, place: Place = place) -> None:
                progress.update(bar, completed=number * 6 + step, description=f"{place.name}：{what}")

            official = compose(gather(store, book, place, span, today=today, told=told), issuer=issuer)
            write_whole(path, write_word(official))
            click.echo(f"已写入 {path}")
