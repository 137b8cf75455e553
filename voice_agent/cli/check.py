"""``voice-agent check``: judge recordings and transcripts without a store."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from rich.progress import Progress

from voice_agent.checking import Recogniser, Result, check
from voice_agent.cli.base import Settings, existing_file, existing_folder, pass_settings
from voice_agent.cli.render import console, conversation, findings_table, overview, score_text, verdict_text
from voice_agent.errors import RecordingError, VoiceAgentError
from voice_agent.hearing.models.choice import recogniser_for
from voice_agent.intake.files import RecordingFiles
from voice_agent.intake.paths import KINDS, Item, PassedOver, Search, TranscriptFile, search
from voice_agent.pipeline import JudgedCall
from voice_agent.transcripts import judgement_to_json, write_transcript
from voice_agent.values import Agent


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="每行输出一个 JSON 判定结果，供程序读取。")
@click.option("--job-number", metavar="工号", help="坐席在电话系统中登记的工号，用来核对说出的工号。")
@click.option("--name", metavar="姓名", help="坐席姓名。")
@click.option("--unit", metavar="单位", help="坐席所在单位。")
@click.option("--phrasebook", type=existing_folder, metavar="目录", help="本单位的用语库目录，覆盖随软件附带的条目。")
@click.option("--model", type=click.Path(path_type=Path), metavar="目录或名称", help="语音模型。")
@click.option("--workers", type=click.IntRange(0, 256), default=0, help="同时识别几个录音；0 为每个处理器核心一个。")
@click.option(
    "--transcript-out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="目录",
    help="把转写文本写到这个目录（JSON）。",
)
@click.option("--swap-channels", is_flag=True, help="双声道录音的左声道是坐席（默认左为来电人）。")
@click.option("--caller-leg", type=existing_file, metavar="文件", help="来电人一侧的单声道录音。")
@click.option("--agent-leg", type=existing_file, metavar="文件", help="坐席一侧的单声道录音。")
@pass_settings
def check_command(
    settings: Settings,
    paths: tuple[Path, ...],
    as_json: bool,
    job_number: str | None,
    name: str | None,
    unit: str | None,
    phrasebook: Path | None,
    model: Path | None,
    workers: int,
    transcript_out: Path | None,
    swap_channels: bool,
    caller_leg: Path | None,
    agent_leg: Path | None,
) -> None:
    """检查录音或转写文本是否符合服务用语规范，不需要数据库。

    PATHS 可以是录音（双声道：左为来电人、右为坐席；或 X-rx.wav 与 X-tx.wav 两个单声道；或一个混合声道）、转写文本（.json）或装着它们的目录。

    目录中的每个文件都有交代：检查了哪些，略过和拒绝了哪些，为什么。

    混合声道的录音分不清谁在说话，与说话人有关的规则一律为“无法判定”。有文件出错时，其余文件照常检查，最后以退出码 2 结束。
    """
    found = _search(paths, caller_leg, agent_leg)
    items = found.items
    book = settings.book(phrasebook)
    recogniser = _recogniser(settings, model, workers, items)
    results = check(items, book, recogniser, Agent(job_number, name, unit), swap=swap_channels)
    output = _Output(as_json, transcript_out, len(items))
    for result in results:
        output.take(result)
    output.finish(found.passed_over, told=any(path.is_dir() for path in paths))


def _search(paths: tuple[Path, ...], caller_leg: Path | None, agent_leg: Path | None) -> Search:
    if caller_leg or agent_leg:
        if paths:
            raise click.UsageError("--caller-leg、--agent-leg 与 PATHS 不能同时使用。")
        first = agent_leg or caller_leg
        assert first is not None  # noqa: S101 - one of the two is given
        return Search((RecordingFiles("legs", first.stem, caller=caller_leg, agent=agent_leg),))
    if not paths:
        raise click.UsageError("请给出要检查的录音、转写文本或目录。")
    found = search(paths)
    if not found.items:
        refused = "；".join(f"{one.path}：{one.why}" for one in found.passed_over if one.refused)
        raise RecordingError(
            refused or f"{'、'.join(map(str, paths))}：其中没有录音（可读：{KINDS}）或转写文本（.json）"
        )
    return found


def _recogniser(settings: Settings, model: Path | None, workers: int, items: tuple[Item, ...]) -> Recogniser:
    """Transcripts need no model, so a missing one is no reason to refuse them."""
    if all(isinstance(item, TranscriptFile) for item in items):
        return Recogniser(Path(), recogniser_for("vosk"), workers)
    return settings.recogniser(model, workers)


class _Output:
    """Prints results as they come, or a table at the end; keeps the transcripts; remembers whether something failed."""

    def __init__(self, as_json: bool, folder: Path | None, count: int) -> None:
        self._as_json, self._folder, self._count = as_json, folder, count
        self._judged: list[JudgedCall] = []
        self._refused: list[str] = []
        self._progress = Progress(console=console(), transient=True, disable=as_json or not sys.stdout.isatty())
        self._progress.start()
        self._bar = self._progress.add_task("正在识别与检查", total=count)

    def take(self, result: Result) -> None:
        """One more item is done."""
        _, outcome = result
        self._progress.advance(self._bar)
        if isinstance(outcome, VoiceAgentError):
            self._refused.append(str(outcome))
            click.echo(f"错误：{outcome}", err=True)
            return
        if self._folder is not None:
            write_transcript(self._folder, outcome.transcript)
        if self._as_json:
            click.echo(json.dumps(judgement_to_json(outcome.judgement), ensure_ascii=False))
        self._judged.append(outcome)

    def finish(self, passed_over: tuple[PassedOver, ...], *, told: bool) -> None:
        """The table for people, for folders (``told``) what became of every file, and the exit code."""
        self._progress.stop()
        if not self._as_json and self._judged:
            self._print_tables()
        refused = [*self._refused, *(f"{one.path}：{one.why}" for one in passed_over if one.refused)]
        for line in refused[len(self._refused) :]:
            click.echo(f"错误：{line}", err=True)
        if told:
            self._print_account([one for one in passed_over if not one.refused], len(refused))
        if refused:
            click.echo(f"{len(refused)} 个文件未能检查，原因见上。", err=True)
            sys.exit(2)

    def _print_account(self, passed_over: list[PassedOver], refused: int) -> None:
        """What became of every file in the folders; beside JSON it goes to standard error."""
        click.echo(
            f"检查 {len(self._judged)} 通，略过 {len(passed_over)} 个文件，拒绝 {refused} 个文件。", err=self._as_json
        )
        for one in passed_over:
            click.echo(f"  略过 {one.path}：{one.why}", err=self._as_json)

    def _print_tables(self) -> None:
        screen = console()
        if self._count > 1:
            judged = sorted(self._judged, key=lambda call: call.judgement.call_id)
            screen.print(overview([(call.transcript, call.judgement) for call in judged], "检查结果"))
            return
        call = self._judged[0]
        screen.print(conversation(call.transcript, call.judgement))
        screen.print(findings_table(call.judgement))
        screen.print(
            "结论：", verdict_text(call.judgement.verdict), f"　得分：{score_text(call.judgement.score)}", sep=""
        )
