"""Lint points at what would accuse the innocent or overlook the guilty."""

from __future__ import annotations

from phrasebook import PhraseBook, load_book
from phrasebook.lint import Problem, lint
from tests.phrasebook.conftest import WriteSite


def problems_of(book: PhraseBook, entry: str) -> list[Problem]:
    """The problems of one entry."""
    return [problem for problem in lint(book) if problem.entry == entry]


def ban(patterns: str, caught: str = "[]", allowed: str = "[]") -> str:
    """A site's prohibited entry ``local``."""
    return (
        '[[prohibited]]\nid = "local"\ncategory = "不耐烦"\nseverity = "normal"\nsource = "N2-3-3"\n'
        f"patterns = {patterns}\ncaught = {caught}\nallowed = {allowed}\n"
    )


def test_short_patterns_are_pointed_at(site: WriteSite) -> None:
    """Particles do not count: the recogniser drops them."""
    found = problems_of(load_book(site(prohibited=ban('["急了吗"]', '["你急了吗"]'))), "local")
    assert [problem.level for problem in found] == ["warning"]
    assert "音节" in found[0].message


def test_entry_that_misses_its_own_example(site: WriteSite) -> None:
    """What should be caught must be caught."""
    found = problems_of(load_book(site(prohibited=ban('["等到猴年马月"]', '["等到明年"]'))), "local")
    assert [(problem.level, problem.field) for problem in found] == [("error", "caught")]


def test_entry_that_catches_an_allowed_sentence_of_another(site: WriteSite) -> None:
    """What one entry allows, no other may catch."""
    found = problems_of(load_book(site(prohibited=ban('["别着急慢慢说"]', '["别着急慢慢说"]'))), "local")
    assert any("误抓" in problem.message and problem.level == "error" for problem in found)


def test_entry_that_catches_a_mandated_phrase(site: WriteSite) -> None:
    """Nobody may be accused of saying what annex 4 demands."""
    found = problems_of(load_book(site(prohibited=ban('["请您排队等一会儿"]', '["请您排队等一会儿"]'))), "local")
    assert any("W11" in problem.message for problem in found)


def test_entries_that_sound_alike(site: WriteSite) -> None:
    """The same words under two ids are pointed at."""
    found = lint(load_book(site(prohibited=ban('["你烦不烦"]', '["你烦不烦"]'))))
    assert {problem.entry for problem in found if "有相同的说法" in problem.message} == {"local"}


def test_phrase_without_its_elements(site: WriteSite) -> None:
    """A phrase must have the elements that it claims."""
    found = problems_of(load_book(site(phrases='[[phrase]]\nid = "T05"\nadd_cues = ["closing_bye"]\n')), "T05")
    assert [(problem.level, problem.field) for problem in found] == [("error", "cues")]


def test_the_judging_may_lend_its_ears(book: PhraseBook) -> None:
    """Whoever compares by sound can pass the comparison in."""

    def deaf(*_heard: object) -> bool:
        return False

    found = lint(book, matches=deaf)
    assert sum(problem.field == "caught" for problem in found) == sum(len(b.caught) for b in book.prohibited.values())
