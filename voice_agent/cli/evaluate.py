"""``voice-agent evaluate``: how far the findings can be trusted."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.progress import track

from phrasebook.model import PhraseBook
from voice_agent.bundled import bundled_calls, hear_and_judge, read_and_judge
from voice_agent.cli.base import Settings, existing_folder, pass_settings
from voice_agent.cli.render import console
from voice_agent.evaluate import compare, differences, markdown, read_calls, text
from voice_agent.evaluate.dialogues import read_folder, transcript_of
from voice_agent.evaluate.score_tables import report_differences, report_text
from voice_agent.evaluate.scores import as_json as as_plain
from voice_agent.evaluate.scores import report
from voice_agent.pipeline import judge_transcript


@click.command("evaluate")
@click.argument("folder", type=existing_folder, required=False, metavar="目录")
@click.option("--transcripts", is_flag=True, help="判真实文本而不是录音：只量规则，不量识别。")
@click.option("--model", type=click.Path(path_type=Path), metavar="目录或名称", help="语音模型。")
@click.option("--markdown", "as_markdown", is_flag=True, help="表格用 Markdown 输出。")
@click.option("--dialogues", is_flag=True, help="目录里是标注过的对话（calls-*.jsonl）：按规则和作者计分。")
@click.option("--json", "as_json", is_flag=True, help="与 --dialogues 同用：输出 JSON。")
@click.option("--differences", "show_differences", is_flag=True, help="逐条列出与应有结果不同之处。")
@pass_settings
def evaluate_command(
    settings: Settings,
    folder: Path | None,
    transcripts: bool,
    model: Path | None,
    as_markdown: bool,
    dialogues: bool,
    as_json: bool,
    show_differences: bool,
) -> None:
    """用已知答案的通话评测：每条规则找到多少、漏掉多少、冤判多少。

    “目录”下每通电话一个子目录，内有录音、transcript.json（真实文本）和 expected.json（应有结果）；不给则用随软件附带的通话。

    --dialogues：“目录”里是逐句标注过的对话（calls-*.jsonl，格式见 training/dialogues/README.md），判其文本，按规则和作者列出找到、漏掉、冤判，以及把握是否可信。
    """
    book = settings.book()
    if as_json and not dialogues:
        raise click.UsageError("--json 须与 --dialogues 同用")
    if dialogues:
        if folder is None:
            raise click.UsageError("--dialogues 需要目录")
        _score_dialogues(folder, book, as_markdown, as_json, show_differences)
        return
    calls = read_calls(folder or bundled_calls())
    judging = read_and_judge(calls, book) if transcripts else hear_and_judge(calls, book, settings.recogniser(model))
    done = {
        call.call_id: judged
        for call, judged in track(judging, "正在评测", len(calls), console=console(), transient=True)
    }
    evaluation = compare(calls, [done[call.call_id].judgement for call in calls])
    click.echo(markdown(evaluation) if as_markdown else text(evaluation))
    if show_differences:
        click.echo(differences(evaluation) or "没有不同之处。")


def _score_dialogues(folder: Path, book: PhraseBook, as_markdown: bool, as_json: bool, show_differences: bool) -> None:
    """Judge labelled dialogues and print the scores."""
    known = read_folder(folder)
    judged = [
        (one, judge_transcript(transcript_of(one), book).judgement)
        for one in track(known, "正在评测", len(known), console=console(), transient=True)
    ]
    found = report(judged)
    click.echo(json.dumps(as_plain(found), ensure_ascii=False) if as_json else report_text(found, as_markdown))
    if show_differences and not as_json:
        click.echo(report_differences(found) or "没有不同之处。")
