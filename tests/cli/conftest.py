"""The command line as a user calls it, and a store that holds the bundled calls judged on their true words."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from phrasebook.book import load_book
from voice_agent.bundled import bundled_calls, read_and_judge
from voice_agent.cli import main
from voice_agent.demo.fill import fill
from voice_agent.evaluate import read_calls
from voice_agent.store import Store

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """``run("calls", "--json")`` → the result, with standard error apart."""

    def call(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)

    return call


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with every bundled call."""
    path = tmp_path_factory.mktemp("filled") / "calls.db"
    folders, book = read_calls(bundled_calls()), load_book()
    with Store.open(path) as store:
        assert len(list(fill(store, folders, read_and_judge(folders, book), book))) == len(folders)
    return path


@pytest.fixture
def site(filled: Path, tmp_path: Path) -> Path:
    """A configuration of its own over a copy of the filled store."""
    shutil.copy(filled, tmp_path / "calls.db")
    config = tmp_path / "voice-agent.toml"
    config.write_text('[store]\npath = "calls.db"\n', encoding="utf-8")
    return config
