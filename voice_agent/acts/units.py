"""Naming a unit or a window at the beginning of a call: who the clerk says is speaking.

Clerks name their unit in many short ways (这里是银川医保, 您好社保热线, 养老窗口): whatever is introduced, or follows the greeting,
and holds a word that only units, windows or their business have, is a name. A unit to which the caller is sent is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from voice_agent.acts.act import Act
from voice_agent.acts.conversation import Side
from voice_agent.acts.phrases.spans import Names, names_heard, names_of
from voice_agent.speech.normalise import said

#: What a short name is made of besides the book's endings: the fields of a social-security office.
_FIELDS = (
    "社保",
    "医保",
    "人社",
    "社会保险",
    "医疗保险",
    "养老保险",
    "失业保险",
    "工伤保险",
    "生育保险",
    "就业",
    "劳动",
    "公积金",
    "总机",
    "服务台",
)
_INTRODUCTIONS = (
    "这里是",
    "这边是",
    "我这里是",
    "我是",
    "我们是",
    "我们这里是",
    "这是",
    "欢迎致电",
    "欢迎拨打",
    "感谢致电",
    "接通",
    "接通的是",
    "转接的是",
    "欢迎接通",
)
_GREETINGS = ("您好", "你好", "早上好", "上午好", "中午好", "下午好", "晚上好", "喂")
#: Words that end the search for a name: what follows is about the caller or about something else.
_STOPS = re.compile("请|问|您|你|吗|什么|想|要|找|打|拨|查|怎么|不是|哪")
#: How far after the introduction a name may end, syllables (这里是宁夏回族自治区银川市…).
_REACH = 20


def named_in_opening(side: Side, own: str | None, end: float) -> list[Act]:
    """Names of units or windows that the speaker gives as their own before ``end`` (seconds)."""
    names = _names(own or "")
    found = []
    for first, last in side.search.stretches:
        if side.stream.start(first) < end:
            found += [hit for start in _beginnings(side, first, last) for hit in _named(side, names, start, last, end)]
    return found


@lru_cache(maxsize=8)
def _names(own: str) -> Names:
    """Words that tell a name besides the book's units and windows."""
    return names_of((*_FIELDS, *((own,) if own else ())), ())


@lru_cache(maxsize=1)
def _begun() -> Names:
    """The words after which a name may begin."""
    return names_of((*_INTRODUCTIONS, *_GREETINGS), ())


def _beginnings(side: Side, first: int, last: int) -> list[int]:
    """Where a name may begin: after an introduction or a greeting, and where the stretch itself begins."""
    return sorted({first, *(end for _, end in names_heard(side.stream, _begun(), first, last, exact=True))})


def _named(side: Side, names: Names, start: int, last: int, end: float) -> Iterator[Act]:
    heard = side.stream.heard
    stop = _STOPS.search(heard, start, min(last, start + _REACH))
    until = stop.start() if stop else min(last, start + _REACH)
    ends = [place for _, place in names_heard(side.stream, names, start, until, exact=True)]
    ends += side.search.filled("unit", start, until) + side.search.filled("window", start, until)
    if ends and side.stream.start(min(ends) - 1) < end:
        yield _hit(side, start, min(ends))


def _hit(side: Side, first: int, last: int) -> Act:
    start, end = side.stream.start(first), side.stream.end(last)
    return Act("identity", side.stream.channel, first, last, start, end, 0.95, "phrase", "这里是{unit}")


#: Offices that are not each other, by what their names hold; the bureau of human resources is above most of them.
_OFFICES = {
    "社保": ("社保局", "社保中心", "社保服务中心", "社保分局", "社会保险"),
    "医保": ("医保局", "医保中心", "医疗保障"),
    "就业": ("就业局", "就业中心", "就业服务中心", "人才中心"),
    "公积金": ("公积金",),
    "税务": ("税务", "税局"),
    "民政": ("民政",),
    "残联": ("残联",),
}
#: Matters of which a window handles one.
_MATTERS = ("居保", "失业", "工伤", "生育", "公积金", "税务", "就业", "医保")
_UMBRELLAS = ("人社", "幺二三三三", "一二三三三", "政务", "便民", "服务大厅", "总机", "总台", "服务台")


def names_another(side: Side, named: Act, own: str) -> bool:
    """Whether what ``named`` names cannot be the unit ``own``: another office, or a window for another matter."""
    return _another(said(side.stream.text(named.first, named.last)), said(own))


def _another(named: str, own: str) -> bool:
    if any(word in one for word in _UMBRELLAS for one in (named, own)):
        return False
    offices, owns = _offices(named), _offices(own)
    if offices and owns:
        return not offices & owns and not any(office in own for office in offices)
    matters, mine = ({matter for matter in _MATTERS if matter in one} for one in (named, own))
    return bool(matters and mine) and not matters & mine and "窗口" in named and "窗口" in own


def _offices(name: str) -> set[str]:
    return {office for office, words in _OFFICES.items() if any(word in name for word in words)}
