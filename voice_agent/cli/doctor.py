"""``voice-agent doctor``: is everything there that listening needs?"""

from __future__ import annotations

import sys

import click
from rich.table import Table
from rich.text import Text

from voice_agent.cli.base import Settings, pass_settings
from voice_agent.cli.render import console
from voice_agent.doctor import examine

_SIGNS = {"good": ("正常", "green"), "warning": ("注意", "yellow"), "bad": ("有问题", "red")}


@click.command("doctor")
@pass_settings
def doctor_command(settings: Settings) -> None:
    """检查模型、用语库、数据库、录音目录、磁盘、Asterisk 登录与权限、时钟，并说明怎么办；有问题时退出码为 2。"""
    table = Table()
    for heading in ("项目", "状态", "情况", "怎么办"):
        table.add_column(heading, overflow="fold")
    checks = list(examine(settings.config))
    for check in checks:
        sign, style = _SIGNS[check.state]
        table.add_row(check.name, Text(sign, style=style), check.found, check.advice if check.state != "good" else "")
    console().print(table)
    if any(check.state == "bad" for check in checks):
        sys.exit(2)
