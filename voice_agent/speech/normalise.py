"""Text as written by any recogniser → the characters that were said, one a syllable.

Everything works character by character, so that the result never depends on where words or segments were cut.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import opencc

_TO_SIMPLIFIED = opencc.OpenCC("t2s")
_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
#: Hesitations carry nothing: they are left out of phrases and of what was heard alike.
FILLERS = frozenset("嗯呃啊哦噢哎诶唉欸唔呣呐")


@lru_cache(maxsize=65536)
def spoken(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs (as written, as said) for every character of ``text`` that makes a sound; fillers are kept."""
    folded = unicodedata.normalize("NFKC", text)
    pairs = ((char, _said(char)) for char in folded)
    return tuple((char, said) for char, said in pairs if said)


@lru_cache(maxsize=65536)
def said(text: str) -> str:
    """The characters of ``text`` that are said, without fillers, for phrases and patterns."""
    return "".join(char for _, char in spoken(text) if char not in FILLERS)


@lru_cache(maxsize=65536)
def _said(char: str) -> str:
    """One character as it is said: figures read one by one, traditional as simplified, anything silent as nothing."""
    if char in _DIGITS:
        return _DIGITS[char]
    if char.isascii():
        return char.lower() if char.isalpha() else ""
    return _simplified(char) if _is_han(char) else ""


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char == "〇" or "\U00020000" <= char <= "\U0003ffff"


def _simplified(char: str) -> str:
    converted: str = _TO_SIMPLIFIED.convert(char)
    return converted if len(converted) == 1 else char
