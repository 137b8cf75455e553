"""A site's folder to write books into, and the circular's fourth annex as printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from phrasebook import PhraseBook, load_book

BOOK_TOML = 'version = "测试1"\neffective = 2026-01-01\n'
WriteSite = Callable[..., Path]


@pytest.fixture(scope="session")
def book() -> PhraseBook:
    """The phrase book that comes with the product."""
    return load_book()


@pytest.fixture
def site(tmp_path: Path) -> WriteSite:
    """Writes a site's folder: ``site(acts="…")`` puts the text into ``acts.toml``."""

    def write(book: str = BOOK_TOML, **files: str) -> Path:
        for name, text in {"book": book, **files}.items():
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture(scope="session")
def annex4() -> dict[str, tuple[str, str]]:
    """Annex 4 as printed: id → article and text, both word for word."""
    articles: dict[str, tuple[str, str]] = {}
    section = ""
    for line in (Path(__file__).parent / "circular_annex4.txt").read_text(encoding="utf-8").splitlines():
        if heading := re.match("([一二])、", line):
            section, count = heading[1], 0
        elif section and (article := re.match(r"(\([一二三四五六七八九十]+\))(.+)", line)):
            count += 1
            articles[f"{'W' if section == '一' else 'T'}{count:02d}"] = (section + article[1], article[2])
    return articles
