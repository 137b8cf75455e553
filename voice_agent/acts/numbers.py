"""Spoken numbers: where figures are said, what they spell, and whether they are the job number that is expected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import cn2an
from rapidfuzz.distance import Levenshtein

from voice_agent.speech.sounds import distance, reading
from voice_agent.speech.stream import Stream

#: Characters that are figures wherever they stand in a number (幺 洞 拐 勾 as in the army and on the telephone).
FIGURES = {
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("〇洞幺两拐勾", "001279", strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖吆妖", "12345678911", strict=True)),
}
#: One character for two: 廿 is 二十, 卅 is 三十.
_TENS = {"廿": "二十", "卅": "三十"}
_PLACES = frozenset("十百千万")
_NO_PLACES = str.maketrans("", "", "十百千万")
_CHARACTERS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
#: Homophones that recognisers write for a figure; taken for one only between figures.
_SOUNDS = dict(
    zip(
        ["ling", "dong", "yao", "yi", "er", "liang", "san", "si", "wu", "liu", "qi", "ba", "jiu"],
        "0011223456789",
        strict=True,
    )
)
_ANY = re.compile(f"[{''.join((*FIGURES, *_PLACES, *_TENS))}么]")
_HEDGES = re.compile("那个|这个|就是|然后|是")
#: Figures at least this far apart are not taken for each other.
_CLEARLY = 0.6
#: 么 is 幺 written otherwise, except in these words.
_NO_FIGURE_BEFORE = frozenset("什怎这那多要")
Likeness = Literal["same", "close", "other"]


@dataclass(frozen=True)
class Number:
    """A number at heard syllables ``first`` to ``last`` (exclusive); ``digits`` as it would be written.

    ``wider``: what it spells with homophones of figures right beside it taken for figures (工号要零八六).
    """

    first: int
    last: int
    digits: str
    wider: tuple[str, ...] = ()


def numbers(stream: Stream, first: int, last: int) -> list[Number]:
    """Every spoken number in a stretch of ``stream``, hedges inside a number left out."""
    runs = list(_runs(stream.heard, first, last))
    return [_number(stream, run, first, last) for run in _bridged(stream.heard, runs)]


def _number(stream: Stream, run: list[int], first: int, last: int) -> Number:
    digits = _digits(stream, run)
    before = _SOUNDS.get(stream.sounds[run[0] - 1], "") if run[0] > first else ""
    after = _SOUNDS.get(stream.sounds[run[-1] + 1], "") if run[-1] + 1 < last else ""
    wider = {before + digits, digits + after, before + digits + after} - {digits}
    return Number(run[0], run[-1] + 1, digits, tuple(sorted(wider)))


def _runs(heard: str, first: int, last: int) -> Iterator[list[int]]:
    run: list[int] = []
    if not _ANY.search(heard, first, last):
        return
    for place in range(first, last):
        if _counts(heard, place, first, last):
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _counts(heard: str, place: int, first: int, last: int) -> bool:
    """Whether the character is part of a number: a figure, a decimal place, or a homophone right between figures."""
    char = heard[place]
    if char in FIGURES or char in _PLACES or char in _TENS:
        return True
    if char == "么":
        return place == first or heard[place - 1] not in _NO_FIGURE_BEFORE
    between = first < place < last - 1 and heard[place - 1] in FIGURES and heard[place + 1] in FIGURES
    return between and reading(char) in _SOUNDS


def _bridged(heard: str, runs: list[list[int]]) -> Iterator[list[int]]:
    """Runs with nothing but a hedge between them are one number (一零那个八六)."""
    joined: list[list[int]] = []
    for run in runs:
        if joined and _HEDGES.fullmatch(heard[joined[-1][-1] + 1 : run[0]]) and len(joined[-1]) < 4:
            joined[-1].extend(run)
        else:
            joined.append(list(run))
    yield from joined


def _digits(stream: Stream, run: list[int]) -> str:
    chars = "".join(stream.heard[place] for place in run)
    return spell(chars)


def spell(chars: str) -> str:
    """The figures of a number: 一零八六, 幺零八六 and 一千零八十六 all give 1086."""
    chars = "".join(_TENS.get(char, char) for char in chars)
    if any(char in _PLACES for char in chars):
        return _value(chars)
    return "".join(_figure(char) for char in chars)


def _figure(char: str) -> str:
    return "1" if char == "么" else FIGURES.get(char) or _SOUNDS.get(reading(char), "")


def _value(chars: str) -> str:
    """The number as it is written. Where places do not fit together (一千零八六) the figures are read one by one: 1086."""
    figures = [char if char in _PLACES else _figure(char) for char in chars]
    if figures[0] in "百千万":
        figures.insert(0, "1")
    try:
        return str(cn2an.cn2an("".join(_CHARACTERS.get(one, one) for one in figures), "normal"))
    except (ValueError, KeyError):  # KeyError: cn2an 0.5 looks for a place below 十 (二百十三十)
        return "".join(figures).replace("十", "1" if figures[0] == "十" else "", 1).translate(_NO_PLACES)


def likeness(heard: str, expected: str, confident: bool) -> Likeness:
    """Whether ``heard`` is the number ``expected``, may be it misheard, or is another one.

    A restart (幺零幺零八六) is the same. Recognisers swallow figures: a shorter number, or one with a figure too many, is no proof
    of another. ``confident``: every figure was recognised with high confidence.
    """
    own, told = expected.lstrip("0") or "0", heard.lstrip("0") or "0"
    if told == own or _restarted(heard, expected):
        return "same"
    if len(heard) == len(expected):
        return "other" if _clearly_another(heard, expected, confident) else "close"
    # Something before the whole number (a hotline's own, half swallowed) makes it no other.
    shorter = len(heard) < len(expected) or heard.endswith(expected)
    return "close" if shorter or not confident or Levenshtein.distance(heard, expected) <= 1 else "other"


def _restarted(heard: str, expected: str) -> bool:
    rest = heard[: len(heard) - len(expected)]
    return bool(rest) and heard.endswith(expected) and (expected.startswith(rest) or rest == expected)


def _clearly_another(heard: str, expected: str, confident: bool) -> bool:
    """Whether figures differ that do not sound alike: one is enough where the recogniser is sure, else two."""
    differing = [(a, b) for a, b in zip(heard, expected, strict=True) if a != b]
    clear = [pair for pair in differing if _sound_distance(*pair) >= _CLEARLY]
    return len(clear) >= (1 if confident else 2)


def _sound_distance(one: str, other: str) -> float:
    readings = {digit: [sound for sound, spelt in _SOUNDS.items() if spelt == digit] for digit in (one, other)}
    return min(distance(a, b) for a in readings[one] for b in readings[other])
