"""The page of the phrase book speaks as people do, and says what a sentence does and which rule that keeps, breaks or calls for."""

from __future__ import annotations

import re

import pytest

from phrasebook.vocabulary import ACT_SIDES
from tests.web.world import World
from voice_agent.acts.fulfils import CALLS_FOR, FULFILS
from voice_agent.values import EVERY_RULE


def test_acts_and_rules_are_known_ones() -> None:
    """What is said to keep a rule is an act of the clerk that the book knows, and every duty but 服务忌语 has one."""
    assert {ACT_SIDES[act] for act in FULFILS} == {"agent"}
    assert set(FULFILS.values()) == set(EVERY_RULE) - {"prohibited"}
    assert set(CALLS_FOR) <= set(ACT_SIDES)
    assert set(CALLS_FOR.values()) <= set(EVERY_RULE)


@pytest.mark.parametrize("part", ["phrases", "prohibited", "rules", "norms"])
def test_no_signs_of_patterns_are_shown(part: str, world: World) -> None:
    """Neither reviewers nor clerks see brackets, bars, braces or names of slots."""
    for username in ("reviewer", "staff"):
        with world.visitor(username) as visitor:
            page = re.sub(
                r"<script.*?</script>|<[^>]+>",
                " ",
                visitor.get(f"/phrasebook?part={part}&q=您好社保中心工号1086请讲").text,
                flags=re.DOTALL,
            )
            assert re.findall(r"\{[a-z]+\}|\([^()\s]*\|[^()]*\)|\[[^\]\s]*\]", page) == []


@pytest.mark.parametrize(
    ("sentence", "side", "said"),
    [
        ("您好社保中心工号1086请讲", "agent", ("有助于达标", "开场问候", "表明服务身份", "主动告知工号", "询问业务")),
        ("这事不归我管谁给你办的你找谁去", "agent", ("违反", "服务忌语")),
        ("我要投诉你们态度太差了", "caller", ("坐席须做到", "受理投诉")),
        ("请稍候我查询一下", "agent", ("有助于达标", "等候告知")),
    ],
)
def test_a_sentence_is_told_what_it_does(sentence: str, side: str, said: tuple[str, ...], world: World) -> None:
    """The box names the acts and what they mean for the rules."""
    with world.visitor("reviewer") as visitor:
        page = visitor.get(f"/phrasebook?q={sentence}&side={side}").text
    table = page[page.index("这句话做了什么") :].split("</table>")[0]
    assert [words for words in said if words not in table] == []
