"""Choosing a model, and refusing what Vosk would abort on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from voice_agent.errors import ModelError
from voice_agent.hearing.models.installed import BUNDLED, choose, installed, models_folder
from voice_agent.hearing.models.model_files import check_model
from voice_agent.hearing.vosk_transcriber import VoskTranscriber


def linked_copy(target: Path) -> Path:
    """A copy of the bundled model that costs no space; a test breaks one file of it."""
    shutil.copytree(BUNDLED, target, copy_function=os.symlink)
    return target


def rewrite(path: Path, content: str | bytes) -> None:
    path.unlink()
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def test_the_bundled_model_is_found_without_any_setting() -> None:
    """Out of the box there is a Mandarin model."""
    choice = choose()
    assert (choice.path, choice.origin, choice.rate) == (BUNDLED, "bundled", 16_000)
    assert choice.size < 60e6
    assert installed() == (choice,)


def test_the_order_of_choice(tmp_path: Path) -> None:
    """The option wins over the configuration, this over an installed model, this over the bundled one; names are enough."""
    mine = linked_copy(models_folder() / "vosk-model-mine-cn")
    other = linked_copy(tmp_path / "other")
    assert (choose().path, choose().origin) == (mine, "installed")
    assert (choose(None, other).path, choose(None, other).origin) == (other, "config")
    assert (choose(Path("vosk-model-mine-cn"), other).path, choose(mine).origin) == (mine, "option")


def test_broken_installed_models_are_passed_over() -> None:
    """A half model in the folder does not stop the product; naming it says what is wrong."""
    half = linked_copy(models_folder() / "half")
    (half / "am/final.mdl").unlink()
    assert choose().origin == "bundled"
    with pytest.raises(ModelError, match=r"half：不是完整的 Vosk 模型，缺少 am/final\.mdl"):
        choose(Path("half"))


def test_no_such_folder() -> None:
    """The error names the folder."""
    with pytest.raises(ModelError, match="gone：没有这个模型目录"):
        choose(Path("gone"))


@pytest.mark.parametrize("name", ["am/final.mdl", "graph/HCLG.fst", "conf/mfcc.conf", "conf/model.conf"])
def test_an_empty_or_absent_file_is_named(tmp_path: Path, name: str) -> None:
    """Every file that Vosk would abort without is missed by name."""
    model = linked_copy(tmp_path / "model")
    rewrite(model / name, "")
    with pytest.raises(ModelError, match="缺少"):
        check_model(model)


def test_a_configuration_that_aborts_vosk_is_refused(tmp_path: Path) -> None:
    """Without silence phones Vosk ends the whole process; this model never reaches it."""
    model = linked_copy(tmp_path / "model")
    text = (model / "conf/model.conf").read_text()
    rewrite(model / "conf/model.conf", text.replace("--endpoint.silence-phones=1\n", ""))
    with pytest.raises(ModelError, match=r"model\.conf：缺少 --endpoint\.silence-phones"):
        VoskTranscriber(model)


@pytest.mark.parametrize("words", ["hello 1\nworld 2\n", "안녕 1\n", "今日は 1\nありがとう 2\n電話 3\n"])
def test_models_of_other_languages_are_refused(tmp_path: Path, words: str) -> None:
    """English, Korean and Japanese vocabularies are recognised as not Mandarin."""
    model = linked_copy(tmp_path / "model")
    rewrite(model / "graph/words.txt", words)
    with pytest.raises(ModelError, match="不是普通话模型"):
        check_model(model)


def test_official_layouts_are_understood(tmp_path: Path) -> None:
    """Small official models keep their words in Gr.fst; a lower rate stands in mfcc.conf."""
    model = linked_copy(tmp_path / "model")
    for name in ("HCLG.fst", "words.txt"):
        (model / "graph" / name).unlink()
    (model / "graph/HCLr.fst").write_bytes(b"x")
    (model / "graph/Gr.fst").write_bytes(b"\0" * ((1 << 20) - 1) + "这们请么谢".encode())
    rewrite(model / "conf/mfcc.conf", "--sample-frequency=8000\n")
    info = check_model(model)
    assert (info.rate, info.upsamples) == (8_000, False)
