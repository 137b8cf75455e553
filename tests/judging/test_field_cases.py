"""What people in the field reported of checks like ours: numbers read wrongly, innocent sentences accused, rude ones missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.judging.dialogue import ANSWER, CLOSING, NEED, OPENING, THANKS, finding, judged, status

FIELD = Path(__file__).parent / "field"
NUMBERS = [tuple(line.split("\t")) for line in (FIELD / "numbers.tsv").read_text("utf-8").splitlines()]
INNOCENT = (FIELD / "innocent.txt").read_text("utf-8").splitlines()
RUDE = (FIELD / "rude.txt").read_text("utf-8").splitlines()
ANNOUNCED = "A您好一零八六号话务员为您服务"


@pytest.mark.parametrize(
    ("number", "spoken"),
    [
        ("3041", "幺二三三三三零四幺"),
        ("3041", "幺三三三三零四幺"),
        ("3119", "二三三三三幺幺九"),
        ("3033", "幺二三三吧三零三三"),
    ],
)
def test_a_hotlines_own_number_before_the_clerks_is_not_held_against_anybody(number: str, spoken: str) -> None:
    """幺二三三三三零四幺 is hotline and clerk in one breath, also where a figure of the hotline's was misheard."""
    opening = f"A您好，{spoken}为您服务，请问有什么可以帮您？"
    assert status("job_number", opening, NEED, ANSWER, THANKS, CLOSING, job_number=number) == "met"


@pytest.mark.parametrize(("number", "spoken"), NUMBERS)
def test_a_number_is_read_however_it_is_spoken(number: str, spoken: str) -> None:
    """The clerk's own number is never held against the clerk; at worst a person listens."""
    opening = f"A您好，这里是银川市社保中心，工号{spoken}，请问您办理什么业务？"
    found = status("job_number", opening, NEED, ANSWER, THANKS, CLOSING, job_number=number)
    assert found in {"met", "uncertain"}


@pytest.mark.parametrize("sentence", INNOCENT)
def test_an_innocent_sentence_is_no_violation(sentence: str) -> None:
    """Quotes, polite refusals and words that only contain a rude one accuse nobody."""
    assert status("prohibited", OPENING, NEED, "A" + sentence, THANKS, CLOSING) in {"met", "uncertain"}


@pytest.mark.parametrize("sentence", RUDE)
def test_a_rude_sentence_does_not_pass(sentence: str) -> None:
    """What citizens complained of is a violation, or a person listens to it."""
    assert status("prohibited", OPENING, NEED, "A" + sentence, THANKS, CLOSING) in {"violated", "uncertain"}


def test_most_innocent_sentences_are_called_so_and_most_rude_ones_are_found() -> None:
    """Asking a person about everything would keep the promises above; so nine in ten are decided, and rightly."""
    innocent = [status("prohibited", OPENING, NEED, "A" + one, THANKS, CLOSING) for one in INNOCENT]
    rude = [status("prohibited", OPENING, NEED, "A" + one, THANKS, CLOSING) for one in RUDE]
    assert innocent.count("met") >= 0.9 * len(innocent)
    assert rude.count("violated") >= 0.6 * len(rude)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((ANNOUNCED, "C喂", "A您好银川市社保中心请问您办理什么业务"), "met"),
        ((ANNOUNCED, "C喂听得到吗我问一下养老金", "A说吧什么养老金"), "missing"),
        ((ANNOUNCED, 0.6, "A讲"), "missing"),
    ],
)
def test_the_greeting_of_the_system_is_not_the_clerks(lines: tuple[str | float, ...], expected: str) -> None:
    """An announced number counts; the announcement's greeting does not replace the clerk's."""
    judgement = judged(*lines, NEED, ANSWER, THANKS, CLOSING)
    assert finding(judgement, "greeting").status == expected
    assert finding(judgement, "job_number").status == "met"
