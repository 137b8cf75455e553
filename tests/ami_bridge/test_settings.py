"""Settings that make no sense are refused in Chinese with the field's name; secrets stay out of sight."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ami_bridge.errors import SettingsError
from ami_bridge.events import Gap
from ami_bridge.gaps import add, close
from ami_bridge.settings import Settings


@pytest.mark.parametrize(
    "wrong",
    [{"port": 0}, {"port": 70000}, {"ping_seconds": 0}, {"queue_size": 0}, {"member_pattern": "("}, {"member_pattern": r"\d+"},
     {"ignored_channels": ("[",)}, {"ca_file": Path("ca.pem")}],
)  # fmt: skip
def test_nonsense_is_refused(wrong: dict[str, Any]) -> None:
    """The error names the field."""
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        Settings(**wrong)


def test_secret_is_not_shown() -> None:
    """Printing settings, as logs and tracebacks do, does not show the secret."""
    assert "hush" not in repr(Settings(secret="hush"))


def test_closing_a_gap_replaces_it() -> None:
    """A gap that closes takes the place of its open self, and never ends before it began."""
    opened = Gap(10, None, "x")
    assert add((Gap(1, 2, "y"), opened), close(opened, 20)) == (Gap(1, 2, "y"), Gap(10, 20, "x"))
    assert close(opened, 5).end == 10
