"""Naming a unit or a window at the beginning of a call: who the clerk says is speaking.

Clerks name their unit in many short ways (这里是银川医保, 您好社保热线, 养老窗口): whatever is introduced, or follows the greeting,
and holds a word that only units, windows or their business have, is a name. A unit to which the caller is sent is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from phrasebook.model import PhraseBook
from voice_agent.judging.conversation import Side
from voice_agent.judging.matching import Hit
from voice_agent.judging.normalise import said
from voice_agent.judging.sounds import distance, syllables

#: What a short name is made of besides the book's endings: the fields of a social-security office.
_FIELDS = ("社保", "医保", "人社", "社会保险", "医疗保险", "养老保险", "失业保险", "工伤保险", "生育保险", "就业", "劳动", "公积金", "总机", "服务台")
_INTRODUCTIONS = ("这里是", "这边是", "我这里是", "我是", "我们是", "我们这里是", "这是", "欢迎致电", "欢迎拨打", "感谢致电", "接通", "接通的是", "转接的是", "欢迎接通")
_GREETINGS = ("您好", "你好", "早上好", "上午好", "中午好", "下午好", "晚上好", "喂")
#: Words that end the search for a name: what follows is about the caller or about something else.
_STOPS = re.compile("请|问|您|你|吗|什么|想|要|找|打|拨|查|怎么|不是|哪")
#: How far after the introduction the telling word of a name may begin, syllables (这里是宁夏回族自治区银川市…).
_REACH = 14
_TOLERANCE = 0.2


def named_in_opening(side: Side, book: PhraseBook, own: str | None, end: float) -> list[Hit]:
    """Names of units or windows that the speaker gives as their own before ``end`` (seconds)."""
    names = _names((*book.units, *book.windows, *book.unit_suffixes, *book.window_suffixes, own or ""))
    found = []
    for first, last in side.search.stretches:
        if side.stream.start(first) < end:
            found += [hit for start in _beginnings(side, first, last) for hit in _named(side, names, start, last, end)]
    return found


@lru_cache(maxsize=8)
def _names(texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The syllables of every word that tells a name, longest first; single syllables tell nothing by sound."""
    words = {said(text) for text in (*texts, *_FIELDS)}
    return tuple(tuple(syllables(word)) for word in sorted(words, key=lambda word: (-len(word), word)) if len(word) > 1)


def _beginnings(side: Side, first: int, last: int) -> Iterator[int]:
    """Where a name may begin: after an introduction or a greeting, and where the stretch itself begins."""
    yield first
    for words in (_INTRODUCTIONS, _GREETINGS):
        for word in words:
            wanted = tuple(syllables(word))
            yield from (place + len(wanted) for place in range(first, last) if _alike(side, wanted, place, last))


def _named(side: Side, names: tuple[tuple[str, ...], ...], start: int, last: int, end: float) -> Iterator[Hit]:
    heard = side.stream.heard
    stop = _STOPS.search(heard, start, min(last, start + _REACH + 6))
    until = min(last, stop.start() if stop else last, start + _REACH + 6)
    for place in range(start, until):
        for wanted in names:
            if _alike(side, wanted, place, until) and side.stream.start(place) < end:
                yield _hit(side, start, place + len(wanted))
                return


def _alike(side: Side, wanted: tuple[str, ...], place: int, last: int) -> bool:
    if place + len(wanted) > last:
        return False
    heard = side.stream.sounds[place : place + len(wanted)]
    if distance(wanted[0], heard[0]) > _TOLERANCE * len(wanted):
        return False
    return sum(distance(a, b) for a, b in zip(wanted, heard, strict=True)) <= _TOLERANCE * len(wanted)


def _hit(side: Side, first: int, last: int) -> Hit:
    return Hit("cue:identity", "这里是{unit}", first, last, 0.95, False, side.stream.start(first), side.stream.end(last))
