"""The house style that no linter knows: small files and functions, a promise for every test, nothing put off."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

LONGEST_FILE, LONGEST_FUNCTION = 300, 45
PARTS = ("ami_bridge", "phrasebook", "voice_agent", "recordings_fixtures", "training", "benchmarks", "tests")
# Written apart, so that this file does not find itself.
PUT_OFF = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> list[Path]:
    return sorted(path for part in PARTS for path in (REPOSITORY / part).rglob("*.py"))


def functions(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def named(path: Path, function: Function) -> str:
    return f"{path.relative_to(REPOSITORY)}:{function.lineno} {function.name}"


def test_files_are_short() -> None:
    """No file is longer than one concept needs."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert [path for path, length in lengths.items() if length > LONGEST_FILE] == []


def test_functions_are_short() -> None:
    """No function is longer than a screen."""
    long = [
        named(path, one)
        for path in sources()
        for one in functions(path)
        if (one.end_lineno or 0) - one.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_every_test_says_what_it_promises() -> None:
    """Each test opens with one sentence that ends like one."""
    silent = [
        named(path, one)
        for path in sources()
        if path.name.startswith("test_")
        for one in functions(path)
        if one.name.startswith("test_") and not (ast.get_docstring(one) or "").rstrip().endswith((".", "?", "。"))
    ]
    assert silent == []


def test_nothing_is_put_off() -> None:
    """No note to do or mend something later stands in the code."""
    assert [path for path in sources() if PUT_OFF.search(path.read_text(encoding="utf-8"))] == []


def test_the_repository_holds_no_left_overs() -> None:
    """No store, log, key, secret, package or compiled file was committed by mistake."""
    listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    left_over = re.compile(r"\.(db|db-wal|log|pem|key|pyc|whl|zip|deb|part|orig|rej|swp)$|(^|/)(\.env|ami-secret)$")
    assert [name for name in listed.stdout.splitlines() if left_over.search(name)] == []
