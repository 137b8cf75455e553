"""Reports that come by themselves: on time, missed ones later, none twice, and never half a file."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import docx
import pytest

from phrasebook.book import load_book
from phrasebook.model import PhraseBook
from tests.store.makers import judged_call, staff
from voice_agent.config import Config, ReportsConfig
from voice_agent.errors import ConfigError, StoreError
from voice_agent.reporting.material import Place
from voice_agent.reporting.schedule import ReportKeeper, due, file_name, make_due, write_whole
from voice_agent.store import Store
from voice_agent.store.people import tree
from voice_agent.store.statistics.spans import span_of


@pytest.fixture(scope="module")
def book() -> PhraseBook:
    """The phrase book that comes with the product."""
    return load_book()


def _run(store: Store, book: PhraseBook, wanted: ReportsConfig, today: date) -> list[str]:
    assert wanted.folder is not None
    return [str(path.relative_to(wanted.folder)) for path in make_due(store, book, wanted, today=today)]


def test_a_month_is_reported_once_and_a_missed_one_later(store: Store, book: PhraseBook, tmp_path: Path) -> None:
    """The first run makes the last month; a machine that was off for a quarter makes up for it; nothing is made twice."""
    judged_call(store, "a")
    wanted = ReportsConfig(folder=tmp_path / "reports", day=5)
    assert _run(store, book, wanted, date(2026, 12, 4)) == ["2026-10/全部单位2026年10月热线服务质量报告.docx"]
    assert _run(store, book, wanted, date(2026, 12, 5)) == ["2026-11/全部单位2026年11月热线服务质量报告.docx"]
    assert _run(store, book, wanted, date(2026, 12, 30)) == []
    # Somebody took it away: it was made, and is not made again.
    (tmp_path / "reports/2026-11/全部单位2026年11月热线服务质量报告.docx").unlink()
    assert [name[:7] for name in _run(store, book, wanted, date(2027, 3, 20))] == ["2026-12", "2027-01", "2027-02"]
    acts = store.rows("SELECT detail FROM audit WHERE action = 'report'")
    assert len(acts) == 5


def test_quarters_and_years_for_every_level(store: Store, book: PhraseBook, tmp_path: Path) -> None:
    """With ``each`` every node and unit below gets its own, for every kind of period that is asked for."""
    staff(store)
    judged_call(store, "a")
    tree.import_tree(store, "代码,名称,上级代码,级别\n64,宁夏,,自治区\n6401,银川市,64,市\n,社保局,6401,单位")
    wanted = ReportsConfig(folder=tmp_path, periods=("quarter", "year"), node="64", each=True, day=1)
    made = _run(store, book, wanted, date(2027, 1, 1))
    assert made == [
        "2026/宁夏2026年热线服务质量报告.docx", "2026/银川市2026年热线服务质量报告.docx", "2026/社保局2026年热线服务质量报告.docx",
        "2026-Q4/宁夏2026年第四季度热线服务质量报告.docx", "2026-Q4/银川市2026年第四季度热线服务质量报告.docx",
        "2026-Q4/社保局2026年第四季度热线服务质量报告.docx",
    ]  # fmt: skip
    said = docx.Document(str(tmp_path / made[2])).paragraphs[0].text
    assert said == "社保局关于2026年热线服务质量情况的报告"


def test_a_file_is_whole_or_not_there(store: Store, book: PhraseBook, tmp_path: Path) -> None:
    """It is its owner's alone; where writing fails the reason is told, nothing is left behind and the next run makes it."""
    wanted = ReportsConfig(folder=tmp_path / "reports", day=1)
    (tmp_path / "reports").write_text("in the way")
    with pytest.raises(StoreError, match="无法写入"):
        _run(store, book, wanted, date(2026, 12, 1))
    assert len(due(store, wanted, today=date(2026, 12, 1))) == 1
    (tmp_path / "reports").unlink()
    (name,) = _run(store, book, wanted, date(2026, 12, 1))
    assert stat.S_IMODE((tmp_path / "reports" / name).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "reports/2026-11").iterdir()] == [Path(name).name]


def test_a_killed_process_leaves_no_half_report(tmp_path: Path) -> None:
    """Killed in the middle of writing: under the report's name there is the old content or nothing."""
    target = tmp_path / "report.docx"
    code = (
        "import os, sys; from pathlib import Path; from voice_agent.reporting import schedule\n"
        "os.fsync = lambda _: os.kill(os.getpid(), 9)\n"
        "schedule.write_whole(Path(sys.argv[1]), b'half')"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(target)], env=os.environ, check=False)
    assert ended.returncode == -9
    assert not target.exists()
    write_whole(target, b"whole")
    assert not list(tmp_path.glob(".*.part"))


def test_names_of_places_cannot_leave_the_folder() -> None:
    """A unit may be called anything: the file stays in its folder and its name is not too long for a disk."""
    name = file_name(Place("../../etc/x" + "长" * 200, unit="x"), span_of("2026-Q4"))
    assert "/" not in name
    assert not name.startswith(".")
    assert len(f".{name}.part".encode()) <= 255


def test_the_pages_make_reports_while_they_run(store: Store, book: PhraseBook, tmp_path: Path) -> None:
    """``serve`` looks when it starts; without a folder it makes none, and asking by command says what is missing."""
    judged_call(store, "a")
    config = Config.model_validate({"store": {"path": store.path}, "reports": {"folder": tmp_path / "out", "day": 1}})
    with ReportKeeper(config, book):
        deadline = time.monotonic() + 30
        while not list(tmp_path.glob("out/*/*.docx")) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert len(list(tmp_path.glob("out/*/*.docx"))) == 1
    with pytest.raises(ConfigError, match=r"\[reports\]"):
        list(make_due(store, book, ReportsConfig(), today=date(2026, 12, 1)))
