"""Cuts text into the words of the language model."""

import re
from collections.abc import Iterator
from functools import cache

import jieba

from training.text import DIGITS, bare

_SENTENCE_END = re.compile(r"[。！？；!?;\n]+")
_DIGIT_RUN = re.compile(f"([{DIGITS}]{{2,}})")
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]+")
_PAUSE = re.compile(r"[\s，、：:“”‘’（）《》〈〉【】()\"'—…·,-]+")
# Words of the hotline that jieba's dictionary cuts apart.
HOTLINE_WORDS = "幺 社保 医保 养老金 缴费 话务员 热线 人社 总机 转达 留言 稍候 窗口 工号 社保卡 参保 失业金"
BREAK = ""  # stands where something was said that the model has no word for


@cache
def _cutter() -> jieba.Tokenizer:
    """Load jieba's dictionary once, in a tokenizer of our own so that nobody else's words get in."""
    cutter = jieba.Tokenizer()
    cutter.initialize()
    for word in HOTLINE_WORDS.split():
        cutter.add_word(word, 20000)
    return cutter


def frequencies() -> dict[str, int]:
    """Return jieba's word frequencies (MIT licence), the floor under every source of text."""
    return {word: count for word, count in _cutter().FREQ.items() if count > 0 and bare(word) == word}


def words_of(text: str) -> list[str]:
    """Cut characters into words; digits that are read out one by one stay single."""
    words: list[str] = []
    for part in _DIGIT_RUN.split(text):
        words += list(part) if _DIGIT_RUN.fullmatch(part) else [w for w in _cutter().cut(part, HMM=False) if w]
    return words


def sentences(text: str) -> Iterator[list[str]]:
    """Cut running text into sentences of words; letters and figures become a `BREAK`."""
    for sentence in _SENTENCE_END.split(text):
        parts = _NOT_HAN.split(_PAUSE.sub("", sentence))
        words = [word for part in parts for word in (*words_of(part), BREAK)][:-1]
        if any(words):
            yield words
