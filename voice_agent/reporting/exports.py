"""Tables as CSV and XLSX, streamed: a file of any length takes little memory.

Text that a spreadsheet would run as a formula is defused: XLSX stores it as text, CSV gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import xlsxwriter

from voice_agent.errors import StoreError
from voice_agent.reporting.tables import Cell, Sheet
from voice_agent.store.failures import explain_file

#: What Excel and its kin take for the beginning of a formula, the full-width ones of Chinese keyboards included.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
#: XML cannot hold these; a recogniser or a file may.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: Excel's own limits.
MOST_ROWS = 1_048_576
_LONGEST_TEXT = 32_767


def csv_lines(sheet: Sheet) -> Iterator[bytes]:
    """A table as CSV in pieces of UTF-8 with a mark that makes Excel read it as such."""
    yield b"\xef\xbb\xbf"
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in chain([sheet.headings], sheet.rows):
        writer.writerow([safe_csv(cell) for cell in row])
        if buffer.tell() > 65_536:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")


def safe_csv(cell: Cell) -> Cell:
    """A cell that no spreadsheet runs: text that would be a formula gets an apostrophe; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    text = _CONTROLS.sub("�", cell)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def write_csv(path: Path, sheet: Sheet) -> None:
    """Write a table as CSV. Raises StoreError when the file cannot be written."""
    _write(path, csv_lines(sheet))


def write_xlsx(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write tables as one workbook, a sheet each. Raises StoreError when the file cannot be written or a table is too long."""
    _write(path, xlsx_pieces(sheets))


def xlsx_pieces(sheets: Sequence[Sheet], *, most_rows: int = MOST_ROWS) -> Iterator[bytes]:
    """A workbook in pieces, for a download: built in a temporary file that vanishes with the last piece.

    ``most_rows`` of a sheet, its heading included; Excel opens no more. Raises StoreError when a table is longer.
    """
    with TemporaryFile() as scratch:
        _build(scratch, sheets, most_rows)
        scratch.seek(0)
        while piece := scratch.read(65_536):
            yield piece


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    try:
        with path.open("wb") as file:
            # What is exported is about persons.
            path.chmod(0o600)
            file.writelines(pieces)
    except OSError as error:
        raise StoreError(f"{path}：无法写入：{explain_file(error)}") from error


def _build(target: BinaryIO, sheets: Sequence[Sheet], most_rows: int) -> None:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet.title)
            page.freeze_panes(1, 0)
            page.set_column(0, len(sheet.headings) - 1, 14)
            page.write_row(0, 0, sheet.headings, bold)
            _fill(page, sheet, most_rows)


def _fill(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, most_rows: int) -> None:
    for number, row in enumerate(sheet.rows, 1):
        if number >= most_rows:
            raise StoreError(f"“{sheet.title}”超过 Excel 的 {most_rows:,} 行上限；请缩小时段，或导出 CSV")
        for column, cell in enumerate(row):
            _put(page, number, column, cell)


def _put(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, _CONTROLS.sub("�", cell)[:_LONGEST_TEXT])
    elif cell is not None:
        page.write_number(row, column, cell)
