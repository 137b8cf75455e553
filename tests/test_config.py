"""voice-agent.toml: what is read, and what an administrator is told when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_agent.config import EXAMPLE, Config, load_config
from voice_agent.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    path = folder / "voice-agent.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_example_is_the_defaults(tmp_path: Path) -> None:
    """The printed example, unedited, means exactly the same as no file at all."""
    example = load_config(write(tmp_path, EXAMPLE))
    defaults = Config()
    assert example.model_dump(exclude={"store"}) == defaults.model_dump(exclude={"store"})
    assert example.store.path == defaults.store.path.expanduser()


def test_example_shows_every_key() -> None:
    """Whatever can be set can be found in the example."""
    for name, field in Config.model_fields.items():
        if name == "ami_secret":
            continue
        assert name in EXAMPLE
        table = getattr(Config(), name)
        if hasattr(type(table), "model_fields"):
            for key in type(table).model_fields:
                assert f"{key} =" in EXAMPLE, f"{name}.{key} ({field})"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[asterisk]\nhost = 'a'\nprot = 1\n", 3, "asterisk.prot 不是已知的配置项，是否想写 port"),
        ("[asteriks]\n", 1, "是否想写 asterisk"),
        ("\n[web]\nport = 99999\n", 3, "不大于 65535"),
        ("[[clerks]]\njob_number = '1'\n\n[[clerks]]\njob_number = '2'\nnmae = 'x'\n", 6, "是否想写 name"),
        ("[model]\nengine = 'foo'\n", 2, "vosk"),
        ("ami_secret = 'x'\n", 1, "VOICE_AGENT_AMI_SECRET"),
        ("[store]\npath = 3\n", 2, "路径"),
    ],
)
def test_wrong_key_or_value_is_named_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    """A wrong configuration says which file, which line, which key, and the nearest key that exists."""
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert f"{path} 第 {line} 行" in str(caught.value)
    assert words in str(caught.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """An administrator mends a file once, not once a fault."""
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, "[web]\nport = 'a'\nhots = 'b'\n"))
    assert len(str(caught.value).splitlines()) == 2


def test_broken_toml_and_missing_file_are_clear(tmp_path: Path) -> None:
    """Neither a syntax error nor a missing file ends in a traceback."""
    with pytest.raises(ConfigError, match="TOML"):
        load_config(write(tmp_path, "[web\n"))
    with pytest.raises(ConfigError, match="找不到"):
        load_config(tmp_path / "absent.toml")


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    """A configuration that is moved with its folder goes on working."""
    config = load_config(write(tmp_path, "[store]\npath = 'x.db'\n"))
    assert config.store.path == tmp_path / "x.db"


def test_secret_from_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment overrides the secret file."""
    secret = tmp_path / "secret"
    secret.write_text("file", encoding="utf-8")
    secret.chmod(0o600)
    path = write(tmp_path, "[asterisk]\nsecret_file = 'secret'\n")
    assert load_config(path).ami_secret.get_secret_value() == "file"
    monkeypatch.setenv("VOICE_AGENT_AMI_SECRET", "environment")
    assert load_config(path).ami_secret.get_secret_value() == "environment"


def test_secret_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """A password that everybody can read is no password."""
    secret = tmp_path / "secret"
    secret.write_text("x", encoding="utf-8")
    secret.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        load_config(write(tmp_path, "[asterisk]\nsecret_file = 'secret'\n"))


def test_secret_is_not_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the text form nor a dump of the configuration shows the secret."""
    monkeypatch.setenv("VOICE_AGENT_AMI_SECRET", "hush-hush")
    config = load_config(write(tmp_path, ""))
    assert "hush-hush" not in repr(config) + str(config.model_dump())
