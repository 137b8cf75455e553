"""The how-to and the README of the phrase book: what they tell people to write works."""

from __future__ import annotations

import re

import pytest

from phrasebook import PhraseBook, load_book
from phrasebook.lint import lint
from phrasebook.vocabulary import ENTRY_FILES, FIELDS
from tests.conftest import REPOSITORY
from tests.phrasebook.conftest import WriteSite

HOWTO = REPOSITORY / "docs" / "howto" / "add-an-act-or-category.md"
README = REPOSITORY / "phrasebook" / "README.md"
_BLOCK = re.compile("```toml\\n(.*?)```", re.DOTALL)


def blocks(kind: str) -> str:
    """The how-to's blocks that begin with a table of ``kind``, as one file."""
    written = _BLOCK.findall(HOWTO.read_text(encoding="utf-8"))
    return "\n".join(block for block in written if block.startswith(f"[[{kind}]]"))


@pytest.fixture
def book(site: WriteSite) -> PhraseBook:
    """The product's book with all that the how-to adds."""
    return load_book(site(acts=blocks("act"), norms=blocks("norm")))


def test_what_the_howto_adds_is_found(book: PhraseBook) -> None:
    """A way to say an act, an entry of a known act, and a category of prohibited speech that rests on its article."""
    assert [entry.id for entry in book.entries_of("return_apology")] == ["return_apology", "return_apology-local"]
    assert {entry.category for entry in book.entries_of("hints_at_money")} == {"暗示收费"}
    assert "hints_at_money" in book.norms["N3-14"].acts


def test_the_howto_passes_its_own_lint(book: PhraseBook) -> None:
    """Nothing that the how-to tells to write is an error or a warning."""
    added = {"return_apology", "return_apology-local", "hints-at-money", "hints-at-money-cash"}
    assert [problem for problem in lint(book) if problem.entry in added] == []


def test_the_readme_names_every_file_and_every_field_of_an_act() -> None:
    """Whoever writes an entry finds all that may stand in it."""
    text = README.read_text(encoding="utf-8")
    assert [stem for stem in ENTRY_FILES if f"`{stem}" not in text] == []
    assert [name for name in FIELDS["act"] if not re.search(rf"^{name} = ", text, re.MULTILINE)] == []
