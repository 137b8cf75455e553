"""Compares sentences with patterns letter by letter: what lint and editors need before any sound is heard.

The judging compares by sound (``voice_agent.acts.phrases``); what is not caught here may still be caught there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from phrasebook.model import ActEntry
from phrasebook.pattern import Alternatives, Literal, Node, Optional, Sequence, Slot, is_spoken, parse

_FIGURE = "零〇一二两三四五六七八九十百千万半几点幺洞"
_TITLE = "科长|主任|局长|处长|老师|先生|女士|经理|同志|师傅|站长|所长|领导|负责人|工作人员"
_NAME = rf"(?:他们?|她们?|[一-龥]{{1,3}}(?:{_TITLE})|{_TITLE}|[一-龥]{{2,3}})"
_UNIT = r"[一-龥]{0,16}?(?:中心|局|厅|处|科|室|大厅|热线|所|院|大队|委员会|公司|社区|一二三三三|一二三四五)"
_SLOTS = {
    "any": "[一-龥〇]{0,6}?",
    "thing": "[一-龥〇]{1,8}?",
    "digits": f"[{_FIGURE}]{{3,}}",
    "number": f"[{_FIGURE}]+",
    "date": f"(?:[{_FIGURE}]+月(?:[{_FIGURE}]+[日号])?|[{_FIGURE}]+[日号]|[今明后]天|下?个?(?:月|周)[{_FIGURE}]*)",
    "person": _NAME,
    "unit": _UNIT,
    "window": r"[一-龥〇]{1,6}?(?:窗口|柜台|号窗)",
}
#: What a mandated phrase's ×× is filled with to make a sentence of it.
SAMPLES = {
    "any": "",
    "thing": "身份证",
    "digits": "零九五一六零三二一一七",
    "number": "三",
    "date": "六月八日",
    "person": "他",
    "unit": "社保中心",
    "window": "养老保险窗口",
}


def spoken(sentence: str) -> str:
    """The Chinese characters of a sentence, without punctuation; 您 is heard as 你."""
    return "".join(char for char in sentence if is_spoken(char)).replace("您", "你")


def contains(patterns: Iterable[str], sentence: str) -> bool:
    """Whether any of ``patterns`` stands in ``sentence`` letter by letter."""
    heard = spoken(sentence)
    return any(_compiled(pattern).search(heard) for pattern in patterns)


def matches(patterns: Iterable[str], unless: Iterable[str], sentence: str) -> bool:
    """Whether any of ``patterns`` stands in ``sentence`` and none of ``unless`` does."""
    return contains(patterns, sentence) and not contains(unless, sentence)


def hears(entry: ActEntry, sentence: str) -> bool:
    """Whether ``sentence`` is evidence of the entry's act."""
    return matches(entry.patterns, entry.unless, sentence)


def sample(pattern: str) -> str:
    """A sentence for ``pattern``: everything optional left out, the first of alternatives, slots filled from ``SAMPLES``."""
    return _sample(parse(pattern))


def _sample(node: Node) -> str:
    match node:
        case Literal(text):
            return text
        case Slot(name):
            return SAMPLES[name]
        case Sequence(items):
            return "".join(_sample(item) for item in items)
        case Alternatives(options):
            return _sample(options[0])
        case Optional():
            return ""


@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_regex(parse(pattern)))


def _regex(node: Node) -> str:
    match node:
        case Literal(text):
            return text.replace("您", "你")
        case Slot(name):
            return _SLOTS[name]
        case Sequence(items):
            return "".join(_regex(item) for item in items)
        case Optional(item):
            return f"(?:{_regex(item)})?"
        case Alternatives(options):
            return f"(?:{'|'.join(_regex(option) for option in options)})"
