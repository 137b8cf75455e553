"""Tables as CSV and XLSX, streamed: a file of any length takes little memory.

Text that a spreadsheet would run as a formula is defused: XLSX stores it as text, CSV gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile

from voice_agent.errors import StoreError
from voice_agent.reporting.tables import Cell, Sheet
from voice_agent.reporting.workbook import CONTROLS, MOST_ROWS, Told, write_workbook
from voice_agent.store.failures import explain_file

#: What Excel and its kin take for the beginning of a formula, the full-width ones of Chinese keyboards included.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


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
    text = CONTROLS.sub("�", cell)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def write_csv(path: Path, sheet: Sheet) -> None:
    """Write a table as CSV. Raises StoreError when the file cannot be written."""
    _write(path, csv_lines(sheet))


def write_xlsx(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write tables as one workbook, a sheet each. Raises StoreError when the file cannot be written or a table is too long."""
    _write(path, xlsx_pieces(sheets))


def xlsx_pieces(sheets: Sequence[Sheet], *, most_rows: int = MOST_ROWS, told: Told = lambda _: None) -> Iterator[bytes]:
    """A workbook in pieces, for a download: built in a temporary file that vanishes with the last piece.

    ``most_rows`` of a sheet, its heading included; Excel opens no more. ``told`` hears how many rows are written.
    Raises StoreError when a table is longer.
    """
    with TemporaryFile() as scratch:
        write_workbook(scratch, sheets, most_rows=most_rows, told=told)
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
