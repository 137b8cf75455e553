"""Transcripts as bare Chinese characters, the only form that the recipe trains on and scores."""

import re

_IGNORED = re.compile(r"[\s，。！？、：；“”‘’（）《》〈〉【】,.!?;:\"'()\-—…·~～]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_FIGURES = str.maketrans("0123456789", "零一二三四五六七八九")
DIGITS = "零一二三四五六七八九幺洞两"


def bare(text: str) -> str | None:
    """Return the characters of a transcript without punctuation, or None when letters or figures remain."""
    kept = _IGNORED.sub("", text)
    return kept if _HAN.fullmatch(kept) else None


def scored(text: str) -> str:
    """Return what is compared when errors are counted: characters only, figures spelt out, 幺 written as 一."""
    return "".join(_HAN.findall(text.translate(_FIGURES))).replace("幺", "一")
