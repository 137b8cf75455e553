"""Every command explains itself in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from tests.cli.conftest import Run
from voice_agent.cli import main


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = list(commands(main))


@pytest.mark.parametrize("path", [path for path, _ in ALL], ids=" ".join)
def test_help_is_chinese(run: Run, path: tuple[str, ...]) -> None:
    """--help works everywhere, and its headings are Chinese."""
    shown = run(*path, "--help")
    assert shown.exit_code == 0
    assert "用法" in shown.output
    assert not re.search(r"\b(Usage|Options|Commands|Show this message|Error)\b", shown.output)


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) for path, _ in ALL])
def test_every_option_says_what_it_does(path: tuple[str, ...], command: click.Command) -> None:
    """No option stands in the help without an explanation."""
    silent = [one.name for one in command.params if isinstance(one, click.Option) and not one.help]
    assert silent == [], path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nonsense",), "没有命令"),
        (("calls", "--nonsense"), "没有选项"),
        (("calls", "--limit", "0"), "不在"),
        (("calls", "--from", "yesterday"), "不是日期"),
        (("calls", "--rule", "nonsense"), "可选"),
        (("calls", "--from", "2026-02-02", "--to", "2026-01-01"), "不能晚于"),
        (("show",), "缺少参数"),
        (("check",), "请给出"),
        (("export", "x.pdf"), ".xlsx 或 .csv"),
    ],
)
def test_wrong_calls_are_told_in_chinese_with_exit_code_2(run: Run, arguments: tuple[str, ...], words: str) -> None:
    """A typing mistake costs a Chinese sentence, not a traceback."""
    told = run(*arguments)
    assert told.exit_code == 2
    assert words in told.stderr


def test_version(run: Run) -> None:
    """The version can be asked for."""
    assert run("--version").output.startswith("voice-agent ")
