"""Text patterns of the phrase book and the small tree they become.

A pattern is what somebody says, in simplified Chinese without punctuation::

    pattern     = piece+
    piece       = characters | "{" slot "}" | "[" choice "]" | "(" choice ")"
    choice      = pattern ("|" pattern)*

``[…]`` may be absent, ``(a|b)`` is one of these; both nest. Spaces are ignored. The slots are those of ``SLOTS``.
(``"@id"`` is no pattern but a reference to a fragment, see ``fragments.py``.) Latin letters and figures are refused: the recogniser writes what is spoken, so a pattern says 工号 and 一二三三三.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from phrasebook.errors import PatternError
from phrasebook.renamed import RENAMED

#: What a slot stands for, in the words of the user guide.
SLOTS: dict[str, str] = {
    "unit": "单位名称（已知单位，或……中心、局、处、科、大厅、热线）",
    "window": "窗口（……窗口、几号窗口）",
    "digits": "逐位念出的数字（三位以上）",
    "number": "任意数目",
    "date": "日期（某月某日）",
    "person": "人（姓氏加称谓，或他、她）",
    "thing": "材料、业务或表格（一至八个音节）",
    "any": "零至六个音节的任意内容",
}


#: Brackets within brackets; nobody writes more than three, and every level costs stack wherever the tree is walked.
DEEPEST = 20


@dataclass(frozen=True)
class Literal:
    """Characters said as they stand."""

    text: str


@dataclass(frozen=True)
class Slot:
    """A place that the speaker fills; ``name`` is one of ``SLOTS``."""

    name: str


@dataclass(frozen=True)
class Sequence:
    """``items`` one after another."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Optional:
    """``item`` may be absent."""

    item: Node


@dataclass(frozen=True)
class Alternatives:
    """One of ``options`` (two or more)."""

    options: tuple[Node, ...]


Node = Literal | Slot | Sequence | Optional | Alternatives


@lru_cache(maxsize=8192)
def parse(pattern: str) -> Node:
    """Turn a text pattern into its tree. Raises ``PatternError`` (message in Chinese, ``position`` of the offence)."""
    parser = _Parser(pattern)
    node = parser.sequence("")
    if shortest(node) == 0:
        raise parser.error("整条都可以不说，至少要有一个必说的字或槽位", 0)
    return node


def is_spoken(char: str) -> bool:
    """Whether ``char`` is a Chinese character that a pattern may hold (〇 included)."""
    return "\u4e00" <= char <= "\u9fff" or char in "〇" or "\u3400" <= char <= "\u4dbf"


def shortest(node: Node) -> int:
    """The fewest syllables with which the pattern is said; ``{any}`` counts 0, other slots 1 (digits 3)."""
    match node:
        case Literal(text):
            return len(text)
        case Slot(name):
            return {"any": 0, "digits": 3}.get(name, 1)
        case Sequence(items):
            return sum(shortest(item) for item in items)
        case Optional():
            return 0
        case Alternatives(options):
            return min(shortest(option) for option in options)


def ways(node: Node) -> Iterator[str]:
    """Every way to say the pattern, lazily; slots stay as ``{name}``. Long patterns have very many: use ``islice``."""
    match node:
        case Literal(text):
            yield text
        case Slot(name):
            yield f"{{{name}}}"
        case Sequence(items):
            for parts in product(*(tuple(islice(ways(item), 64)) for item in items)):
                yield "".join(parts)
        case Optional(item):
            yield from ways(item)
            yield ""
        case Alternatives(options):
            for option in options:
                yield from ways(option)


class _Parser:
    """A recursive descent over the characters of one pattern."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def error(self, message: str, position: int | None = None) -> PatternError:
        where = self.at if position is None else position
        return PatternError(f"句式“{self.text}”第 {where + 1} 个字：{message}", position=where)

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def sequence(self, closers: str) -> Node:
        """Pieces up to one of ``closers`` (or the end of the text when there are none)."""
        start, items = self.at, []
        while (char := self.peek()) and char not in closers:
            items.append(self.piece(char))
            self.skip_spaces()
        if not items:
            raise self.error("这里缺少内容", start)
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def piece(self, char: str) -> Node:
        if char == "{":
            return self.slot()
        if char == "[":
            return Optional(self.choice("]"))
        if char == "(":
            return self.choice(")")
        return self.literal()

    def literal(self) -> Literal:
        start = self.at
        while is_spoken(self.peek() or " ") or self.peek() == " ":
            self.at += 1
        text = self.text[start : self.at].replace(" ", "")
        if not text:
            raise self.error(f"不能出现“{self.peek()}”，只能写汉字、{{槽位}}、[可省]和(甲|乙)")
        return Literal(text)

    def slot(self) -> Slot:
        end = self.text.find("}", self.at)
        if end < 0:
            raise self.error("“{”没有对应的“}”")
        name = self.text[self.at + 1 : end]
        if name not in SLOTS:
            raise self.error(unknown(f"没有槽位 {{{name}}}", name, SLOTS))
        self.at = end + 1
        return Slot(name)

    def choice(self, closer: str) -> Node:
        opened, options = self.at, []
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"括号套得太深，最多 {DEEPEST} 层")
        while True:
            self.at += 1  # past the opening sign or the bar
            options.append(self.sequence("|" + closer))
            if self.peek() == closer:
                break
            if not self.peek():
                raise self.error(f"“{self.text[opened]}”没有对应的“{closer}”", opened)
        self.at += 1
        self.depth -= 1
        return options[0] if len(options) == 1 else Alternatives(tuple(options))

    def skip_spaces(self) -> None:
        while self.peek() == " ":
            self.at += 1


def unknown(message: str, name: str, known: Iterable[str]) -> str:
    """``message`` and, where there is one, what the name is called now or the known name that was probably meant."""
    if name in RENAMED:
        return f"{message}，{RENAMED[name]}"
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"{message}，是否应为 {near[0]}？" if near else message
