"""Which rules a book judges by: the thirteen always, the optional ones where a site says so."""

from __future__ import annotations

import re

import pytest

from phrasebook import PhraseBook, load_book
from phrasebook.errors import PhraseBookError
from phrasebook.vocabulary import OPTIONAL_LIMITS, RULE_LIMITS
from tests.conftest import REPOSITORY
from tests.phrasebook.conftest import WriteSite
from voice_agent.labels import RULE_NAMES
from voice_agent.values import EVERY_RULE, OPTIONAL_RULES, RULES


def switched(rule: str, enabled: bool) -> str:
    return f'[[rule]]\nid = "{rule}"\nenabled = {str(enabled).lower()}\n'


def test_the_book_and_the_judge_know_the_same_rules() -> None:
    """Rules and their order are the same in the phrase book, in the values that stages hand over and in the names."""
    assert tuple(RULE_LIMITS) == RULES
    assert tuple(OPTIONAL_LIMITS) == OPTIONAL_RULES
    assert tuple(RULE_NAMES) == EVERY_RULE


@pytest.mark.parametrize("rule", OPTIONAL_RULES)
def test_an_optional_rule_is_off_until_a_site_switches_it_on(book: PhraseBook, site: WriteSite, rule: str) -> None:
    """One line in a site's rules.toml adds it after the thirteen; the digest tells the two books apart."""
    assert rule not in book.rules
    chosen = load_book(site(rules=switched(rule, True)))
    assert tuple(chosen.rules) == (*RULES, rule)
    assert (chosen.rules[rule].name, chosen.digest != book.digest) == (RULE_NAMES[rule], True)


def test_optional_rules_keep_their_order(site: WriteSite) -> None:
    """All four come in the order of the contract, however a site writes them."""
    chosen = load_book(site(rules="".join(switched(rule, True) for rule in reversed(OPTIONAL_RULES))))
    assert tuple(chosen.rules) == EVERY_RULE


@pytest.mark.parametrize("enabled", [True, False])
def test_the_thirteen_cannot_be_switched_off(site: WriteSite, enabled: bool) -> None:
    """``enabled`` is refused there, with file and line."""
    with pytest.raises(PhraseBookError, match=r"rules.toml 第 3 行.*greeting：这条规则必须评判，不能关闭"):
        load_book(site(rules=switched("greeting", enabled)))


def test_an_optional_rule_is_switched_on_by_a_truth_value(site: WriteSite) -> None:
    """Anything but true or false is refused."""
    with pytest.raises(PhraseBookError, match="true 或 false"):
        load_book(site(rules='[[rule]]\nid = "legal_basis"\nenabled = "是"\n'))


def test_the_howto_switches_a_rule_on(site: WriteSite) -> None:
    """What docs/howto/add-a-rule.md tells sites to write loads, and does what it says."""
    text = (REPOSITORY / "docs" / "howto" / "add-a-rule.md").read_text(encoding="utf-8")
    (written,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert load_book(site(rules=written)).rules["rating_request"].points == 3.0
