"""``voice-agent erase`` and ``purge``: a person's data on request, and what is past its time."""

from __future__ import annotations

from pathlib import Path

import click

from voice_agent.cli.base import Settings, pass_settings
from voice_agent.cli.calls import local
from voice_agent.cli.reading import machine_user
from voice_agent.live.keeping import erase_person, keep_terms
from voice_agent.reporting.certificate import certificate
from voice_agent.store import Store
from voice_agent.store.calls.calls import find_call, get_call
from voice_agent.store.privacy.erasure import compact, find_person
from voice_agent.store.privacy.kinds import KIND_NAMES


@click.command("erase")
@click.argument("words", nargs=-1, metavar="号码或姓名…")
@click.option("--call", "chosen", multiple=True, metavar="通话", help="只删除这些通话（可重复）；默认删除找到的全部。")
@click.option("--reason", metavar="依据", help="删除的依据，写在证明上，如“本人书面申请”。")
@click.option("--yes", is_flag=True, help="真的删除；没有它只列出会删除什么。")
@click.option(
    "--certificate", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="把证明写到文件。"
)
@click.option("--compact", "only_compact", is_flag=True, help="只重写数据库文件（上次删除后没有做完时）。")
@pass_settings
def erase_command(
    settings: Settings, words: tuple[str, ...], chosen: tuple[str, ...], reason: str | None, yes: bool, target: Path | None, only_compact: bool
) -> None:  # fmt: skip
    """应本人要求删除一个人的通话内容，不能撤销；统计数字保留。

    按号码（7 位以上）或姓名查找；可以同时给出号码和姓名，都会在各处清除。
    """
    with settings.store() as store:
        if only_compact:
            compact(store)
            click.echo("数据库文件已重写。")
            return
        if not words:
            raise click.UsageError("请给出要查找的号码或姓名。")
        calls = [find_call(store, name).id for name in chosen] or _found(store, words)
        if not calls:
            click.echo("没有找到这个号码或姓名的通话。")
            return
        for number in calls:
            row = get_call(store, number)
            click.echo(f"{row.call_id}  {local(store, row.started)}  工号 {row.clerk or '未知'}  {row.unit}")
        if not yes:
            click.echo(
                f"共 {len(calls)} 通。确认无误后加上 --yes --reason 依据 再运行；先备份的话，备份里也有这些内容。"
            )
            return
        if not (reason or "").strip():
            raise click.UsageError("请用 --reason 写明删除的依据。")
        done = erase_person(
            settings.config, store, calls, words, reason=reason or "", user=None, username=machine_user()
        )
        text = certificate(done, store.timezone)
        if target is not None:
            target.write_text(f"{text}\n", encoding="utf-8")
        click.echo(f"\n{text}")


def _found(store: Store, words: tuple[str, ...]) -> list[int]:
    return sorted({number for word in words for number in find_person(store, word)})


@click.command("purge")
@pass_settings
def purge_command(settings: Settings) -> None:
    """清理超过保存期限的内容（配置 [privacy]）；serve 运行时每小时自动做一次。"""
    with settings.store() as store:
        done = keep_terms(settings.config, store)
    for kind, number in done.items():
        click.echo(f"{KIND_NAMES[kind]}：{number} 通")
