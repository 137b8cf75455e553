"""``voice-agent phrasebook``: look into the phrase book, check a site's refinements, try a sentence."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.table import Table

from phrasebook.lint import lint
from phrasebook.model import PhraseBook
from voice_agent.acts.explain import Explanation, catches, explain
from voice_agent.acts.learned.model import bundled
from voice_agent.acts.tried import Done, acts_of
from voice_agent.cli.base import Settings, existing_folder, pass_settings
from voice_agent.cli.render import console
from voice_agent.labels import RULE_NAMES
from voice_agent.values import Channel

LEVEL_NAMES = {"error": "错误", "warning": "提醒"}
SIDE_NAMES = {"agent": "坐席", "caller": "来电人", "any": "任一方"}


@click.group("phrasebook")
def phrasebook_group() -> None:
    """用语库：附件4的文明用语、判定规则、行为（应做到的和忌语）和服务规范。"""


@phrasebook_group.command("list")
@click.option(
    "--kind",
    type=click.Choice(["用语", "规则", "行为", "忌语", "片段", "规范"]),
    default="用语",
    show_default=True,
    help="列出哪一类。",
)
@pass_settings
def list_command(settings: Settings, kind: str) -> None:
    """列出用语库的条目。"""
    book = settings.book()
    click.echo(f"用语库版本 {book.version}，自 {book.effective} 起生效")
    tables = {
        "用语": _phrases,
        "规则": _rules,
        "行为": _acts,
        "忌语": _prohibited,
        "片段": _fragments,
        "规范": _norms,
    }
    console().print(tables[kind](book))


def _table(*headings: str) -> Table:
    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _phrases(book: PhraseBook) -> Table:
    table = _table("编号", "用语", "出处", "电话适用", "对应规则")
    for one in book.phrases.values():
        table.add_row(
            one.id,
            one.text,
            f"附件{one.source.annex} {one.source.article}",
            "是" if one.telephone else "",
            _names(one.rules),
        )
    return table


def _rules(book: PhraseBook) -> Table:
    table = _table("规则", "名称", "要求", "扣分", "迟告扣分", "出处")
    for one in book.rules.values():
        table.add_row(
            one.id,
            one.name,
            one.duty,
            f"{one.points:g}",
            f"{one.late_points:g}",
            f"附件{one.source.annex} {one.source.article}",
        )
    return table


def _prohibited(book: PhraseBook) -> Table:
    table = _table("编号", "行为", "类别", "名称", "会判为忌语的说法", "不会误判的例句")
    for one in book.prohibited.values():
        table.add_row(one.id, one.act, one.category, one.name, "；".join(one.patterns), "；".join(one.counterexamples))
    return table


def _norms(book: PhraseBook) -> Table:
    table = _table("编号", "出处", "内容", "能否听出", "听得到的行为", "由哪些规则检查")
    for one in book.norms.values():
        table.add_row(
            one.id,
            f"附件{one.source.annex} {one.source.article}",
            one.source.text,
            "能" if one.audible else "不能",
            "、".join(one.acts),
            _names(one.rules),
        )
    return table


def _acts(book: PhraseBook) -> Table:
    table = _table("编号", "行为", "名称", "谁说", "说法", "例句")
    for one in (entry for entry in book.acts.values() if not entry.category):
        said, examples = "；".join(one.patterns), "；".join(one.examples)
        table.add_row(one.id, one.act, one.name, SIDE_NAMES[one.side], said, examples)
    return table


def _fragments(book: PhraseBook) -> Table:
    table = _table("编号", "名称", "说法", "用到的条目")
    for one in book.fragments.values():
        table.add_row(f"@{one.id}", one.name, "；".join(one.patterns), f"{len(one.used_by)} 个")
    return table


def _names(rules: tuple[str, ...]) -> str:
    return "、".join(RULE_NAMES[rule] for rule in rules)


@phrasebook_group.command("show")
@click.argument("entry", metavar="编号")
@pass_settings
def show_command(settings: Settings, entry: str) -> None:
    """看一个条目的全部内容，如 T06、job_number、shirk-not-ours；写行为（如 shirk）则看它的所有条目。"""
    book, entry = settings.book(), entry.removeprefix("@")
    found = [part[entry] for part in (book.phrases, book.rules, book.acts, book.norms, book.fragments) if entry in part]
    found = found or list(book.entries_of(entry))
    if not found:
        raise click.UsageError(f"用语库里没有 {entry}；用 voice-agent phrasebook list 查看编号。")
    for one in found:
        table = Table(show_header=False)
        for name, value in vars(one).items():
            table.add_row(name, "\n".join(map(str, value)) if isinstance(value, tuple) else str(value))
        console().print(table)


@phrasebook_group.command("lint")
@click.argument("folder", type=existing_folder, required=False, metavar="目录")
@pass_settings
def lint_command(settings: Settings, folder: Path | None) -> None:
    """检查用语库（或本单位的用语库目录）有没有错误和隐患；有问题时退出码为 2。"""
    book = settings.book(folder)
    problems = lint(book, catches(book))
    for problem in problems:
        click.echo(f"{LEVEL_NAMES[problem.level]}　{problem.entry}.{problem.field}：{problem.message}")
    errors = sum(problem.level == "error" for problem in problems)
    click.echo(
        f"{len(book.phrases)} 条用语、{len(book.rules)} 条规则、{len(book.acts)} 个行为条目（其中忌语 {len(book.prohibited)} 条）："
        f"{errors} 处错误，{len(problems) - errors} 处提醒。"
    )
    if errors:
        sys.exit(2)


@phrasebook_group.command("test")
@click.argument("sentence", metavar="句子")
@click.option("--caller", is_flag=True, help="当作来电人说的话（默认当作坐席）。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象：符合的用语及得分，做了哪些行为及概率。")
@pass_settings
def test_command(settings: Settings, sentence: str, caller: bool, as_json: bool) -> None:
    """试一句话：符合哪些用语和行为、命中哪些忌语，得分多少，比较了哪些读音；规则听到的行为及其概率。"""
    side: Channel = "caller" if caller else "agent"
    book = settings.book()
    explanation, done = explain(sentence, book, side), acts_of(sentence, book, side, bundled())
    if as_json:
        click.echo(json.dumps(_as_json(explanation, done), ensure_ascii=False))
        return
    _print(explanation)
    if done:
        _print_acts(done)


def _as_json(explanation: Explanation, done: Sequence[Done]) -> dict[str, object]:
    phrases = [{"id": one.id, "score": one.score} for one in explanation.matches if one.kind == "用语"]
    acts = [{"id": one.id, "probability": one.probability, "source": one.source} for one in done]
    return {"phrases": phrases, "acts": acts}


def _print_acts(done: Sequence[Done]) -> None:
    table = _table("规则听到的行为", "名称", "概率", "依据", "听到的内容", "相近的例句")
    for one in done:
        source = "说法" if one.source == "phrase" else "模型"
        table.add_row(one.id, one.name, f"{one.probability:.2f}", source, one.text, one.likened)
    console().print(table)


#: Characters of a pattern that the table shows: some have dozens of alternatives, and the sentence is what people look at.
_LONGEST_PATTERN = 48


def _print(explanation: Explanation) -> None:
    click.echo(f"读音：{' '.join(explanation.syllables)}")
    if not explanation.matches:
        click.echo("没有符合的用语、行为或忌语。")
        return
    table = _table("类别", "编号", "名称", "得分", "听到的内容", "比较的读音", "对照说法")
    for one in explanation.matches:
        sounds = " ".join(one.syllables)
        table.add_row(one.kind, one.id, one.name, f"{one.score:.2f}", one.text, sounds, _shortened(one.pattern))
    console().print(table)
    if any(one.pattern != _shortened(one.pattern) for one in explanation.matches):
        click.echo("对照说法过长的只显示开头；完整说法：voice-agent phrasebook show 编号")


def _shortened(pattern: str) -> str:
    return pattern if len(pattern) <= _LONGEST_PATTERN else pattern[:_LONGEST_PATTERN] + "…"
