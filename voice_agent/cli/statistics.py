"""``voice-agent stats`` and ``rejudge``."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import click
from rich.progress import track
from rich.table import Table

from voice_agent.cli.base import Settings, pass_settings
from voice_agent.cli.filters import call_filter
from voice_agent.cli.render import console
from voice_agent.labels import RULE_NAMES, VERDICT_NAMES
from voice_agent.live.rejudge import rejudge
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls
from voice_agent.store.statistics import statistics
from voice_agent.store.statistics.figures import CallCounts, CallLine, RuleLine

BREAKDOWNS = {
    "合计": "total", "坐席": "clerk", "单位": "unit", "窗口": "window", "时段": "hour", "日": "day", "周": "week", "月": "month",
}  # fmt: skip
CAUSES = {"gap": "监测中断", "no_recording": "没有录音", "bad_recording": "录音不可用", "failure": "处理失败"}


class Breakdown(click.ParamType[str]):
    """How figures are broken down: the Chinese word or the code."""

    name = "方式"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code; anything else is a usage error."""
        code = BREAKDOWNS.get(value, value)
        if code not in BREAKDOWNS.values():
            self.fail(f"没有 {value!r}，可选：{'、'.join(BREAKDOWNS)}", param, ctx)
        return code


@click.command("stats")
@call_filter
@click.option(
    "--by",
    type=Breakdown(),
    default="合计",
    show_default=True,
    metavar="方式",
    help="合计、坐席、单位、窗口、时段、日、周、月。",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@pass_settings
def stats_command(settings: Settings, chosen: CallFilter, by: str, as_json: bool) -> None:
    """统计合格率：按规则、坐席、单位、窗口、时段、日/周/月，附通话数和监测覆盖率。

    合格率 = 达标 ÷（达标 + 有问题）；不适用和无法判定的不计入，单独列出。未监测的通话不计入合格，覆盖率里可见。
    """
    with settings.store() as store:
        lines = statistics.call_lines(store, chosen, by)  # type: ignore[arg-type]  # Breakdown gives only these codes
        rules = statistics.rule_lines(store, chosen, by)  # type: ignore[arg-type]  # as above
        if as_json:
            click.echo(
                json.dumps(
                    {"calls": [asdict(line) for line in lines], "rules": [asdict(line) for line in rules]},
                    ensure_ascii=False,
                )
            )
            return
        if not lines:
            click.echo("没有符合条件的通话。")
            return
        console().print(_call_table(lines), _rule_table(rules))
        _print_trend(store, chosen)


def percent(rate: float | None) -> str:
    """A rate for people; a dash where there is nothing to divide by."""
    return "–" if rate is None else f"{rate:.1%}"


def _call_table(lines: list[CallLine]) -> Table:
    table = Table(title="通话与监测覆盖")
    for heading in (
        "",
        "来电",
        "接通",
        "已监测",
        "覆盖率",
        "未监测（原因）",
        "合格",
        "不合格",
        "待复核",
        "合格率",
        "平均分",
        "平均振铃",
    ):
        table.add_column(heading, overflow="fold")
    for line in lines:
        counts = line.counts
        table.add_row(
            line.label or "合计", str(counts.calls), str(counts.answered), str(counts.monitored), percent(counts.coverage), _causes(counts),
            str(counts.compliant), str(counts.non_compliant), str(counts.needs_review), percent(counts.compliance),
            "–" if counts.mean_score is None else f"{counts.mean_score:.1f}",
            "–" if counts.mean_ring is None else f"{counts.mean_ring:.1f} 秒",
        )  # fmt: skip
    return table


def _causes(counts: CallCounts) -> str:
    reasons = "、".join(f"{name} {getattr(counts, key)}" for key, name in CAUSES.items() if getattr(counts, key))
    return f"{counts.not_monitored}（{reasons}）" if reasons else "0"


def _rule_table(lines: list[RuleLine]) -> Table:
    table = Table(title="各项要求的合格率")
    for heading in ("", "规则", "达标", "有问题", "无法判定", "不适用", "合格率"):
        table.add_column(heading, overflow="fold")
    previous = None
    for line in lines:
        counts = line.counts
        label = "" if line.key == previous else (line.label or "合计")
        previous = line.key
        table.add_row(
            label, RULE_NAMES[line.rule], str(counts.met), str(counts.faults), str(counts.uncertain), str(counts.not_applicable),
            percent(counts.rate),
        )  # fmt: skip
    return table


def _print_trend(store: Store, chosen: CallFilter) -> None:
    now, before = statistics.against_previous(store, chosen)
    if before is not None and before.calls:
        click.echo(
            f"与上一时段相比：合格率 {percent(before.compliance)} → {percent(now.compliance)}，覆盖率 {percent(before.coverage)} → {percent(now.coverage)}。"
        )


@click.command("rejudge")
@call_filter
@click.option("--again", is_flag=True, help="当前用语库已经判过的也重新判定。")
@pass_settings
def rejudge_command(settings: Settings, chosen: CallFilter, again: bool) -> None:
    """用现在的用语库重新判定已保存的转写文本；原来的判定留在历史里，人工复核的决定保留。"""
    book = settings.book()
    with settings.store() as store:
        total = calls.count_calls(store, replace(chosen, coverage="monitored"))
        done = list(
            track(
                rejudge(store, book, chosen, again=again, least_coverage=settings.config.recordings.least_coverage),
                "正在重新判定",
                total,
                console=console(),
                transient=True,
            )
        )
    judged = [one for one in done if one.after is not None]
    changed = [one for one in judged if one.changed]
    click.echo(
        f"用语库版本 {book.version}：重新判定 {len(judged)} 通，跳过 {len(done) - len(judged)} 通，结论改变 {len(changed)} 通。"
    )
    for one in changed:
        assert one.after is not None  # noqa: S101 - changed means judged
        click.echo(
            f"  {one.call.call_id}：{VERDICT_NAMES.get(one.call.verdict or '', '–')} → {VERDICT_NAMES[one.after.verdict]}"
        )
