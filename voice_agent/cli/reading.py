"""Whoever reads personal data on the command line is written down, too, and sees them masked unless a reason is given."""

from __future__ import annotations

import getpass

import click

from voice_agent.errors import ConfigError
from voice_agent.store import Store
from voice_agent.store.people.audit import log_act

unmask_option = click.option(
    "--unmask", metavar="理由", help="显示被隐去的姓名、住址、号码、病情等；理由和系统用户名记入审计日志。"
)


def log_reading(store: Store, action: str, target: str = "", detail: str = "", *, reason: str | None = None) -> None:
    """Write down a reading by this machine's user. Raises ConfigError for an empty reason, StoreError."""
    if reason is not None and not reason.strip():
        raise ConfigError("--unmask 后面须写明理由")
    name = machine_user()
    if reason is not None:
        log_act(store, "unmask", target, username=name, detail=reason.strip()[:200])
    log_act(store, action, target, username=name, detail=detail)


def machine_user() -> str:
    """Who runs the command, as the log names it."""
    try:
        return f"命令行 {getpass.getuser()}"
    except (KeyError, OSError):  # a container's user without a name
        return "命令行"
