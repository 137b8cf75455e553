"""Files of the second look: arrays of numpy in the model's folder (``rescoring/*.npz``; Vosk itself ignores them)."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voice_agent.errors import ModelError

FOLDER = Path("rescoring")
Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


def words_of(model_dir: Path) -> list[str]:
    """The words that arrays have rows for: the graph's, in its order, without Kaldi's own marks. Raises ModelError naming the file."""
    path = model_dir / "graph" / "words.txt"
    try:
        words = [line.split()[0] for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError, IndexError) as error:
        raise ModelError(f"{path}：词表已损坏，请重新安装此模型：{error}") from error
    return [word for word in words if not word.startswith(("<", "#"))]


def check_rows(path: Path, rows: int, wanted: int) -> None:
    """Raises ModelError where a file was made for another list of words: every cost would be some other word's."""
    if rows != wanted:
        raise ModelError(
            f"{path}：语言模型与词表（graph/words.txt）不符（{rows} 行，应为 {wanted} 行），请重新安装此模型"
        )


def read_arrays(path: Path, *names: str) -> dict[str, npt.NDArray[Any]]:
    """The named arrays; whole numbers as 64 bits, so that they can be reckoned with. Raises ModelError naming the file."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in names}
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path}：语言模型已损坏，请重新安装此模型：{error}") from error
    return {name: array.astype(np.int64) if array.dtype.kind == "u" else array for name, array in arrays.items()}
