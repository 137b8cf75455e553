"""docs/contract.md and its tests name the same sentences."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from phrasebook import load_book
from tests.conftest import REPOSITORY
from voice_agent.labels import RULE_NAMES
from voice_agent.values import EVERY_RULE, RULES

CONTRACT = REPOSITORY / "docs" / "contract.md"
ID = re.compile(r"C-[a-z_]+-\d+")
VIOLATION = re.compile(r"\*(?:violated|innocent)\((\d+),")


def numbered() -> list[str]:
    """The ids of the contract's sentences, in its order."""
    return re.findall(r"^\| (C-[a-z_]+-\d+) \|", CONTRACT.read_text(encoding="utf-8"), re.MULTILINE)


def named() -> set[str]:
    """The ids that tests name, those of prohibited speech by their numbers."""
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    return {*ID.findall(text), *(f"C-prohibited-{number}" for number in VIOLATION.findall(text))}


def test_every_sentence_has_a_test_and_every_test_a_sentence() -> None:
    """What the contract numbers is proven, and what tests name is in the contract."""
    assert set(numbered()) - named() == set()
    assert named() - set(numbered()) == set()


def test_sentences_are_numbered_in_order() -> None:
    """No id stands twice, and each group counts from one without a gap."""
    groups = Counter(one.rsplit("-", 1)[0] for one in numbered())
    assert sorted(numbered()) == sorted(
        f"{group}-{number + 1}" for group, count in groups.items() for number in range(count)
    )


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_every_rule_is_in_the_contract_by_its_name(rule: str) -> None:
    """Each rule has sentences, and the contract calls it what the pages call it."""
    text = CONTRACT.read_text(encoding="utf-8")
    assert f"C-{rule}-1" in numbered()
    assert f"`{rule}` {RULE_NAMES[rule]}" in text


@pytest.mark.parametrize("rule", RULES)
def test_limits_are_those_of_the_book(rule: str) -> None:
    """Every limit of the book stands in the contract with its default."""
    text = CONTRACT.read_text(encoding="utf-8")
    for name, value in load_book().rules[rule].limits.items():
        assert f"`{name}` = {value:g}" in text, (rule, name)
