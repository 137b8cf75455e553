"""``voice-agent config``: show an example, or what is in force."""

from __future__ import annotations

import json

import click

from voice_agent.cli.base import Settings, pass_settings
from voice_agent.config import EXAMPLE


@click.command("config")
@click.option("--example", is_flag=True, help="打印一份带注释的完整配置，可另存为 voice-agent.toml。")
@pass_settings
def config_command(settings: Settings, example: bool) -> None:
    """显示当前生效的配置（不含密码）；加 --example 打印示例。"""
    if example:
        click.echo(EXAMPLE, nl=False)
    else:
        click.echo(json.dumps(settings.config.model_dump(mode="json"), ensure_ascii=False, indent=2))
