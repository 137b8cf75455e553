"""Which model to hear with: the one named, the one configured, an installed one, else the one that came with the product."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from voice_agent.errors import ModelError
from voice_agent.hearing.models.model_files import ModelInfo, check_model

Origin = Literal["option", "config", "installed", "bundled"]

BUNDLED = Path(__file__).parents[2] / "models" / "vosk-model-hotline-cn"


@dataclass(frozen=True)
class ModelChoice:
    """A usable model: where it lies, why it was chosen, its name, its rate (Hz) and size (bytes)."""

    path: Path
    origin: Origin
    name: str
    rate: int
    size: int


def models_folder() -> Path:
    """Where this user's models are installed: ``$XDG_DATA_HOME/voice-agent/models``."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "voice-agent" / "models"


def installed() -> tuple[ModelChoice, ...]:
    """Usable Mandarin models: the user's own, the largest (most accurate) first, then the bundled one."""
    folder = models_folder()
    own = [path for path in folder.iterdir() if _is_visible(path)] if folder.is_dir() else []
    usable = [_choice(info, "installed") for info in map(_usable, own) if info]
    bundled = [_choice(info, "bundled") for info in map(_usable, [BUNDLED]) if info]
    return (*sorted(usable, key=lambda choice: (-choice.size, choice.name)), *bundled)


def choose(explicit: Path | None = None, configured: Path | None = None) -> ModelChoice:
    """The model to use. ``explicit`` (``--model``) may be the name of an installed model. Raises ModelError."""
    if explicit is not None:
        return _choice(check_model(_named(explicit)), "option")
    if configured is not None:
        return _choice(check_model(_named(configured)), "config")
    found = installed()
    if not found:
        raise ModelError(
            f"没有可用的语音模型（{BUNDLED} 缺失或损坏）；请重新安装本软件，或执行 voice-agent model install"
        )
    return found[0]


def _named(path: Path) -> Path:
    inside = models_folder() / path.name
    return inside if not path.exists() and len(path.parts) == 1 and inside.is_dir() else path


def _is_visible(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(".")  # half-unpacked ones begin with a dot


def _usable(path: Path) -> ModelInfo | None:
    try:
        return check_model(path)
    except ModelError:
        return None  # `model list` and `doctor` check each folder by itself and say what is wrong


def _choice(info: ModelInfo, origin: Origin) -> ModelChoice:
    return ModelChoice(info.path, origin, info.path.name, info.rate, info.size)
