"""What the documents refer to exists, and names that people read are the same everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from voice_agent.labels import STATUS_NAMES, VERDICT_NAMES

PAGES = [REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "phrasebook/README.md")]
PAGES += sorted((REPOSITORY / "docs").rglob("*.md"))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(REPOSITORY)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page is a file of the repository."""
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_glossary_has_the_names_that_pages_show() -> None:
    """Statuses and verdicts are called there what the pages call them."""
    text = (REPOSITORY / "docs" / "glossary.md").read_text(encoding="utf-8")
    names = {**STATUS_NAMES, **VERDICT_NAMES}
    assert [f"`{name}` {shown}" for name, shown in names.items() if f"`{name}` {shown}" not in text] == []


def test_every_word_of_the_glossary_is_explained_once() -> None:
    """No word stands in two lines."""
    text = (REPOSITORY / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = [
        word for line in re.findall(r"^\| ([a-z][^|]*) \| (?!中文)", text, re.MULTILINE) for word in line.split(", ")
    ]
    assert len(words) == len(set(words))
    assert {"act", "turn", "spurt", "opening", "look-up silence", "finding", "verdict", "coverage", "leg"} <= set(words)
