"""The files of the learned model of acts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from voice_agent.acts.learned.model import BUNDLED, EXAMPLES, NETWORK, WORTH, read_model
from voice_agent.errors import ModelError


@pytest.mark.parametrize("name", [NETWORK, WORTH, EXAMPLES])
def test_a_damaged_model_is_refused_by_name(name: str, tmp_path: Path) -> None:
    """A file that is cut short judges nobody: the folder is named, whichever file it is."""
    folder = tmp_path / "acts"
    shutil.copytree(BUNDLED, folder)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="acts：行为模型无法读取"):
        read_model(folder)
