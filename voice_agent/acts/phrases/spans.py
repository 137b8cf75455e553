"""Units, windows and dates in a stream: the fillings of the slots that patterns leave open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from phrasebook.model import PhraseBook
from voice_agent.speech.normalise import said
from voice_agent.speech.sounds import distance, family, syllables
from voice_agent.speech.stream import Stream

#: Characters that no name goes on beyond to the left (到|社保大厅, 请您拨打|社保中心).
_STOP = frozenset("的是在到去您你我们请打拨跟问找让把给从吗吧呢了过要这那好归于")
_LONGEST = 10
_TOLERANCE = 0.15
_FIGURE = "零〇一二两三四五六七八九十"
_NUMBER = re.compile("[零〇洞幺一二两三四五六七八九十百千万几半数点拐勾]+")
_DIGITS = re.compile(
    "[零〇洞幺一二两三四五六七八九拐勾]([零〇洞幺一二两三四五六七八九拐勾要腰药林令另流留刘就久起其把吧]*[零〇洞幺一二两三四五六七八九拐勾]){2,}"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊"
    "秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤丛买虎海季尚"
)
_TITLES = "科长|处长|局长|主任|所长|站长|院长|老师|先生|女士|大姐|大哥|师傅|同志|经理|主管|组长|科员|书记|领导|负责人|经办人|同事|会计"
_TITLED = tuple(_TITLES.split("|"))
_PERSON = re.compile(f"(?=([小老]?[{_SURNAMES}](?:{_TITLES})|{_TITLES}|[他她]们?|[小老]?[{_SURNAMES}][一-龥]{{0,2}}))")
_DATE = re.compile(
    f"[{_FIGURE}]+月[{_FIGURE}]+[号日]?|[{_FIGURE}]+月|[{_FIGURE}]+[号日]|[今明后]天|(下|这|本)个?(周|星期|礼拜)[一二三四五六日天]?"
    f"|(下|本)个?月|(周|星期|礼拜)[一二三四五六日天]"
)


@dataclass(frozen=True)
class Name:
    """A known name or the ending of one; ``suffix``: something must stand before it."""

    text: str
    sounds: tuple[str, ...]
    suffix: bool


#: First pair of families (with a space between; for one syllable its character) → the names that begin so.
Names = dict[str, list[Name]]


def names_of(known: tuple[str, ...], suffixes: tuple[str, ...]) -> Names:
    """An index over names and endings by their beginning."""
    names: Names = {}
    for texts, suffix in ((known, False), (suffixes, True)):
        for text in filter(None, map(said, texts)):
            sounds = tuple(syllables(text))
            key = text if len(text) == 1 else " ".join(map(family, sounds[:2]))
            names.setdefault(key, []).append(Name(text, sounds, suffix))
    return names


@dataclass(frozen=True)
class Lexicon:
    """The names of a book's units and windows."""

    units: Names
    windows: Names


def lexicon_of(book: PhraseBook) -> Lexicon:
    """Index the names of ``book``."""
    return Lexicon(names_of(book.units, book.unit_suffixes), names_of(book.windows, book.window_suffixes))


def spans_in(stream: Stream, lexicon: Lexicon) -> dict[str, dict[int, list[int]]]:
    """Slot → first syllable → ends (exclusive) of every filling in the stream."""
    whole = len(stream.heard)
    found = {
        "unit": names_heard(stream, lexicon.units, 0, whole),
        "window": names_heard(stream, lexicon.windows, 0, whole),
        "date": (match.span() for match in _DATE.finditer(stream.heard)),
        "digits": (match.span() for match in _DIGITS.finditer(stream.heard)),
        "number": (match.span() for match in _NUMBER.finditer(stream.heard)),
        "person": _persons(stream.heard),
    }
    return {slot: _by_start(ranges) for slot, ranges in found.items()}


def _persons(heard: str) -> Iterator[tuple[int, int]]:
    """Pronouns, titles, surnames with a title, names of two or three syllables (every length that a name may have)."""
    for match in _PERSON.finditer(heard):
        begin, text = match.start(), match.group(1)
        yield begin, begin + len(text)
        if text[0] in _SURNAMES and not text.endswith(_TITLED):
            yield from ((begin, begin + length) for length in range(2, len(text)))


def _by_start(ranges: Iterator[tuple[int, int]]) -> dict[int, list[int]]:
    starts: dict[int, list[int]] = {}
    for first, last in ranges:
        starts.setdefault(first, []).append(last)
    return starts


def names_heard(stream: Stream, names: Names, first: int, last: int, exact: bool = False) -> Iterator[tuple[int, int]]:
    """Ranges between ``first`` and ``last`` where a name is heard, with what may stand before it unless ``exact``."""
    heard, pairs = stream.heard, stream.pairs
    for place in range(first, last):
        char, pair = heard[place], pairs[place]
        if char not in names and pair not in names:
            continue
        for name in (*names.get(char, ()), *names.get(pair, ())):
            end = place + len(name.sounds)
            if end <= last and _is_here(stream, name, place):
                begins = (place,) if exact else _beginnings(heard, place, name)
                yield from ((begin, end) for begin in begins)


def _is_here(stream: Stream, name: Name, place: int) -> bool:
    cost = sum(map(distance, name.sounds, stream.sounds[place : place + len(name.sounds)]))
    return cost <= _TOLERANCE * len(name.sounds)


def _beginnings(heard: str, place: int, name: Name) -> Iterator[int]:
    """Where a name that ends here may begin: place names and the like may stand before it, an ending needs some."""
    if not name.suffix:
        yield place
    shortest = 3 - min(len(name.text), 2) if name.suffix else 1
    for first in range(place - 1, max(-1, place - _LONGEST - 1), -1):
        if heard[first] in _STOP:
            return
        if place - first >= shortest:
            yield first
