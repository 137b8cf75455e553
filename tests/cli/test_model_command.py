"""``voice-agent model``: which models there are, where the used one lies, and carrying one in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from voice_agent.hearing.models.install import OFFICIAL
from voice_agent.hearing.models.installed import BUNDLED, models_folder


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables as on a wide terminal, so that no path is broken over lines."""
    monkeypatch.setenv("COLUMNS", "400")


def test_the_bundled_model_is_listed_and_used(run: Run) -> None:
    """Without any setting the bundled model is the one in use, and the official ones are named."""
    listed = run("model", "list")
    assert listed.exit_code == 0
    assert f"{BUNDLED.name}（使用中）" in listed.stdout
    assert [name for name in OFFICIAL if name not in listed.stdout] == []
    assert run("model", "path").stdout.strip() == str(BUNDLED)


@pytest.mark.vosk
def test_a_carried_in_zip_is_installed_and_then_used(run: Run, tmp_path: Path) -> None:
    """From a zip on a stick to the model in use; the command line can still name another."""
    archive = Path(shutil.make_archive(str(tmp_path / "carried"), "zip", BUNDLED.parent, BUNDLED.name))
    installed = run("model", "install", archive)
    assert installed.exit_code == 0
    place = models_folder() / BUNDLED.name
    assert f"已安装 {BUNDLED.name}：{place}" in installed.stdout
    assert run("model", "path").stdout.strip() == str(place)
    assert run("model", "path", "--model", BUNDLED).stdout.strip() == str(BUNDLED)
    assert "已安装" in run("model", "list").stdout


def test_what_cannot_be_installed_is_told(run: Run, tmp_path: Path) -> None:
    """A name nobody knows and a file that is no zip: exit code 2, the reason, nothing installed."""
    (tmp_path / "notes.zip").write_bytes(b"no zip")
    for source, words in (("vosk-model-en-us", OFFICIAL[0]), (tmp_path / "notes.zip", "压缩包已损坏")):
        refused = run("model", "install", source)
        assert refused.exit_code == 2
        assert refused.stderr.startswith("错误：")
        assert words in refused.stderr
    assert not models_folder().exists() or list(models_folder().iterdir()) == []


def test_a_missing_model_is_told(run: Run, tmp_path: Path) -> None:
    """A folder without a model is no model, whether named by option or in the configuration."""
    config = tmp_path / "voice-agent.toml"
    config.write_text('[model]\npath = "nowhere"\n', encoding="utf-8")
    for arguments in (("model", "path", "--model", tmp_path), ("--config", config, "model", "path")):
        told = run(*arguments)
        assert told.exit_code == 2
        assert told.stderr.startswith("错误：")
