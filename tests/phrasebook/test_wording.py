"""Patterns in words that people use, without brackets, bars and braces."""

from __future__ import annotations

import re

import pytest

from phrasebook.book import load_book
from phrasebook.wording import in_words


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(您|你)好{unit}", "您好 / 你好 ＋ 〈单位〉"),
        ("您好[请讲]", "您好（可加：请讲）"),
        ("[您好]工号{digits}", "（可先说：您好） ＋ 工号 ＋ 〈号码〉"),
        ("(请|麻烦您)(稍等|稍候|等一下)", "请稍等 / 请稍候 / 请等一下 / 麻烦您稍等 / 麻烦您稍候 / 麻烦您等一下"),
        ("(请|麻烦您|劳驾)(稍等|稍候|等一下)", "〔请、麻烦您、劳驾〕〔稍等、稍候、等一下〕"),
        ("请带{thing}到({window}|{unit})", "请带 ＋ 〈材料或业务〉 ＋ 到 ＋ 〈窗口〉 / 〈单位〉"),
        ("我{any}转告", "我 ＋ …… ＋ 转告"),
    ],
)
def test_a_pattern_in_words(pattern: str, words: str) -> None:
    """Exchangeable words are written out where they are few, slots have names, what may be added says so."""
    assert in_words(pattern) == words


def test_no_pattern_of_the_book_shows_its_signs() -> None:
    """Every pattern of the bundled book can be read by somebody who knows no patterns."""
    book = load_book()
    patterns = [pattern for entry in book.acts.values() for pattern in (*entry.patterns, *entry.unless)]
    patterns += [pattern for phrase in book.phrases.values() for pattern in phrase.patterns]
    assert len(patterns) > 500
    assert [one for one in patterns if re.search(r"[\[\](){}|]", in_words(one)) or not in_words(one).strip()] == []
