"""What an official document consists of, whatever shows it: the page and the file are made from the same blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from voice_agent.reporting.workbook import CONTROLS
from voice_agent.store.statistics.spans import written


@dataclass(frozen=True)
class Heading:
    """``level`` 1: 一、…; 2: （一）…"""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of the body."""

    text: str


@dataclass(frozen=True)
class Quote:
    """A masked quotation as a paragraph; ``call`` is the store's number, which only the page shows, to those who may hear it."""

    text: str
    call: int


@dataclass(frozen=True)
class Table:
    """A table with its caption above; the first column names the rows, the others are figures unless ``wordy``."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wordy: bool = False


@dataclass(frozen=True)
class Bar:
    """One bar: ``rate`` 0–1, None where there is nothing to divide by; ``shown`` is what stands behind it."""

    name: str
    rate: float | None
    shown: str


@dataclass(frozen=True)
class Bars:
    """A chart of rates that names each of its bars itself, in the reader's own font."""

    caption: str
    bars: tuple[Bar, ...]


Block = Heading | Paragraph | Quote | Table | Bars


@dataclass(frozen=True)
class Official:
    """An official document: title, body, issuing unit and date."""

    title: str
    blocks: tuple[Block, ...]
    issuer: str
    day: date

    @property
    def written_day(self) -> str:
        """The date as documents write it."""
        return written(self.day)


def clean(text: str) -> str:
    """Text that XML can hold: broken characters become �."""
    return CONTROLS.sub("�", text.encode("utf-8", "replace").decode("utf-8", "replace"))


def numbered(sections: Iterator[tuple[str, tuple[Block, ...]]]) -> Iterator[Block]:
    """The sections under headings 一、二、三…, their tables and charts counted through."""
    tables, charts = count(1), count(1)
    for number, (name, blocks) in zip("一二三四五六七八九十", sections, strict=False):
        yield Heading(1, f"{number}、{name}")
        for block in blocks:
            if isinstance(block, Table):
                yield replace(block, caption=f"表{next(tables)}　{block.caption}")
            elif isinstance(block, Bars):
                yield replace(block, caption=f"图{next(charts)}　{block.caption}")
            else:
                yield block
