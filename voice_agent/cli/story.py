"""The story of a call as the bridge followed it: who, when, why this clerk, which recording covers what."""

from __future__ import annotations

from datetime import datetime

import click
from rich.table import Table

from ami_bridge.events import CallEnded, Recording, Step, StepKind
from voice_agent.cli.render import console
from voice_agent.coverage import Timeline
from voice_agent.labels import clock
from voice_agent.masking import mask
from voice_agent.store import Store
from voice_agent.store.calls import calls, timelines
from voice_agent.values import Span

STEP_NAMES: dict[StepKind, str] = {
    "began": "呼入", "queued": "进入队列", "called": "振铃", "answered": "接听", "connected": "接通", "left": "离开", "parked": "驻留等候",
    "unparked": "结束驻留", "hold": "保持", "unhold": "取消保持", "transfer": "转接", "pickup": "代接", "recording": "开始录音",
    "recording_end": "停止录音", "muted": "录音静音", "unmuted": "取消静音", "gap": "监测中断", "clerk": "认定坐席", "hangup": "挂断",
}  # fmt: skip
SIDE_NAMES = {"caller": "来电人", "agent": "坐席"}


def print_story(store: Store, number: int, *, hidden: bool) -> None:
    """Everything that decided about clerk, times and coverage of a call. Raises StoreError."""
    ended, line = calls.call_ended(store, number), timelines.load_timeline(store, number)
    steps = timelines.load_story(store, number)
    if steps:
        console().print(_steps_table(store, steps, ended.start, hidden=hidden))
    else:
        click.echo("没有保存这通电话的经过（由旧版本记录，或不是从 Asterisk 监测到的）。")
    _print_clerks(ended)
    for one in ended.recordings:
        click.echo(_recording(one, ended.start))
    if line is not None:
        _print_coverage(line, ended)


def _steps_table(store: Store, steps: tuple[Step, ...], start: float, *, hidden: bool) -> Table:
    table = Table(title="经过")
    for heading in ("时刻", "秒", "事件", "通道", "说明"):
        table.add_column(heading, overflow="fold")
    for step in steps:
        moment = datetime.fromtimestamp(step.at, store.timezone)
        table.add_row(
            f"{moment:%H:%M:%S}",
            f"{step.at - start:.1f}",
            STEP_NAMES[step.what],
            step.who,
            mask(step.detail) if hidden else step.detail,
        )
    return table


def _print_clerks(ended: CallEnded) -> None:
    for leg in ended.clerks:
        who = f"工号 {leg.job_number or '不详'}"
        where = "，".join(filter(None, (leg.member_name, leg.interface, leg.channel)))
        click.echo(f"坐席：{who}（{where}），{leg.start - ended.start:.1f}–{leg.end - ended.start:.1f} 秒")
    if len(ended.queues) > 1:
        click.echo(
            f"队列：{' → '.join(ended.queues)}，由 {ended.queue} 接听"
            if ended.clerks
            else f"队列：{' → '.join(ended.queues)}"
        )


def _recording(one: Recording, start: float) -> str:
    begin = "开始时间不详" if one.start is None else f"{one.start - start:.1f}"
    muted = "".join(f"，{span.start - start:.1f}–{span.end - start:.1f} 静音" for span in one.muted)
    return f"录音：{one.path or '路径未报告'}（{SIDE_NAMES[one.side]}通道），{begin}–{one.end - start:.1f} 秒{muted}"


def _print_coverage(line: Timeline, ended: CallEnded) -> None:
    click.echo(f"录音的第 0 秒是来电后 {line.began - ended.start:.1f} 秒；坐席通话时间录到 {line.share:.0%}。")
    for name, spans in (("没有录音", line.uncovered), ("不检查（接听前、转接间、静音或没有录音）", line.unjudged)):
        if spans:
            click.echo(f"{name}：{_spans(spans)}")
    if line.doubt:
        click.echo(line.doubt)


def _spans(spans: tuple[Span, ...]) -> str:
    return "，".join(f"{clock(one.start)}–{clock(one.end)}" for one in spans)
