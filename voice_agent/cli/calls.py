"""``voice-agent calls``, ``show`` and ``search``: what the store knows of calls."""

from __future__ import annotations

import json
from datetime import datetime

import click
from rich.table import Table
from rich.text import Text

from voice_agent.cli.base import Settings, pass_settings
from voice_agent.cli.filters import call_filter
from voice_agent.cli.reading import log_reading, unmask_option
from voice_agent.cli.render import console, conversation, findings_table, score_text, verdict_text
from voice_agent.cli.story import print_story
from voice_agent.labels import CHANNEL_NAMES, VERDICT_NAMES, clock
from voice_agent.privacy.talk import hidden_transcript, private_texts
from voice_agent.reporting.hidden import hidden_judgement
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, judgements, transcripts
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.search import Snippet, search
from voice_agent.transcripts import judgement_to_json
from voice_agent.values import Judgement, Transcript

COVERAGE_NAMES = {"pending": "待判定", "unanswered": "未接听", "not_monitored": "未监测", "monitored": "已监测"}
SORTS = {"时间": "started", "得分": "score", "通话时长": "talk_seconds", "振铃": "ring_seconds", "坐席": "clerk"}


@click.command("calls")
@call_filter
@click.option("--sort", type=click.Choice(list(SORTS)), default="时间", show_default=True, help="按什么排序。")
@click.option("--ascending", is_flag=True, help="从小到大（默认从大到小）。")
@click.option("--limit", type=click.IntRange(1, 10000), default=50, show_default=True, help="最多列出几通。")
@click.option("--json", "as_json", is_flag=True, help="每行输出一通电话的 JSON。")
@pass_settings
def calls_command(
    settings: Settings, chosen: CallFilter, sort: str, ascending: bool, limit: int, as_json: bool
) -> None:
    """列出通话：时间、坐席、结论、得分。"""
    with settings.store() as store:
        page = calls.list_calls(store, chosen, sort=SORTS[sort], descending=not ascending, limit=limit)  # type: ignore[arg-type]  # the choices are the sorts
        if as_json:
            for call in page.calls:
                click.echo(json.dumps(_plain(call), ensure_ascii=False))
            return
        if not page.calls:
            click.echo("没有符合条件的通话。放宽条件再试，或用 voice-agent listen 开始监测。")
            return
        console().print(_table(store, page.calls, f"通话 {len(page.calls)} / {page.total}"))


def local(store: Store, moment: float) -> str:
    """Unix seconds as people of the store's time zone write them."""
    return f"{datetime.fromtimestamp(moment, store.timezone):%Y-%m-%d %H:%M}"


def _table(store: Store, rows: tuple[CallRow, ...], title: str) -> Table:
    table = Table(title=title)
    for heading in ("时间", "通话", "工号", "姓名", "单位", "通话时长", "结论", "得分"):
        table.add_column(heading, overflow="fold")
    for call in rows:
        table.add_row(
            local(store, call.started),
            call.call_id,
            call.clerk or "–",
            call.clerk_name or "–",
            call.unit or "–",
            clock(call.talk_seconds),
            _result(call),
            score_text(call.score),
        )
    return table


def _result(call: CallRow) -> Text:
    return verdict_text(call.verdict) if call.verdict else Text(COVERAGE_NAMES[call.coverage], style="dim")


def _plain(call: CallRow) -> dict[str, object]:
    return {
        "call_id": call.call_id, "started": call.started, "clerk": call.clerk, "unit": call.unit, "window": call.window,
        "ring_seconds": call.ring_seconds, "talk_seconds": call.talk_seconds, "coverage": call.coverage,
        "verdict": call.verdict, "score": call.score,
    }  # fmt: skip


@click.command("show")
@click.argument("call", metavar="通话")
@click.option("--history", is_flag=True, help="同时列出历次判定。")
@click.option("--events", is_flag=True, help="列出通话的经过：谁在何时接听、为什么认定是这位坐席、哪段有录音。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON 判定结果。")
@unmask_option
@pass_settings
def show_command(settings: Settings, call: str, history: bool, events: bool, as_json: bool, unmask: str | None) -> None:
    """看一通电话：双栏对话，旁边标出判定，下面列出每条规则的依据。

    “通话”是 voice-agent calls 列出的通话编号。
    """
    with settings.store() as store:
        row = calls.find_call(store, call)
        log_reading(store, "read_call", f"call {row.id}", reason=unmask)
        transcript = transcripts.load_transcript(store, row.id)
        judgement = judgements.present_judgement(store, row.id)
        if unmask is None:
            judgement = hidden_judgement(judgement, private_texts(transcript)) if judgement else None
            transcript = hidden_transcript(transcript) if transcript else None
        if as_json:
            click.echo(json.dumps(judgement_to_json(judgement) if judgement else None, ensure_ascii=False))
            return
        _print_call(store, row, transcript, judgement)
        if events:
            print_story(store, row.id, hidden=unmask is None)
        if history:
            _print_history(store, row)


def _print_call(store: Store, row: CallRow, transcript: Transcript | None, judgement: Judgement | None) -> None:
    screen = console()
    screen.print(
        f"[bold]{row.call_id}[/bold]  {local(store, row.started)}  工号 {row.clerk or '未知'} {row.clerk_name}  {row.unit}"
    )
    screen.print(
        f"振铃 {row.ring_seconds:.0f} 秒，通话 {clock(row.talk_seconds)}，结论：",
        _result(row),
        f"，得分 {score_text(row.score)}",
        sep="",
    )
    if judgement is not None and judgement.reason:
        screen.print(f"原因：{judgement.reason}", markup=False)
    if transcript is not None:
        screen.print(conversation(transcript, judgement))
    if judgement is not None and judgement.findings:
        screen.print(findings_table(judgement))


def _print_history(store: Store, row: CallRow) -> None:
    table = Table(title="历次判定")
    for heading in ("时间", "结论", "得分", "用语库版本", "说明"):
        table.add_column(heading, overflow="fold")
    for one in judgements.history(store, row.id):
        occasion = "重新判定" if one.occasion == "rejudge" else ""
        table.add_row(
            local(store, one.made_at),
            VERDICT_NAMES[one.verdict],
            score_text(one.score),
            one.book_version,
            one.reason or occasion,
        )
    console().print(table)


@click.command("search")
@click.argument("words", nargs=-1, required=True, metavar="词语…")
@call_filter
@click.option("--side", type=click.Choice(["坐席", "来电人"]), help="只找这一方说的话。")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="最多列出几通。")
@unmask_option
@pass_settings
def search_command(
    settings: Settings, words: tuple[str, ...], chosen: CallFilter, side: str | None, limit: int, unmask: str | None
) -> None:
    """在转写文本里全文检索，列出说过这些词语的通话和位置。"""
    channels = {name: channel for channel, name in CHANNEL_NAMES.items()}
    with settings.store() as store:
        found = search(store, " ".join(words), chosen, channel=channels[side] if side else None, limit=limit)  # type: ignore[arg-type]  # the names are those of the channels
        log_reading(store, "search", detail=f"{found.total} 通", reason=unmask)
        screen = console()
        for hit in found.hits:
            screen.print(
                Text(
                    f"{hit.call.call_id}  {local(store, hit.call.started)}  工号 {hit.call.clerk or '未知'}",
                    style="bold",
                )
            )
            for snippet in hit.snippets:
                screen.print(_snippet(snippet, hidden=unmask is None))
        click.echo(f"{'超过' if found.more else '共'} {found.total} 通。" if found.total else "没有找到。")


def _snippet(snippet: Snippet, *, hidden: bool) -> Text:
    text = Text(f"  {clock(snippet.start)} {CHANNEL_NAMES[snippet.channel]}：")
    begin = len(text)
    text.append(snippet.hidden if hidden else snippet.text)
    for start, end in snippet.marks:
        text.stylize("bold reverse", begin + start, begin + end)
    return text
