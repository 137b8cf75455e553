"""``voice-agent users``: who may sign in to the pages."""

from __future__ import annotations

import sys

import click
from rich.table import Table

from voice_agent.cli.base import Settings, pass_settings
from voice_agent.cli.render import console
from voice_agent.errors import StoreError
from voice_agent.store import Store
from voice_agent.store.people.audit import log_act
from voice_agent.store.people.second_factor import drop_secret
from voice_agent.store.people.sessions import end_sessions
from voice_agent.store.people.users import Role, User, add_user, find_user, list_users, set_disabled, set_password
from voice_agent.web.doors.passwords import hash_password
from voice_agent.web.doors.permissions import ROLE_NAMES

_NAME = "用户名"


@click.group("users")
def users_group() -> None:
    """网页用户：添加、列出、停用、重置密码。"""


def _password(given: bool) -> str:
    """A password from a pipe, or typed twice; never from the command line, where every process could read it."""
    if given:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("密码", hide_input=True, confirmation_prompt="再输一次"))


password_option = click.option("--password-stdin", is_flag=True, help="从标准输入读密码（默认提示输入）。")


@users_group.command("add")
@click.argument("username", metavar=_NAME)
@click.option(
    "--role",
    type=click.Choice(list(ROLE_NAMES)),
    required=True,
    help="staff 坐席、reviewer 质检员、supervisor 主管、admin 管理员。",
)
@click.option("--name", required=True, metavar="姓名", help="显示的姓名。")
@click.option("--job-number", default="", metavar="工号", help="坐席的工号（坐席必填）。")
@click.option("--unit", default="", metavar="单位", help="只能看这个单位的通话（不填则不限）。")
@password_option
@pass_settings
def add_command(
    settings: Settings, username: str, role: Role, name: str, job_number: str, unit: str, password_stdin: bool
) -> None:
    """添加用户；首次登录时必须修改密码。"""
    with settings.store(create=True) as store:
        hashed = hash_password(_password(password_stdin), username, name, job_number)
        add_user(store, username, name=name, role=role, password_hash=hashed, job_number=job_number, unit=unit)
        _log(store, "add_user", username)
    click.echo(f"已添加{ROLE_NAMES[role]} {username}，首次登录时须修改密码。")


@users_group.command("list")
@pass_settings
def list_command(settings: Settings) -> None:
    """列出用户。"""
    with settings.store() as store:
        people = list_users(store)
    if not people:
        click.echo("还没有用户。添加：voice-agent users add 用户名 --role admin --name 姓名")
        return
    table = Table()
    for heading in (_NAME, "姓名", "角色", "工号", "单位", "状态"):
        table.add_column(heading)
    for one in people:
        table.add_row(
            one.username, one.name, ROLE_NAMES[one.role], one.job_number or "–", one.unit or "不限", _state(one)
        )
    console().print(table)


def _state(user: User) -> str:
    if user.disabled:
        return "已停用"
    return "待改密码" if user.must_change else "正常"


@users_group.command("disable")
@click.argument("username", metavar=_NAME)
@click.option("--enable", is_flag=True, help="重新启用。")
@pass_settings
def disable_command(settings: Settings, username: str, enable: bool) -> None:
    """停用用户：立即退出登录，历史记录保留。"""
    with settings.store() as store:
        set_disabled(store, _known(store, username).id, not enable)
        _log(store, "enable_user" if enable else "disable_user", username)
    click.echo(f"{username} 已{'启用' if enable else '停用'}。")


@users_group.command("passwd")
@click.argument("username", metavar=_NAME)
@password_option
@pass_settings
def passwd_command(settings: Settings, username: str, password_stdin: bool) -> None:
    """重置密码：下次登录时须修改。"""
    with settings.store() as store:
        user = _known(store, username)
        set_password(
            store, user.id, hash_password(_password(password_stdin), user.username, user.name), must_change=True
        )
        _log(store, "password_user", username)
    click.echo(f"{username} 的密码已重置，下次登录时须修改。")


@users_group.command("reset-totp")
@click.argument("username", metavar=_NAME)
@pass_settings
def reset_totp_command(settings: Settings, username: str) -> None:
    """取消两步验证（手机丢失、恢复码用完时）：立即退出登录，之后可重新设置。"""
    with settings.store() as store:
        user = _known(store, username)
        drop_secret(store, user.id)
        end_sessions(store, user.id)
        _log(store, "reset_totp", username)
    click.echo(f"{username} 的两步验证已取消。")


def _known(store: Store, username: str) -> User:
    user = find_user(store, username)
    if user is None:
        raise StoreError(f"没有用户 {username}；用 voice-agent users list 查看")
    return user


def _log(store: Store, action: str, username: str) -> None:
    log_act(store, action, f"user {username}", username="命令行")
