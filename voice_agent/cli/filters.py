"""The options that choose calls, the same for every command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar

import click

from voice_agent.labels import RULE_NAMES, STATUS_NAMES, VERDICT_NAMES
from voice_agent.store import CallFilter

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A local date such as 2026-11-22, or 今天/昨天."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a date; anything else is a usage error."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} 不是日期，应写作 {datetime.now().astimezone():%Y-%m-%d}", param, ctx)


class Named(click.ParamType[str]):
    """A code or its Chinese name, e.g. ``job_number`` or 主动告知工号."""

    def __init__(self, names: dict[str, str]) -> None:
        self.name = "名称"
        self._names = names
        self._codes = {name: code for code, name in names.items()}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code; anything else is a usage error that lists what there is."""
        code = self._codes.get(value, value)
        if code not in self._names:
            known = "、".join(f"{name}（{key}）" for key, name in self._names.items())
            self.fail(f"没有 {value!r}，可选：{known}", param, ctx)
        return str(code)


_OPTIONS = (
    click.option("--from", "since", type=Day(), metavar="日期", help="从这一天起，如 2026-11-01。"),
    click.option("--to", "until", type=Day(), metavar="日期", help="到这一天止（含）。"),
    click.option("--clerk", metavar="工号", help="只看这位坐席。"),
    click.option("--unit", metavar="单位", help="只看这个单位。"),
    click.option("--window", metavar="窗口", help="只看这个窗口。"),
    click.option(
        "--verdict",
        type=Named(VERDICT_NAMES),
        multiple=True,
        metavar="结论",
        help="合格、不合格、待复核、未监测；可多次给出。",
    ),
    click.option("--rule", type=Named(RULE_NAMES), metavar="规则", help="只看这条规则有问题的通话，如 主动告知工号。"),
    click.option(
        "--status",
        type=Named(STATUS_NAMES),
        multiple=True,
        metavar="状态",
        help="与 --rule 合用：达标、缺失、迟告、不符、违规、无法判定。",
    ),
)


def call_filter(command: F) -> F:
    """Give a command the options that choose calls, as one ``chosen: CallFilter`` argument."""

    @wraps(command)
    def wrapper(**given: Any) -> Any:
        fields = {
            name: given.pop(name) for name in ("since", "until", "clerk", "unit", "window", "verdict", "rule", "status")
        }
        if fields["since"] and fields["until"] and fields["since"] > fields["until"]:
            raise click.UsageError("--from 不能晚于 --to。")
        return command(chosen=CallFilter(**fields), **given)

    for option in reversed(_OPTIONS):
        wrapper = option(wrapper)
    return wrapper  # type: ignore[return-value]  # click.option keeps the callable
