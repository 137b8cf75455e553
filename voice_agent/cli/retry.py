"""``voice-agent retry``: calls that were given up, why, and let them be heard again."""

from __future__ import annotations

import click
from rich.table import Table

from voice_agent.cli.base import Settings, pass_settings
from voice_agent.cli.calls import local
from voice_agent.cli.render import console
from voice_agent.cli.statistics import CAUSES
from voice_agent.store import Store
from voice_agent.store.calls.dead_set import count_dead, list_dead, retry, retry_all
from voice_agent.store.people.audit import log_act


@click.command("retry")
@click.argument("call", required=False, metavar="[通话]")
@click.option("--all", "every", is_flag=True, help="列出的通话全部重新检查。")
@click.option("--limit", type=click.IntRange(1, 10000), default=50, show_default=True, help="最多列出几通。")
@pass_settings
def retry_command(settings: Settings, call: str | None, every: bool, limit: int) -> None:
    """重新检查未能检查的通话：录音补回来、模型修好之后用。不带参数时列出有哪些、为什么。

    重新检查由正在运行的 voice-agent listen（或 watch）进行；在有新结果之前，通话仍记为“未监测”。监测中断期间的通话无法补听，不在其中。
    """
    if call is not None and every:
        raise click.UsageError("“通话”与 --all 不能同时使用。")
    with settings.store() as store:
        if every:
            number = retry_all(store)
            log_act(store, "retry", "all", username="voice-agent retry", detail=f"{number} calls")
            click.echo(f"{number} 通将重新检查。" if number else "没有需要重新检查的通话。")
        elif call is not None:
            log_act(store, "retry", f"call {retry(store, call)}", username="voice-agent retry")
            click.echo(f"通话 {call} 将重新检查。")
        else:
            _list(store, limit)


def _list(store: Store, limit: int) -> None:
    found = list_dead(store, limit=limit)
    if not found:
        click.echo("没有未能检查的通话。")
        return
    table = Table(title=f"未能检查的通话 {len(found)} / {count_dead(store)}")
    for heading in ("通话结束", "通话", "原因", "说明", "录音的错", "中途退出"):
        table.add_column(heading, overflow="fold")
    for one in found:
        table.add_row(
            local(store, one.ended), one.call_id, CAUSES[one.cause], one.reason, str(one.attempts), str(one.crashes)
        )  # fmt: skip
    console().print(table)
