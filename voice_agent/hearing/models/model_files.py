"""Looks into a Vosk model folder before Vosk does: what Vosk cannot use, it answers by aborting the whole process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from voice_agent.errors import ModelError

#: Simplified-only characters that any Mandarin vocabulary has; Japanese, Cantonese and Korean ones lack most of them.
MANDARIN = tuple(character.encode() for character in "这们请么谢")
_READ_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class ModelInfo:
    """What the folder says about itself: ``rate`` in Hz, ``size`` in bytes, ``upsamples``: it hears 8 kHz as it is."""

    path: Path
    rate: int
    size: int
    upsamples: bool


def check_model(folder: Path) -> ModelInfo:
    """Raises ModelError (Chinese, says what to do) unless the folder holds a complete Mandarin Vosk model."""
    if not folder.is_dir():
        raise ModelError(f"{folder}：没有这个模型目录；用 voice-agent model list 查看已安装的模型")
    flat = (folder / "final.mdl").is_file()  # the layout of models before 2020
    missing = _missing(folder, flat)
    if missing:
        raise ModelError(f"{folder}：不是完整的 Vosk 模型，缺少 {'、'.join(missing)}；请重新安装或解压")
    if not flat:
        _check_options(folder / "conf" / "model.conf")
    if not _speaks_mandarin(folder, flat):
        raise ModelError(f"{folder}：不是普通话模型（词表中没有常用汉字）；请安装 vosk-model-small-cn-0.22 等中文模型")
    features = _feature_options(folder, flat)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return ModelInfo(folder, _rate(features), size, "--allow-upsample=true" in features.split())


def _missing(folder: Path, flat: bool) -> list[str]:
    am, graph = ("", "") if flat else ("am/", "graph/")
    needed = [f"{am}final.mdl", "mfcc.conf" if flat else "conf/model.conf"]
    if not flat and not (folder / "conf/fbank.conf").is_file():
        needed.append("conf/mfcc.conf")
    static = (folder / f"{graph}HCLG.fst").is_file()
    needed += [f"{graph}HCLG.fst", f"{graph}words.txt"] if static or flat else [f"{graph}HCLr.fst", f"{graph}Gr.fst"]
    return [name for name in needed if not _has_bytes(folder / name)]


def _has_bytes(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _check_options(conf: Path) -> None:
    """Vosk aborts without silence phones; without the acoustic scale it hears almost nothing."""
    text = conf.read_text(encoding="utf-8", errors="replace")
    for option in ("--endpoint.silence-phones", "--acoustic-scale", "--frame-subsampling-factor"):
        if not re.search(rf"^{re.escape(option)}=\S+", text, re.MULTILINE):
            raise ModelError(f"{conf}：缺少 {option}，Vosk 无法使用此模型；请重新安装")


def _feature_options(folder: Path, flat: bool) -> str:
    names = ("mfcc.conf",) if flat else ("conf/mfcc.conf", "conf/fbank.conf")
    confs = (folder / name for name in names)
    return "\n".join(conf.read_text(encoding="utf-8", errors="replace") for conf in confs if conf.is_file())


def _rate(features: str) -> int:
    found = re.search(r"^--sample-frequency=(\d+)", features, re.MULTILINE)
    return int(found[1]) if found else 16_000  # Kaldi's default


def _speaks_mandarin(folder: Path, flat: bool) -> bool:
    """Models with a runtime graph keep their words inside Gr.fst, the others in words.txt; both hold UTF-8."""
    graph = folder if flat else folder / "graph"
    words = graph / "words.txt" if (graph / "words.txt").is_file() else graph / "Gr.fst"
    wanted, tail = set(MANDARIN), b""
    with words.open("rb") as file:
        while wanted and (data := file.read(_READ_AT_ONCE)):
            wanted = {character for character in wanted if character not in tail + data}
            tail = data[-4:]
    return not wanted
