"""Page, fonts, styles and page numbers of an official document (GB/T 9704-2012); lengths are the standard's own."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from voice_agent.reporting.blocks import clean

TITLE, HEAD, KAI, BODY = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
#: 二号, 三号, 小四, 四号 in points; a page of 225 mm has 22 lines.
LARGE, NORMAL, SMALL, FOOT, LINE = 22.0, 16.0, 12.0, 14.0, 28.95
#: What Word takes where a font is not installed; every Windows has the first of each.
_INSTEAD = {TITLE: "宋体", HEAD: "SimHei", KAI: "楷体", BODY: "仿宋"}
_STYLES = (("Normal", BODY, NORMAL), ("Title", TITLE, LARGE), ("Heading 1", HEAD, NORMAL), ("Heading 2", KAI, NORMAL))
_FONT_TABLE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable"


def dress(document: Document, title: str, author: str) -> None:
    """Make an empty document A4 with the standard's margins, styles, fonts and page numbers."""
    document.core_properties.title, document.core_properties.author = title, author
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    section.top_margin, section.left_margin = Mm(37), Mm(28)
    section.bottom_margin, section.right_margin = Mm(35), Mm(26)
    section.footer_distance = Mm(23)
    document.settings.odd_and_even_pages_header_footer = True
    # 单页码居右空一字，双页码居左空一字 (7.5).
    _page_number(section.footer, "right")
    _page_number(section.even_page_footer, "left")
    for name, font, size in _STYLES:
        _style(document, name, font, size)
    _name_substitutes(document)


def _style(document: Document, name: str, font: str, size: float) -> None:
    style = document.styles[name]
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    style.font.size, style.font.bold, style.font.italic = Pt(size), False, False
    fonts = properties.get_or_add_rFonts()
    latin = "Times New Roman" if font == BODY else font
    for slot, face in (("ascii", latin), ("hAnsi", latin), ("eastAsia", font), ("cs", latin)):
        fonts.set(qn(f"w:{slot}"), face)
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(0), Pt(34.0 if name == "Title" else LINE)
    form.alignment = 1 if name == "Title" else 3
    for border in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(border)
    if name.startswith("Heading"):
        form.first_line_indent, form.keep_with_next = Pt(2 * size), True


def paragraph(
    text: str,
    *,
    style: str = "Normal",
    font: str = "",
    size: float = 0.0,
    align: str = "",
    first_line: int = 0,
    right: int = 0,
    keep: bool = False,
    line: float | None = LINE,
) -> object:
    """A paragraph; ``first_line`` and ``right`` are indents in characters, ``line`` None is as high as its letters."""
    indents = f'w:firstLineChars="{first_line}00" w:firstLine="{first_line * 320}" ' if first_line else ""
    indents += f'w:rightChars="{right}00" w:right="{right * 320}"' if right else ""
    parts = [
        f'<w:pStyle w:val="{style}"/>' if style != "Normal" else "",
        "<w:keepNext/>" if keep else "",
        "" if line else '<w:spacing w:line="240" w:lineRule="auto"/>',
        f"<w:ind {indents}/>" if indents else "",
        f'<w:jc w:val="{align}"/>' if align else "",
    ]
    return parse_xml(f"<w:p {nsdecls('w')}><w:pPr>{''.join(parts)}</w:pPr>{run(text, font, size)}</w:p>")


def run(text: str, font: str = "", size: float = 0.0) -> str:
    """Text in a font and size of its own, or in the paragraph's."""
    if not text:
        return ""
    # Chinese quotation marks are taken from the Chinese font: without the hint Word draws them narrow.
    face = f" w:eastAsia={quoteattr(font)}" if font else ""
    sized = f'<w:sz w:val="{size * 2:.0f}"/>' if size else ""
    return f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"{face}/>{sized}</w:rPr><w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r>'


def _page_number(footer: object, side: str) -> None:
    """``— 1 —`` in 四号 宋体, one character away from the edge of the text."""
    footer.is_linked_to_previous = False  # type: ignore[attr-defined]  # python-docx ships no types
    holder = footer.paragraphs[0]._p  # type: ignore[attr-defined]
    letters = (
        f'<w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="{FOOT * 2:.0f}"/></w:rPr>'
    )
    field = "".join(
        f"<w:r>{letters}{part}</w:r>"
        for part in (
            '<w:t xml:space="preserve">— </w:t>', '<w:fldChar w:fldCharType="begin"/>', '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>', "<w:t>1</w:t>", '<w:fldChar w:fldCharType="end"/>', '<w:t xml:space="preserve"> —</w:t>',
        )
    )  # fmt: skip
    indent = f'w:{side}Chars="100" w:{side}="280"'
    made = parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:spacing w:line="240" w:lineRule="auto"/><w:ind {indent}/><w:jc w:val="{side}"/></w:pPr>{field}</w:p>'
    )
    holder.getparent().replace(holder, made)


def _name_substitutes(document: Document) -> None:
    """Say in the table of fonts what to take instead of a font that a computer lacks."""
    part = document.part.part_related_by(_FONT_TABLE)
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, other in _INSTEAD.items()
    )
    text = part.blob.decode("utf-8")
    part._blob = text.replace("</w:fonts>", f"{fonts}</w:fonts>").encode("utf-8")
