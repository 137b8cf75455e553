"""A pattern in words that people use: ``(您|你)好{unit}[请讲]`` → ``您好 / 你好 ＋ 〈单位〉（可加：请讲）``. Pure."""

from __future__ import annotations

from itertools import islice

from phrasebook.pattern import Alternatives, Literal, Node, Optional, Sequence, Slot, parse, ways

#: What a slot is called where somebody only reads.
_SLOTS = {
    "unit": "单位", "window": "窗口", "digits": "号码", "number": "数目", "date": "日期", "person": "某人", "thing": "材料或业务", "any": "……",
}  # fmt: skip
#: Words that stand side by side are written out in all their combinations up to so many; beyond that each part by itself.
_MOST = 6


def in_words(pattern: str) -> str:
    """The pattern as a person would explain it. Raises ``PatternError`` where it is none."""
    return _said(parse(pattern))


def _said(node: Node) -> str:
    items = node.items if isinstance(node, Sequence) else (node,)
    parts: list[str] = []
    run: list[Node] = []
    for item in items:
        if _is_plain(item):
            run.append(item)
            continue
        parts += _written(run)
        run = []
        if isinstance(item, Optional) and parts:
            parts[-1] += f"（可加：{_said(item.item)}）"
        else:
            parts.append(_one(item))
    return " ＋ ".join(parts + _written(run))


def _one(node: Node) -> str:
    match node:
        case Slot(name):
            return "……" if name == "any" else f"〈{_SLOTS[name]}〉"
        case Optional(item):
            return f"（可先说：{_said(item)}）"
        case Alternatives(options):
            return " / ".join(_said(option) for option in options)
        case Sequence():
            return _said(node)
        case Literal(text):
            return text


def _is_plain(node: Node) -> bool:
    """Nothing to fill in and nothing to leave out."""
    match node:
        case Literal():
            return True
        case Sequence(items) | Alternatives(items):
            return all(_is_plain(item) for item in items)
    return False


def _written(run: list[Node]) -> list[str]:
    """Plain words side by side: their combinations where they are few (您好 / 你好), else what may be exchanged in each place (〔您、你〕)."""
    if not run:
        return []
    combined = list(islice(ways(Sequence(tuple(run))), _MOST + 1))
    if len(combined) <= _MOST:
        return [" / ".join(combined)]
    return ["".join(_exchanged(item) for item in run)]


def _exchanged(node: Node) -> str:
    match node:
        case Alternatives(options):
            return "〔" + "、".join(_exchanged(option) for option in options) + "〕"
        case Sequence(items):
            return "".join(_exchanged(item) for item in items)
        case Literal(text):
            return text
    return _said(node)
