"""Workbooks (.xlsx) written row by row: a month of calls is four million cells, for which libraries take minutes.

Only what our tables need: text, numbers, a bold heading that stays in sight. Text is stored as text, so nothing in it is run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import IO, BinaryIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from voice_agent.errors import StoreError
from voice_agent.reporting.tables import Cell, Sheet

#: Excel's own limits.
MOST_ROWS, LONGEST_TEXT = 1_048_576, 32_767
#: XML cannot hold these; a recogniser or a file may.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: What Excel would read as a character by its number.
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
#: Rows that are put together before they are compressed.
_AT_ONCE = 500
Told = Callable[[int], None]

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/>'
    '<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill'
    ' patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_workbook(
    target: BinaryIO, sheets: Sequence[Sheet], *, most_rows: int = MOST_ROWS, told: Told = lambda _: None
) -> None:
    """Write tables as one workbook, a sheet each; ``told`` hears now and then how many rows are written in all.

    ``most_rows`` of a sheet, its heading included. Raises StoreError when a table is longer.
    """
    before = 0
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in _frame([sheet.title for sheet in sheets]):
            archive.writestr(name, content)
        for number, sheet in enumerate(sheets, 1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as file:
                before += _write_sheet(file, sheet, most_rows, lambda rows, so_far=before: told(so_far + rows))  # type: ignore[misc]  # mypy cannot infer a default of a lambda


def _frame(titles: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Everything but the sheets themselves."""
    numbers = range(1, len(titles) + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers
    )
    yield (
        "[Content_Types].xml",
        (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
            f'package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{parts}</Types>'
        ),
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    related = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers] + [("styles", "styles.xml")]
    yield "xl/_rels/workbook.xml.rels", _relations(related)
    named = "".join(f'<sheet name={quoteattr(title)} sheetId="{n}" r:id="r{n}"/>' for n, title in enumerate(titles, 1))
    yield "xl/workbook.xml", f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets></workbook>'
    yield "xl/styles.xml", _STYLES


def _relations(related: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(related, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _write_sheet(file: IO[bytes], sheet: Sheet, most_rows: int, told: Told) -> int:
    """One sheet; returns its rows without the heading."""
    heading = "".join(f'<c t="inlineStr" s="1"><is><t>{_plain(text)}</t></is></c>' for text in sheet.headings)
    file.write(
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
        f' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="{len(sheet.headings)}" width="14"'
        f' customWidth="1"/></cols><sheetData><row>{heading}</row>'.encode()
    )
    lines: list[str] = []
    number = 0
    for number, row in enumerate(sheet.rows, 1):
        if number >= most_rows:
            raise StoreError(f"“{sheet.title}”超过 Excel 的 {most_rows:,} 行上限；请缩小时段，或导出 CSV")
        lines.append(f"<row>{''.join(map(_cell, row))}</row>")
        if len(lines) == _AT_ONCE:
            file.write("".join(lines).encode())
            lines.clear()
            told(number)
    file.write("".join([*lines, "</sheetData></worksheet>"]).encode())
    told(number)
    return number


def _cell(cell: Cell) -> str:
    if cell is None:
        return "<c/>"
    return _text(cell) if isinstance(cell, str) else f"<c><v>{cell!r}</v></c>"


@lru_cache(maxsize=65_536)
def _text(text: str) -> str:
    """Most texts of a table occur thousands of times: rules, clerks, units, what was found."""
    return f'<c t="inlineStr"><is><t xml:space="preserve">{_plain(text)}</t></is></c>'


def _plain(text: str) -> str:
    return escape(_ESCAPED.sub("_x005F_", CONTROLS.sub("�", text))[:LONGEST_TEXT])
