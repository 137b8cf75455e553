"""Installs a Mandarin model: an official one from its publisher, or a zip that somebody carried in."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

from voice_agent.errors import ModelError
from voice_agent.hearing.models.choice import load_vosk
from voice_agent.hearing.models.download import Progress, download, published
from voice_agent.hearing.models.installed import ModelChoice, choose, models_folder
from voice_agent.hearing.models.model_files import check_model
from voice_agent.hearing.models.unpack import unpack

OFFICIAL = ("vosk-model-small-cn-0.22", "vosk-model-cn-0.22")
MODEL_LIST = "https://alphacephei.com/vosk/models/model-list.json"
TRIAL_SECONDS = 600.0


def install(source: str, progress: Progress | None = None, *, model_list: str = MODEL_LIST) -> ModelChoice:
    """Install the official model of this name, or the model in the zip at this path. Raises ModelError.

    ``progress(done, total)`` is told bytes while downloading.
    """
    if source in OFFICIAL:
        return _fetch(source, progress or _ignore, model_list)
    archive = Path(source).expanduser()
    if not archive.is_file():
        raise ModelError(f"{source}：既不是官方模型（{'、'.join(OFFICIAL)}），也不是压缩包文件")
    return _install_zip(archive)


def _fetch(name: str, progress: Progress, model_list: str) -> ModelChoice:
    archive = models_folder() / f".{name}.zip"
    archive.parent.mkdir(parents=True, exist_ok=True)
    if not archive.exists():
        download(published(model_list, name), archive, progress)
    try:
        return _install_zip(archive)
    finally:
        archive.unlink(missing_ok=True)


def _install_zip(archive: Path) -> ModelChoice:
    return choose(unpack(archive, models_folder(), _try))


def _try(folder: Path) -> None:
    """Look into the model, then load it in a process of its own: Vosk answers some faults by aborting. Raises ModelError."""
    check_model(folder)
    trial = multiprocessing.get_context("spawn").Process(target=_load_quietly, args=(folder,), daemon=True)
    trial.start()
    trial.join(TRIAL_SECONDS)
    if trial.is_alive():
        trial.kill()
    if trial.exitcode != 0:
        raise ModelError(f"{folder.name}：模型文件已损坏，Vosk 无法加载；请重新下载")


def _load_quietly(folder: Path) -> None:
    """What Vosk has to say about a broken model is for developers."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    load_vosk(folder)


def _ignore(done: int, total: int) -> None:
    """Nobody wants to know."""
