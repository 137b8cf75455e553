"""Naming a unit or a window: who the clerk says is speaking.

A name counts when it is introduced (这里是…) or stands where an opening has it; a unit to which the caller is sent, or about
which the clerk asks, does not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from phrasebook.model import PhraseBook
from voice_agent.judging.conversation import Side
from voice_agent.judging.matching import Hit
from voice_agent.judging.sounds import syllables

_INTRODUCED = re.compile("(我是|我们是|这里是|这边是|这是|我这是|我们这是|我这里是|欢迎致电|欢迎拨打|感谢致电|欢迎来电)$")
_ELSEWHERE = re.compile(
    "(请您?|您|你|要|找|去|到|打|拨打|咨询|联系|来|问|在|由|是不是|您是|你是|是|和|跟|给|向|从|对|把|转|办|查|归)(的|是|了|过)?$"
)
_GREETED = re.compile("^(喂|好|您好|你好|早上好|上午好|下午好|中午好|晚上好|欢迎|为您服务|工号.{1,8})*$")
#: How far before a name its introduction may begin, syllables (这里是银川市…).
_REACH = 9


@lru_cache(maxsize=8)
def _names(units: tuple[str, ...], windows: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(syllables(name))) for name in sorted({*units, *windows}, key=len, reverse=True))


def named_in_opening(side: Side, book: PhraseBook, own: str | None, end: float) -> list[Hit]:
    """Names of units or windows that the speaker gives as their own before ``end`` (seconds)."""
    names = _names((*book.units, *((own,) if own else ())), book.windows)
    found = []
    for first, last in side.search.stretches:
        if side.stream.start(first) < end:
            found += _named(side, names, first, last, end)
    return found


def _named(side: Side, names: tuple[tuple[str, tuple[str, ...]], ...], first: int, last: int, end: float) -> list[Hit]:
    sounds, found = side.stream.sounds, []
    for name, wanted in names:
        for place in range(first, last - len(wanted) + 1):
            exact = tuple(sounds[place : place + len(wanted)]) == wanted
            if exact and side.stream.start(place) < end and _is_own(side.stream.heard[first:place]):
                found.append(_hit(side, name, place, place + len(wanted)))
    return found


def _is_own(ahead: str) -> bool:
    """Whether the words before a name make it the speaker's: an introduction, or nothing but a greeting."""
    near = ahead[-_REACH:]
    if any(_INTRODUCED.search(near[: len(near) - cut]) for cut in range(0, max(1, len(near) - 2))):
        return not _ELSEWHERE.search(near) or bool(_INTRODUCED.search(near))
    return bool(_GREETED.match(ahead))


def _hit(side: Side, name: str, first: int, last: int) -> Hit:
    return Hit("unit", name, first, last, 1.0, False, side.stream.start(first), side.stream.end(last))
