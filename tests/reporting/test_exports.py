"""Files equal the store, open in Excel with Chinese intact, run no formula, and hold no number that is nobody's business."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.makers import DAY, MORNING, book, ended, judged_call, judgement, staff, unhurried
from tests.store.test_reviews import finding
from voice_agent.errors import StoreError
from voice_agent.reporting.exports import csv_lines, safe_csv, write_csv, write_xlsx, xlsx_pieces
from voice_agent.reporting.tables import Sheet, calls_sheet, findings_sheet, mask_number, statistics_sheets
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.people.directory import Clerk, save_clerks
from voice_agent.store.reviews import reviews
from voice_agent.store.statistics import statistics
from voice_agent.values import Evidence

EVIL = '=HYPERLINK("http://x","点我")'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with three calls, one of a clerk whose name is a formula, one reviewed."""
    with Store.open(tmp_path / "store.db") as opened:
        people = staff(opened)
        save_clerks(opened, [Clerk("6666", EVIL, "社保局", "-3号窗口")])
        judged_call(opened, "1.1")
        bad = judged_call(opened, "1.2", {"closing": "missing", "greeting": "late"}, start=MORNING + DAY, clerk="6666")
        reviews.overrule(opened, finding(opened, bad, "greeting").id, people["r1"], "听到了")
        calls.record_call(opened, ended("1.3", answered=False))
        yield opened


def read_csv(pieces: Iterator[bytes]) -> list[list[str]]:
    """The rows as a program reads them that knows the mark."""
    return list(csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig"), newline="")))


def read_xlsx(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Title → rows, as openpyxl reads them."""
    workbook = openpyxl.load_workbook(path)
    return {page.title: [tuple(row) for row in page.iter_rows(values_only=True)] for page in workbook}


def test_workbook_equals_the_store(store: Store, tmp_path: Path) -> None:
    """Every call and every finding of the store is in the file, numbers as numbers."""
    path = tmp_path / "通话.xlsx"
    write_xlsx(path, [calls_sheet(store), findings_sheet(store), *statistics_sheets(store, by="clerk")])
    found = read_xlsx(path)
    heading, *rows = found["通话"]
    listed = list(calls.each_call(store))
    assert [row[heading.index("通话")] for row in rows] == [call.call_id for call in listed]
    assert [row[heading.index("得分")] for row in rows] == [call.score for call in listed]
    assert {row[heading.index("结论")] for row in rows} == {"合格", "不合格", ""}
    assert len(found["检查结果"]) == 1 + 2 * 13
    rates = {(row[0], row[2]): row[8] for row in found["各项规则"][1:]}
    assert rates == {
        (line.key, _name(line.rule)): line.counts.rate for line in statistics.rule_lines(store, by="clerk")
    }
    assert [row[2] for row in found["通话与监测"][1:]] == [
        line.counts.calls for line in statistics.call_lines(store, by="clerk")
    ]


def _name(rule: str) -> str:
    from voice_agent.labels import RULE_NAMES  # noqa: PLC0415 - only to compare

    return RULE_NAMES[rule]


def test_csv_equals_the_workbook(store: Store, tmp_path: Path) -> None:
    """Both formats say the same, line by line."""
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [calls_sheet(store)])
    from_xlsx = [["" if cell is None else str(cell) for cell in row] for row in read_xlsx(path)["通话"]]
    from_csv = [[cell.removeprefix("'") for cell in row] for row in read_csv(csv_lines(calls_sheet(store)))]
    assert [row[:7] for row in from_csv] == [row[:7] for row in from_xlsx]


def test_reviewed_findings_show_both_opinions(store: Store) -> None:
    """What the machine said and what holds now stand side by side; the filter narrows the lines."""
    rows = list(findings_sheet(store, CallFilter(rule="greeting", status=("met",))).rows)
    assert [(row[5], row[6], row[7], row[8]) for row in rows] == [
        ("开场问候", "达标", "达标", ""),
        ("开场问候", "达标", "迟告", "是"),
    ]


def test_no_formula_survives(store: Store, tmp_path: Path) -> None:
    """A name that begins with = is text in the workbook and defused in CSV."""
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [calls_sheet(store)])
    names = [row[5] for row in read_xlsx(path)["通话"]]
    assert EVIL in names
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    row = next(row for row in read_csv(csv_lines(calls_sheet(store))) if row[0] == "1.2")
    assert (row[5], row[7]) == (f"'{EVIL}", "'-3号窗口")


@unhurried
@given(st.text(max_size=12))
def test_defused_text_never_begins_a_formula(text: str) -> None:
    """Whatever stands in a cell, no spreadsheet sees a formula; harmless text is unchanged."""
    safe = safe_csv(text)
    assert isinstance(safe, str)
    assert not safe.strip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    safe.encode("utf-8")
    if text.isalnum():
        assert safe == text


def test_numbers_stay_numbers() -> None:
    """A negative number is no formula."""
    assert [safe_csv(cell) for cell in (-1.5, 0, None)] == [-1.5, 0, None]


def test_caller_numbers_are_masked_unless_asked_for(store: Store) -> None:
    """The file shows 138****0000 by default."""
    assert {row[3] for row in calls_sheet(store).rows} == {"138****0000"}
    assert {row[3] for row in calls_sheet(store, numbers=True).rows} == {"13800000000"}
    assert [mask_number(number) for number in (None, "", "12333", "1234", "09516012345")] == [
        None,
        "",
        "123*3",
        "****",
        "095****2345",
    ]


def test_broken_characters_do_not_break_the_files(store: Store, tmp_path: Path) -> None:
    """Control characters and lone surrogates from a transcript are replaced, not fatal."""
    call = calls.record_call(store, ended("9.9")).id
    found = judgement({"closing": "missing"})
    heard = (Evidence("agent", 1.0, 2.0, "喂\x00\x1b\ud800", "再见"),)
    broken = replace(found, findings=tuple(replace(each, evidence=heard) for each in found.findings))
    judgements.save_judgement(store, call, broken, book=book())
    chosen = CallFilter(since=None, rule="closing", status=("missing",))
    write_xlsx(tmp_path / "a.xlsx", [findings_sheet(store, chosen)])
    heard_texts = [row[11] for row in read_xlsx(tmp_path / "a.xlsx")["检查结果"]]
    assert "喂���" in heard_texts
    assert "喂���" in [row[11] for row in read_csv(csv_lines(findings_sheet(store, chosen)))]


def test_empty_choice_gives_headings_only(store: Store, tmp_path: Path) -> None:
    """A filter that finds nothing is no error."""
    nothing = CallFilter(clerk="0")
    assert len(read_csv(csv_lines(calls_sheet(store, nothing)))) == 1
    write_xlsx(tmp_path / "a.xlsx", [calls_sheet(store, nothing), *statistics_sheets(store, nothing)])
    assert [len(rows) for rows in read_xlsx(tmp_path / "a.xlsx").values()] == [1, 1, 1]


def test_files_are_private_and_failures_named(store: Store, tmp_path: Path) -> None:
    """What is about persons is 0600; a folder that is not there is a Chinese error."""
    write_csv(tmp_path / "a.csv", calls_sheet(store))
    assert (tmp_path / "a.csv").stat().st_mode & 0o777 == 0o600
    with pytest.raises(StoreError, match="无法写入"):
        write_csv(tmp_path / "none" / "a.csv", calls_sheet(store))


def test_long_tables_stream_and_too_long_ones_are_refused() -> None:
    """CSV comes in pieces; a workbook beyond Excel's limit says so instead of losing lines."""
    rows = (("x" * 50, n) for n in range(20_000))
    pieces = list(csv_lines(Sheet("长", ("a", "b"), rows)))
    assert len(pieces) > 5
    assert sum(piece.count(b"\n") for piece in pieces) == 20_001
    with pytest.raises(StoreError, match="上限"):
        next(xlsx_pieces([Sheet("长", ("a",), ((n,) for n in range(100)))], most_rows=100))
