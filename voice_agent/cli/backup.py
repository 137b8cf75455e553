"""``voice-agent backup`` and ``restore``: a checked copy of a store in use, and the way back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from voice_agent.cli.base import Settings, pass_settings
from voice_agent.store import Store
from voice_agent.store.backup import Copy, backup, restore


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="文件")
@click.option(
    "--encrypt",
    "recipient",
    default="",
    metavar="收件人",
    help="加密给谁：age 公钥（age1…）或 gpg 认识的人；需已安装 age 或 gpg。",
)
@pass_settings
def backup_command(settings: Settings, file: Path, recipient: str) -> None:
    """备份数据库：监测和网页照常运行，备份完成后自动校验。不覆盖已有文件。

    备份里有转写文本和来电号码，权限为仅本人可读；要存到别处请加密。录音不在数据库里，需另行备份。
    """
    with settings.store() as store:
        made = backup(store, file, recipient=recipient)
        click.echo(f"已备份到 {made.path}（{made.size / 1e6:.1f} MB，{made.calls} 通通话，已校验）。")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False), metavar="文件")
@click.option(
    "--identity", type=click.Path(exists=True, path_type=Path, dir_okay=False), metavar="文件", help="age 的私钥文件。"
)
@click.option("--yes", is_flag=True, help="不再询问。")
@pass_settings
def restore_command(settings: Settings, file: Path, identity: Path | None, yes: bool) -> None:
    """用备份恢复数据库。先停止 listen、watch 和 serve；原来的数据库改名保留。

    备份之后的通话不在其中：下次启动 listen 时，这段时间记为监测中断，其间有录音的通话记为“未监测”。
    """
    path = settings.config.store.path.expanduser()
    if not yes:
        click.confirm(f"用 {file} 代替 {path}？原来的数据库会改名保留。", abort=True)
    made, aside = restore(file, path, identity=identity)
    Store.open(
        path, timezone=settings.config.store.timezone, create=False
    ).close()  # brought up to date at once, or said why not
    click.echo(f"已恢复 {made.calls} 通通话{_until(made)}。")
    if aside is not None:
        click.echo(f"原来的数据库在 {aside}。")


def _until(made: Copy) -> str:
    return "" if made.until is None else f"，监测到 {datetime.fromtimestamp(made.until).astimezone():%Y-%m-%d %H:%M}"
