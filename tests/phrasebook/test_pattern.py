"""The pattern parser: what is written is what is understood, and mistakes are pointed at."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phrasebook.errors import BookFileError, PatternError
from phrasebook.literal import contains, sample
from phrasebook.pattern import (
    SLOTS,
    Alternatives,
    Literal,
    Node,
    Optional,
    Sequence,
    Slot,
    parse,
    shortest,
    ways,
)
from phrasebook.toml_file import read_toml

_text = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=4)
_leaf = st.one_of(_text.map(Literal), st.sampled_from(sorted(SLOTS)).map(Slot))


def _grow(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=2, max_size=3).map(tuple)
    return st.one_of(several.map(Sequence), several.map(Alternatives), nodes.map(Optional))


_tree: st.SearchStrategy[Node] = st.recursive(_leaf, _grow, max_leaves=6)


def write(node: Node) -> str:
    """The pattern of a tree: the parser's inverse."""
    match node:
        case Literal(text):
            return text
        case Slot(name):
            return f"{{{name}}}"
        case Sequence(items):
            return "".join(write(item) for item in items)
        case Optional(item):
            return f"[{write(item)}]"
        case Alternatives(options):
            return f"({'|'.join(write(option) for option in options)})"


@given(_tree)
def test_parsing_what_was_written_gives_the_same_ways_to_say_it(tree: Node) -> None:
    """Whatever tree is written down, its pattern means the same."""
    if shortest(tree) == 0:
        return
    again = parse(write(tree))
    assert shortest(again) == shortest(tree)
    assert set(islice(ways(again), 50)) == set(islice(ways(tree), 50))


@given(st.text(alphabet="您好请讲{}[]()|unit any啊a1，", max_size=20))
def test_any_text_parses_or_says_where_it_is_wrong(text: str) -> None:
    """No text makes the parser fail in another way than by pointing at a character of it."""
    try:
        assert shortest(parse(text)) > 0
    except PatternError as error:
        assert 0 <= error.position <= len(text)
        assert "个字" in str(error)


@given(_text, _text, _text)
def test_every_way_is_at_least_as_long_as_the_shortest(first: str, second: str, third: str) -> None:
    """The least number of syllables is that of the shortest way to say it."""
    node = parse(f"{first}[{second}]({second}|{third})")
    assert min(len(way) for way in ways(node)) == shortest(node)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("", "这里缺少内容"),
        ("您好，请讲", "不能出现“，”"),
        ("打12333", "不能出现“1”"),
        ("我是{unti}", "是否应为 unit"),
        ("我是{unit", "“{”没有对应的“}”"),
        ("请[稍等", "“[”没有对应的“]”"),
        ("请(稍等|稍候", "“(”没有对应的“)”"),
        ("请(稍等|)", "这里缺少内容"),
        ("请稍等)", "不能出现“)”"),
        ("[啊]", "整条都可以不说"),
        ("{any}", "整条都可以不说"),
    ],
)
def test_mistakes_are_named(pattern: str, message: str) -> None:
    """Each mistake has its own Chinese message."""
    with pytest.raises(PatternError) as caught:
        parse(pattern)
    assert message in str(caught.value)


def test_optional_choice_and_spaces() -> None:
    """Brackets may hold a choice, and spaces mean nothing."""
    assert set(ways(parse("您好 [我是|这里是]{unit}"))) == {"您好我是{unit}", "您好这里是{unit}", "您好{unit}"}


def test_literal_comparison_hears_you_and_you_alike() -> None:
    """您 and 你 differ by nothing that a telephone carries; punctuation is not spoken."""
    assert contains(["请您稍(等|候)"], "请你，稍候！")
    assert not contains(["请您稍(等|候)"], "请你坐下")


def test_sample_fills_the_slots() -> None:
    """A sample sentence of a mandated phrase has its ×× filled in and its optional parts left out."""
    assert sample("[您好]请您到{number}号{window}办理") == "请您到三号养老保险窗口办理"


@pytest.mark.parametrize("opened", ["(", "[", "([", "(甲|"])
def test_brackets_have_a_deepest_level(opened: str) -> None:
    """However deep somebody nests, it is named as a mistake, with and without the closing signs; no stack overflows."""
    closers = {"(": ")", "[": "]"}
    for depth in (21, 500, 50_000):
        closing = "".join(closers[char] for char in reversed(opened * depth) if char in closers)
        for pattern in (opened * depth + "好" + closing, opened * depth):
            with pytest.raises(PatternError, match="最多 20 层"):
                parse(pattern)
    assert parse("(" * 20 + "好" + ")" * 20) == Literal("好")


def test_a_deep_toml_file_is_refused_by_name(tmp_path: Path) -> None:
    """Lists nested a hundred thousand deep are a mistake of the file, not an error of the program."""
    path = tmp_path / "a.toml"
    path.write_text("a = " + "[" * 100_000)
    with pytest.raises(BookFileError, match=r"太深|不是正确的"):
        read_toml(path)
