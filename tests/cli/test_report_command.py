"""``voice-agent report``: a file, a folder with one for every level, what is due; and refusals."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from click.testing import CliRunner

from tests.store.makers import judged_call, staff
from voice_agent.cli import main
from voice_agent.store import Store
from voice_agent.store.people import tree


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with a store of one judged call in 社保局 under 银川市."""
    with Store.open(tmp_path / "store.db") as store:
        staff(store)
        judged_call(store, "a")
        tree.import_tree(store, "代码,名称,上级代码,级别\n64,宁夏,,自治区\n6401,银川市,64,市\n,社保局,6401,单位")
    path = tmp_path / "voice-agent.toml"
    path.write_text(
        '[store]\npath = "store.db"\n[reports]\nfolder = "out"\nday = 1\nissuer = "综合处"\n', encoding="utf-8"
    )
    return path


def _run(config: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--config", str(config), "report", *arguments])
    return result.exit_code, result.output


def test_a_report_is_written_to_a_file(config: Path, tmp_path: Path) -> None:
    """Any days, one node; the configured office signs."""
    target = tmp_path / "r.docx"
    code, said = _run(config, str(target), "--from", "2026-11-20", "--to", "2026-11-25", "--node", "6401")
    assert (code, said.strip()) == (0, f"已写入 {target}")
    texts = [one.text for one in docx.Document(str(target)).paragraphs]
    assert texts[0] == "银川市关于2026年11月20日至2026年11月25日热线服务质量情况的报告"
    assert texts[-2] == "综合处"


def test_one_for_every_level_goes_into_a_folder(config: Path, tmp_path: Path) -> None:
    """``--each`` makes a report of the node, of every node below and of every unit."""
    code, _ = _run(config, str(tmp_path / "all"), "--each", "--period", "2026-Q4", "--node", "64")
    assert code == 0
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == [
        "宁夏2026年第四季度热线服务质量报告.docx", "社保局2026年第四季度热线服务质量报告.docx", "银川市2026年第四季度热线服务质量报告.docx",
    ]  # fmt: skip


def test_what_is_due_is_made_and_then_nothing_is(config: Path, tmp_path: Path) -> None:
    """Fit for a timer: run again it says that nothing is due, with exit code 0."""
    code, said = _run(config, "--due")
    assert code == 0
    assert "已写入" in said
    assert len(list((tmp_path / "out").glob("*/*.docx"))) == 1
    assert _run(config, "--due") == (0, "没有到期的报告。\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "请写明文件"),
        (["x.docx", "--from", "2026-11-01"], "--from 和 --to 要一起写"),
        (["x.docx", "--period", "2026-13"], "期间"),
        (["x.docx", "--node", "99"], "没有代码为 99 的层级"),
        (["/proc/none/x.docx"], "无法写入"),
    ],
)
def test_what_cannot_be_done_is_said(config: Path, arguments: list[str], words: str) -> None:
    """Every refusal is one Chinese sentence and exit code 2."""
    code, said = _run(config, *arguments)
    assert (code, words in said) == (2, True), said
