"""What book and judging know each other by: no act, limit or rule that only one of them has."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import phrasebook
import voice_agent
from phrasebook.vocabulary import ACT_SIDES, OPTIONAL_LIMITS, RULE_LIMITS
from tests.judging.dialogue import BOOK
from voice_agent.acts.act import FAULT, FAULT_NAMES
from voice_agent.labels import RULE_NAMES
from voice_agent.rules import judge as judging
from voice_agent.values import EVERY_RULE, RULES

CODE = Path(voice_agent.__file__).parent
#: Where acts are asked for; the lists of names themselves do not count.
ASKING = [
    *sorted((CODE / "rules").rglob("*.py")),
    *(p for p in sorted((CODE / "acts").glob("*.py")) if p.name != "act.py"),
]
QUESTIONS = {"hits", "near_hits", "possible", "chance", "hits_of", "entries_of"}
#: Acts with phrases that rules no longer ask for since they ask for learned ones: to be used (``referral``, ``need_inquiry``) or dropped.
UNREAD = {"not_ours", "asks_unit"}


def trees() -> Iterator[ast.AST]:
    """The syntax of every file that asks for acts."""
    return (ast.parse(path.read_text(encoding="utf-8")) for path in ASKING)


def texts(node: ast.AST) -> set[str]:
    """Every text written out in a piece of code."""
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_every_act_of_the_vocabulary_is_asked_for() -> None:
    """An act that no rule names and no mandated phrase does would be data that nobody reads."""
    named = set().union(*(texts(tree) for tree in trees()), *(phrase.acts for phrase in BOOK.phrases.values()))
    assert ACT_SIDES.keys() - named == UNREAD


def test_every_act_asked_for_is_in_the_vocabulary() -> None:
    """Code asks for no act that the vocabulary does not know, so that a mistyped one is noticed."""
    calls = (one for tree in trees() for one in ast.walk(tree) if isinstance(one, ast.Call))
    asked = (
        one.args[0] for one in calls if isinstance(one.func, ast.Attribute) and one.func.attr in QUESTIONS and one.args
    )
    known = {*ACT_SIDES, *FAULT_NAMES, FAULT}
    assert {one.value for one in asked if isinstance(one, ast.Constant)} - known == set()


def test_every_limit_is_read() -> None:
    """Each limit of a rule is one that some rule asks for, and the other way round."""
    calls = [one for tree in trees() for one in ast.walk(tree) if isinstance(one, ast.Call)]
    asked = [one.args[1] for one in calls if isinstance(one.func, ast.Attribute) and one.func.attr == "limit"]
    names = {one.value for one in asked if isinstance(one, ast.Constant)}
    assert names == {name for limits in RULE_LIMITS.values() for name in limits}


def test_rules_have_one_order() -> None:
    """The order of rules.toml is that of judgements, names and judges; each rule has a judge, a name and its limits."""
    text = (Path(phrasebook.__file__).parent / "rules.toml").read_text(encoding="utf-8")
    assert tuple(rule["id"] for rule in tomllib.loads(text)["rule"]) == EVERY_RULE
    assert tuple(BOOK.rules) == RULES
    assert (*RULE_LIMITS, *OPTIONAL_LIMITS) == EVERY_RULE
    assert tuple(judging.__globals__["_JUDGES"]) == tuple(RULE_NAMES) == EVERY_RULE
    assert {rule.id: rule.name for rule in BOOK.rules.values()}.items() <= RULE_NAMES.items()


def test_prohibited_acts_are_called_the_same_whoever_hears_them() -> None:
    """A phrase of the book and the learned model name a fault alike; one act has one category."""
    assert {entry.act: entry.category for entry in BOOK.prohibited.values()}.items() <= FAULT_NAMES.items()
