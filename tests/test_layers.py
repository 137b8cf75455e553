"""The layers of docs/architecture.md hold: imports point one way, and only the store knows SQL."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import REPOSITORY

SQL = re.compile(r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE)\b")


def test_imports_point_one_way() -> None:
    """import-linter's contracts in pyproject.toml are kept."""
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_only_the_store_knows_sql() -> None:
    """No SQL statement stands outside voice_agent/store."""
    files = [path for part in ("voice_agent", "ami_bridge", "phrasebook") for path in (REPOSITORY / part).rglob("*.py")]
    outside = [path for path in files if "store" not in path.parts and SQL.search(path.read_text(encoding="utf-8"))]
    assert outside == []


def test_no_rule_reads_characters() -> None:
    """A rule asks for acts and times; what the words are is the business of acts."""
    for path in (REPOSITORY / "voice_agent" / "rules").rglob("*.py"):
        assert not re.search(r"stream\.(text|heard|shown)\b", path.read_text("utf-8")), path
