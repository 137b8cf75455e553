"""Telephone and identity numbers, written or spoken, are hidden from everybody whose role does not need them.

A run of seven digits or more is masked: the shortest telephone number has seven, job numbers and amounts have fewer.
Figures, Chinese numerals and the way digits are said on the telephone (幺, 洞, 拐, 两) count alike, also with pauses between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from voice_agent.values import Word

#: Fewer digits than this are job numbers, amounts, window numbers.
SHORTEST = 7
DOT = "•"
_DIGIT = "0-9０-９〇零一二三四五六七八九幺两洞拐"
_GAP = r"[\s,，、.。\-－—()（）]*"
_RUN = re.compile(rf"(?<![{_DIGIT}])[{_DIGIT}](?:{_GAP}[{_DIGIT}xX]){{{SHORTEST - 1},}}")
_ONE = re.compile(rf"[{_DIGIT}xX]")
#: Three digits, the fewest that a job number has, said or written without a pause.
_FEW = re.compile(rf"[{_DIGIT}]{{3,}}")


def mask(text: str) -> str:
    """Hide every telephone or identity number of a text; other text stays as it is."""
    return _RUN.sub(lambda found: _ONE.sub(DOT, found.group()), text)


def anonymous(text: str, names: Sequence[str] = ()) -> str:
    """A quotation that names nobody: figures of three digits or more (job numbers too) and ``names`` are hidden."""
    for name in names:
        text = text.replace(name, "某某")
    return _FEW.sub(lambda found: _ONE.sub(DOT, found.group()), mask(text))


def mask_words(words: Sequence[Word]) -> tuple[str, ...]:
    """The texts of consecutive words, masked as one text: a spoken number is spread over many words."""
    joined = "".join(word.text for word in words)
    hidden, begin, shown = mask(joined), 0, []
    for word in words:
        shown.append(hidden[begin : begin + len(word.text)])
        begin += len(word.text)
    return tuple(shown)


def mask_number(number: str | None) -> str:
    """A caller's number with only its ends left: ``138••••5678``; short ones (extensions) stay."""
    if not number or len(number) < SHORTEST:
        return number or ""
    return f"{number[:3]}{DOT * (len(number) - 7)}{number[-4:]}" if len(number) > 7 else f"{DOT * 4}{number[-3:]}"
