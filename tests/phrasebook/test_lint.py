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
        '[[act]]\nid = "local"\nact = "impatient"\nside = "agent"\nname = "本地"\ncategory = "不耐烦"\nseverity = "normal"\nsource = "N2-3-3"\n'
        f"patterns = {patterns}\nexamples = {caught}\ncounterexamples = {allowed}\n"
    )


def test_short_patterns_are_pointed_at(site: WriteSite) -> None:
    """Particles do not count: the recogniser drops them."""
    found = problems_of(load_book(site(acts=ban('["急了吗"]', '["你急了吗"]'))), "local")
    assert [problem.level for problem in found] == ["warning"]
    assert "音节" in found[0].message


def test_entry_that_misses_its_own_example(site: WriteSite) -> None:
    """What should be caught must be caught."""
    found = problems_of(load_book(site(acts=ban('["等到猴年马月"]', '["等到明年"]'))), "local")
    assert [(problem.level, problem.field) for problem in found] == [("error", "examples")]


def test_entry_that_catches_an_allowed_sentence_of_another(site: WriteSite) -> None:
    """What one entry allows, no other may catch."""
    found = problems_of(load_book(site(acts=ban('["别着急慢慢说"]', '["别着急慢慢说"]'))), "local")
    assert any("误抓" in problem.message and problem.level == "error" for problem in found)


def test_entry_of_a_duty_that_misses_its_example_or_matches_its_counterexample(site: WriteSite) -> None:
    """The acts of duties are proven by sentences just as prohibited speech is."""
    text = '[[act]]\nid = "closing_bye"\nadd_examples = ["慢走"]\nadd_counterexamples = ["我再见他一面"]\n'
    found = problems_of(load_book(site(acts=text)), "closing_bye")
    assert [(problem.level, problem.field) for problem in found] == [("error", "examples"), ("error", "patterns")]


def test_counterexamples_of_a_duty_bind_no_other_entry(site: WriteSite) -> None:
    """What is no greeting may well be a farewell."""
    text = '[[act]]\nid = "greeting"\nadd_counterexamples = ["再见"]\n'
    assert problems_of(load_book(site(acts=text)), "closing_bye") == []


def test_entry_that_catches_a_mandated_phrase(site: WriteSite) -> None:
    """Nobody may be accused of saying what annex 4 demands."""
    found = problems_of(load_book(site(acts=ban('["请您排队等一会儿"]', '["请您排队等一会儿"]'))), "local")
    assert any("W11" in problem.message for problem in found)


def test_entries_that_sound_alike(site: WriteSite) -> None:
    """The same words under two ids are pointed at."""
    found = lint(load_book(site(acts=ban('["你烦不烦"]', '["你烦不烦"]'))))
    assert {problem.entry for problem in found if "有相同的说法" in problem.message} == {"local"}


def test_phrase_that_does_not_do_what_it_claims(site: WriteSite) -> None:
    """A phrase must do what it claims to do."""
    found = problems_of(load_book(site(phrases='[[phrase]]\nid = "T05"\nadd_acts = ["closing_bye"]\n')), "T05")
    assert [(problem.level, problem.field) for problem in found] == [("error", "acts")]


def test_the_judging_may_lend_its_ears(book: PhraseBook) -> None:
    """Whoever compares by sound can pass the comparison in."""

    def deaf(*_heard: object) -> bool:
        return False

    found = lint(book, matches=deaf)
    assert sum(problem.field == "examples" for problem in found) == sum(len(b.examples) for b in book.acts.values())


def test_prohibited_speech_of_an_article_that_does_not_name_its_act(site: WriteSite) -> None:
    """An entry that rests on the wrong article is pointed at: findings quote it."""
    found = problems_of(load_book(site(acts='[[act]]\nid = "intermediary"\nsource = "N3-6"\n')), "intermediary")
    assert [(problem.level, problem.field) for problem in found] == [("warning", "source")]
