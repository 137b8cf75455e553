"""Finds, reads and checks ``voice-agent.toml``; every complaint names the file, the line and the key."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process

from voice_agent.config.model import Config
from voice_agent.errors import ConfigError

SECRET_VARIABLE = "VOICE_AGENT_AMI_SECRET"  # noqa: S105 - the name of a variable, not a secret
CONFIG_VARIABLE = "VOICE_AGENT_CONFIG"
EXAMPLE = files("voice_agent.config").joinpath("example.toml").read_text(encoding="utf-8")

#: pydantic's error types in the words of an administrator.
_REASONS = {
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "string_type": "应为加引号的文字",
    "path_type": "应为加引号的路径",
    "tuple_type": '应为列表，如 ["a", "b"]',
    "dict_type": "应为表",
    "model_type": "应为表",
    "model_attributes_type": "应为表",
    "missing": "缺少此项",
    "string_pattern_mismatch": "只能是 1–16 位数字或字母",
}


def find_config(explicit: Path | None = None) -> Path | None:
    """The configuration file: the one named, ``$VOICE_AGENT_CONFIG``, ``./voice-agent.toml``, else the user's or the system's."""
    if explicit or os.environ.get(CONFIG_VARIABLE):
        return explicit or Path(os.environ[CONFIG_VARIABLE])
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    places = (
        Path("voice-agent.toml"),
        home / "voice-agent" / "voice-agent.toml",
        Path("/etc/voice-agent/voice-agent.toml"),
    )
    return next((place for place in places if place.is_file()), None)


def load_config(explicit: Path | None = None) -> Config:
    """Read the configuration (defaults where there is no file). Raises ConfigError (file, line, key, in Chinese)."""
    path = find_config(explicit)
    config = _parse(path) if path else Config()
    return config.model_copy(update={"ami_secret": _secret(config)})


def _parse(path: Path) -> Config:
    text = _read(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}：不是有效的 TOML：{error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}：不是有效的 TOML：括号套得太深") from error
    if "ami_secret" in data:
        raise ConfigError(
            f"{path} 第 {_line(text, ('ami_secret',))} 行：密码不得写在此文件中，请用环境变量 {SECRET_VARIABLE} 或 asterisk.secret_file"
        )
    try:
        return _resolve(Config.model_validate(data), path.parent)
    except ValidationError as error:
        raise ConfigError("\n".join(_complaint(path, text, detail) for detail in error.errors())) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path}：找不到配置文件；用 voice-agent config --example > voice-agent.toml 生成一份"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}：无法读取配置文件：{error}") from error


def _complaint(path: Path, text: str, detail: ErrorDetails) -> str:
    place = tuple(detail["loc"])
    name = ".".join(str(part) for part in place)
    where = f"{path} 第 {_line(text, place)} 行：{name}"
    if detail["type"] == "extra_forbidden":
        near = process.extractOne(str(place[-1]), _keys(place[:-1]), score_cutoff=50)
        return f"{where} 不是已知的配置项" + (f"，是否想写 {near[0]}？" if near else "")
    return f"{where}：{_REASONS.get(detail['type']) or _range(detail)}（现为 {detail['input']!r}）"


def _range(detail: ErrorDetails) -> str:
    bounds: Mapping[str, Any] = detail.get("ctx", {})
    if "error" in bounds:
        return str(bounds["error"])  # our own validators speak Chinese
    words = {"ge": "不小于", "gt": "大于", "le": "不大于", "lt": "小于", "expected": "可选"}
    said = [f"{word} {str(bounds[key]).replace(' or ', ' 或 ')}" for key, word in words.items() if key in bounds]
    return "应" + "、".join(said) if said else "值不合法"


def _keys(place: tuple[int | str, ...]) -> list[str]:
    table: Any = Config
    for part in place:
        if isinstance(part, str):
            table = _inner(table.model_fields[part].annotation)
    return [key for key in table.model_fields if key != "ami_secret"]


def _inner(annotation: Any) -> Any:
    """The table class inside ``tuple[X, ...]`` or ``X | None``."""
    if get_origin(annotation) in (tuple, Union, UnionType):
        return next(arg for arg in get_args(annotation) if isinstance(arg, type) and issubclass(arg, BaseModel))
    return annotation


def _line(text: str, place: tuple[int | str, ...]) -> int:
    """The line of a key: tomllib keeps none, so walk the headers as a reader would."""
    lines = text.splitlines()
    start = _table_line(lines, place[:-1])
    key = re.compile(rf"^\s*[\"']?{re.escape(str(place[-1]))}[\"']?\s*=|^\s*\[+\s*{re.escape(str(place[-1]))}\s*\]")
    return next((number for number, line in enumerate(lines[start:], start + 1) if key.match(line)), start + 1)


def _table_line(lines: list[str], place: tuple[int | str, ...]) -> int:
    names = [part for part in place if isinstance(part, str)]
    if not names:
        return 0
    wanted = next((part for part in place if isinstance(part, int)), 0)
    header = re.compile(rf"^\s*\[+\s*{re.escape('.'.join(names))}\s*\]+")
    found = [number for number, line in enumerate(lines) if header.match(line)]
    return found[min(wanted, len(found) - 1)] if found else 0


def _resolve(config: Config, folder: Path) -> Config:
    """Paths in the file are relative to the file, and ``~`` is the user's home."""

    def at(path: Path | None) -> Path | None:
        return None if path is None else folder.joinpath(path.expanduser()).absolute()

    updates = {
        "asterisk": config.asterisk.model_copy(
            update={key: at(getattr(config.asterisk, key)) for key in ("secret_file", "ca_file")}
        ),
        "recordings": config.recordings.model_copy(update={"folder": at(config.recordings.folder)}),
        "store": config.store.model_copy(update={"path": at(config.store.path)}),
        "model": config.model.model_copy(update={"path": at(config.model.path)}),
        "webhook": config.webhook.model_copy(update={"secret_file": at(config.webhook.secret_file)}),
        "mail": config.mail.model_copy(update={"password_file": at(config.mail.password_file)}),
        "phrasebook": config.phrasebook.model_copy(update={"folder": at(config.phrasebook.folder)}),
        "reports": config.reports.model_copy(update={"folder": at(config.reports.folder)}),
        "web": config.web.model_copy(
            update={key: at(getattr(config.web, key)) for key in ("tls_certificate", "tls_key")}
        ),
    }
    return config.model_copy(update=updates)


def _secret(config: Config) -> SecretStr:
    return read_secret(SECRET_VARIABLE, config.asterisk.secret_file, "asterisk.secret_file")


def read_secret(variable: str, path: Path | None, key: str) -> SecretStr:
    """A secret: the environment wins over the file that ``key`` names. Raises ConfigError for a file that others may read."""
    if variable in os.environ:
        return SecretStr(os.environ[variable])
    if path is None:
        return SecretStr("")
    try:
        mode = path.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError(f"{path}：其他用户可以读取此密码文件，请执行 chmod 600 {path}")
        return SecretStr(path.read_text(encoding="utf-8").strip())
    except OSError as error:
        raise ConfigError(f"{path}：无法读取密码文件（{key}）：{error.strerror}") from error
