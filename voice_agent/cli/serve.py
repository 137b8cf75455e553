"""``voice-agent serve``: the pages for staff, reviewers and supervisors."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from voice_agent.cli.base import Settings, pass_settings
from voice_agent.config import Config
from voice_agent.errors import ConfigError
from voice_agent.reporting.schedule import ReportKeeper
from voice_agent.store.failures import RESTORE
from voice_agent.store.people.users import list_users
from voice_agent.store.soundness import START_SECONDS, examine
from voice_agent.web.demo import Person, demo_config, fill_month
from voice_agent.web.doors.permissions import ROLE_NAMES
from voice_agent.web.server import address, server
from voice_agent.web.site import Site


@click.command("serve")
@click.option(
    "--demo",
    is_flag=True,
    help="打开编好的一个月（含随软件附带、可以听的通话），每个角色一个用户；只在本机可访问，退出后不留数据。",
)
@click.option("--host", metavar="地址", help="监听地址（默认见配置，127.0.0.1）。")
@click.option("--port", type=click.IntRange(1, 65535), metavar="端口", help="端口（默认见配置，8120）。")
@pass_settings
def serve_command(settings: Settings, demo: bool, host: str | None, port: int | None) -> None:
    """打开网页：质检员复核、坐席查看与申诉、主管统计、管理员管理用户。"""
    if demo:
        if host is not None:
            raise click.UsageError("--demo 只在本机开放，不能与 --host 合用。")
        _serve_demo(settings, port)
        return
    config = _with_place(settings.config, host, port)
    with settings.store() as store:
        if problems := examine(store, seconds=START_SECONDS).problems:
            click.echo(f"数据库有损坏，完好的部分仍可查看；{RESTORE}。{problems[0]}", err=True)
        if not list_users(store):
            click.echo("还没有用户。先运行：voice-agent users add 用户名 --role admin --name 姓名", err=True)
    _run(Site(config, settings.book()))


def _with_place(config: Config, host: str | None, port: int | None) -> Config:
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    web = config.web.model_copy(update=given)
    if web.tls_certificate is None and not _is_loopback(web.host):
        raise ConfigError(
            f"[web] {web.host} 会让密码和录音明文经过网络：请填写 tls_certificate 与 tls_key，或只监听 127.0.0.1 并由带 TLS 的代理转发"
        )
    return config.model_copy(update={"web": web})


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _serve_demo(settings: Settings, port: int | None) -> None:
    with TemporaryDirectory(prefix="voice-agent-demo-") as folder:
        config = demo_config(settings.config, Path(folder), port)
        click.echo("正在准备演示：四十名坐席一个月的通话，约需十几秒……", err=True)
        book = settings.book()
        _introduce(fill_month(config.store.path, book))
        _run(Site(config, book, demo=True))


def _introduce(people: list[Person]) -> None:
    click.echo("演示用户（密码每次启动都不同）：")
    for one in people:
        click.echo(f"  {one.username:<10} {one.password:<14} {ROLE_NAMES[one.role]} {one.name}")


def _run(site: Site) -> None:
    """Serve until Ctrl+C or SIGTERM; both must come back here, or the demonstration's store would stay behind."""
    serving = server(site)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(f"请在浏览器打开 {address(site)}（按 Ctrl+C 结束）")
    with suppress(KeyboardInterrupt), ReportKeeper(site.config, site.book):
        serving.run()
