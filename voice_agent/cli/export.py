"""``voice-agent export``: calls, findings and figures for a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import click

from voice_agent.cli.base import Settings, pass_settings
from voice_agent.cli.filters import call_filter
from voice_agent.cli.reading import log_reading
from voice_agent.cli.statistics import Breakdown
from voice_agent.reporting.exports import write_csv, write_xlsx
from voice_agent.reporting.tables import Sheet, calls_sheet, findings_sheet, statistics_sheets
from voice_agent.store import CallFilter, Store

WHAT = ("通话", "判定", "统计")


@click.command("export")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path), metavar="文件.xlsx|文件.csv")
@call_filter
@click.option("--what", type=click.Choice(WHAT), help="CSV 只能装一张表：通话（默认）、判定或统计；XLSX 默认全部。")
@click.option(
    "--by",
    type=Breakdown(),
    default="坐席",
    show_default=True,
    metavar="方式",
    help="统计按什么分列：合计、坐席、单位、窗口、时段、日、周、月。",
)
@click.option(
    "--numbers", metavar="理由", help="写出完整的来电号码（默认隐去中间几位）；理由和系统用户名记入审计日志。"
)
@pass_settings
def export_command(
    settings: Settings, target: Path, chosen: CallFilter, what: str | None, by: str, numbers: str | None
) -> None:
    """把通话、判定和统计导出为 Excel（.xlsx）或 CSV（.csv），条件与 calls、stats 相同。"""
    suffix = target.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise click.UsageError("文件名应以 .xlsx 或 .csv 结尾。")
    with settings.store() as store:
        log_reading(store, "export", suffix, reason=numbers)
        if suffix == ".csv":
            write_csv(target, _sheets(store, chosen, what or "通话", by, numbers=numbers is not None)[0])
        else:
            kinds = (what,) if what else WHAT
            write_xlsx(
                target,
                [sheet for kind in kinds for sheet in _sheets(store, chosen, kind, by, numbers=numbers is not None)],
            )
    click.echo(f"已写入 {target}")


def _sheets(store: Store, chosen: CallFilter, what: str, by: str, *, numbers: bool) -> list[Sheet]:
    if what == "通话":
        return [calls_sheet(store, chosen, numbers=numbers)]
    if what == "判定":
        return [findings_sheet(store, chosen)]
    return statistics_sheets(store, chosen, by)  # type: ignore[arg-type]  # Breakdown gives only these codes
