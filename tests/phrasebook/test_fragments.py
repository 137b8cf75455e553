"""Fragments: patterns named once, referred to by many entries."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

import phrasebook
from phrasebook import PhraseBook, load_book
from phrasebook.errors import EntryError, PatternError, UnknownReferenceError
from phrasebook.lint import lint
from tests.phrasebook.conftest import WriteSite

LOCAL = '[[fragment]]\nid = "local"\nname = "本地说法"\npatterns = ["玩笑话", "说着玩"]\n'


def test_a_reference_stands_for_the_patterns_of_the_fragment(site: WriteSite, book: PhraseBook) -> None:
    """``@id`` in ``unless`` or ``patterns`` is replaced by the fragment's patterns, none twice."""
    acts = (
        '[[act]]\nid = "shirk-boss"\nadd_unless = ["@local", "说着玩"]\n'
        '[[act]]\nid = "closing_bye"\nadd_patterns = ["@local"]\n'
    )
    other = load_book(site(acts=acts, fragments=LOCAL))
    assert other.acts["shirk-boss"].unless == (*book.acts["shirk-boss"].unless, "玩笑话", "说着玩")
    assert other.acts["closing_bye"].patterns == (*book.acts["closing_bye"].patterns, "玩笑话", "说着玩")
    assert other.fragments["local"].used_by == ("closing_bye", "shirk-boss")


def test_a_refined_fragment_refines_every_entry_that_refers_to_it(site: WriteSite, book: PhraseBook) -> None:
    """A site that adds one polite word adds it for all."""
    other = load_book(site(fragments='[[fragment]]\nid = "polite"\nadd_patterns = ["劳您大驾"]\n'))
    refined = [name for name, entry in other.acts.items() if "劳您大驾" in entry.unless]
    assert sorted(refined) == sorted(book.fragments["polite"].used_by)


def test_the_digest_is_of_what_is_meant(site: WriteSite) -> None:
    """Written out or referred to, named or unused: the same patterns have the same digest."""
    written = load_book(site(acts='[[act]]\nid = "shirk-boss"\nadd_unless = ["玩笑话", "说着玩"]\n')).digest
    referred = load_book(site(acts='[[act]]\nid = "shirk-boss"\nadd_unless = ["@local"]\n', fragments=LOCAL)).digest
    assert referred == written


@pytest.mark.parametrize(
    ("files", "error", "told"),
    [
        (
            {"acts": '[[act]]\nid = "shirk-boss"\nadd_unless = [\n  "@polit",\n]\n'},
            UnknownReferenceError,
            ["acts.toml 第 4 行", "没有名为 @polit 的片段", "是否应为 @polite"],
        ),
        ({"fragments": LOCAL + '[[fragment]]\nid = "local"\n'}, EntryError, ["编号 local 重复"]),
        ({"fragments": '[[fragment]]\nid = "x"\nname = "x"\npatterns = ["@polite"]\n'}, PatternError, ["不能出现“@”"]),
        ({"fragments": '[[fragment]]\nid = "x"\nname = "x"\npatterns = []\n'}, EntryError, ["至少要有一条"]),
    ],
    ids=["unknown", "twice", "of another fragment", "empty"],
)
def test_mistakes_are_named(site: WriteSite, files: dict[str, str], error: type[Exception], told: list[str]) -> None:
    """An unknown or broken fragment says where it stands, and which was probably meant."""
    with pytest.raises(error) as caught:
        load_book(site(**files))
    assert [words for words in told if words not in str(caught.value)] == []


def test_lint_names_fragments_that_nobody_uses(site: WriteSite) -> None:
    """A fragment that no entry refers to changes nothing, and that is said."""
    found = [problem for problem in lint(load_book(site(fragments=LOCAL))) if problem.entry == "local"]
    assert [(problem.level, "@local" in problem.message) for problem in found] == [("warning", True)]


def test_nothing_is_written_by_hand_again_and_again(book: PhraseBook) -> None:
    """No ``unless`` of the product's own files stands in more than two entries: a third one is a fragment."""
    files = sorted(Path(phrasebook.__file__).parent.glob("acts-*.toml"))
    entries = [entry for file in files for entry in tomllib.loads(file.read_text(encoding="utf-8"))["act"]]
    counts = Counter(line for entry in entries for line in entry.get("unless", []) if not line.startswith("@"))
    assert [line for line, count in counts.items() if count > 2] == []
    assert all(fragment.used_by for fragment in book.fragments.values())
