"""An official document as Word, in the form of GB/T 9704-2012: A4, 小标宋 title, 仿宋 body of 22 lines a page, page numbers — 1 —.

Charts are tables whose cells are the bars: they name their rules in the reader's own font, and a machine without Chinese fonts can make them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from voice_agent.reporting.blocks import Bars, Block, Heading, Official, Paragraph, Quote, Table
from voice_agent.reporting.word_parts import BODY, SMALL, dress, paragraph, run

#: Twentieths of a point: the text is 156 mm wide.
_WIDTH = 8845
#: Widths of a chart's columns: name, bar, figure.
_NAME, _BAR, _FIGURE = 2745, 4000, 2100
_STEPS = 50
#: Half widths that a column has at least, and that its text may claim.
_SHORTEST, _LONGEST = 8, 30
_EDGE = '<w:{0} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
_GRID = f"<w:tblBorders>{''.join(_EDGE.format(side) for side in ('top', 'left', 'bottom', 'right', 'insideH', 'insideV'))}</w:tblBorders>"


def write_word(official: Official) -> bytes:
    """The document as a .docx. Pure."""
    document = docx.Document()
    dress(document, official.title, official.issuer)
    body = document.element.body
    for element in _elements(official):
        # Before the properties of the section, which Word wants last.
        body.insert(len(body) - 1, element)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _elements(official: Official) -> Iterable[object]:
    yield paragraph(official.title, style="Title")
    yield paragraph("")
    for block in official.blocks:
        yield from _block(block)
    yield paragraph("")
    # 署名 and 成文日期 as GB/T 9704 7.3.5 sets them without a seal: the date two characters further in than the name begins.
    yield paragraph(official.issuer, align="right", right=2)
    yield paragraph(official.written_day, align="right", right=4)


def _block(block: Block) -> Iterable[object]:
    if isinstance(block, Heading):
        yield paragraph(block.text, style=f"Heading{block.level}")
    elif isinstance(block, Paragraph | Quote):
        yield paragraph(block.text, first_line=2)
    else:
        yield paragraph(block.caption, font="黑体", size=SMALL, align="center", keep=True, line=None)
        yield _chart(block) if isinstance(block, Bars) else _table(block)
        yield paragraph("", size=SMALL, line=None)


def _table(table: Table) -> object:
    """Columns share the width as their longest texts need it."""
    columns = zip(table.headings, *table.rows, strict=True)
    shares = [2 + min(_LONGEST, max(_SHORTEST, *map(_letters, column))) for column in columns]
    widths = [_WIDTH * share // sum(shares) for share in shares]
    rows = [_row(table.headings, widths, head=True, wordy=True)]
    rows += [_row(row, widths, head=False, wordy=table.wordy) for row in table.rows]
    return _made(widths, "".join(rows), _GRID)


def _letters(text: str) -> int:
    """Half widths: a Chinese character is as wide as two figures."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def _row(cells: Iterable[str], widths: list[int], *, head: bool, wordy: bool) -> str:
    said = "".join(
        _cell(text, width, font="黑体" if head else BODY, align="center" if head or (place and not wordy) else "left")
        for place, (text, width) in enumerate(zip(cells, widths, strict=True))
    )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{said}</w:tr>"


def _chart(chart: Bars) -> object:
    """Each row: the name, its bar out of fifty steps on a grey ground, the figure."""
    step = _BAR // _STEPS
    rows = []
    for bar in chart.bars:
        full = round((bar.rate or 0.0) * _STEPS)
        parts = [(full, "1F4E79"), (_STEPS - full, "E3E7EB")]
        bars = "".join(_cell("", span * step, span=span, fill=colour) for span, colour in parts if span)
        rows.append(
            f"<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val='380' w:hRule='exact'/></w:trPr>{_cell(bar.name, _NAME, align='right')}{bars}{_cell(bar.shown, _FIGURE)}</w:tr>"
        )
    gaps = '<w:tblBorders><w:insideH w:val="single" w:sz="24" w:space="0" w:color="FFFFFF"/></w:tblBorders>'
    return _made([_NAME, *[step] * _STEPS, _FIGURE], "".join(rows), gaps)


def _cell(text: str, width: int, *, font: str = BODY, align: str = "left", span: int = 1, fill: str = "") -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:ind w:firstLine="0"/><w:jc w:val="{align}"/></w:pPr>'
        f"{run(text, font, SMALL)}</w:p></w:tc>"
    )


def _made(widths: list[int], rows: str, borders: str) -> object:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>{borders}<w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="60" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )
