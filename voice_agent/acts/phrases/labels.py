"""What a hit is shown beside: the mandated phrase that a reviewer knows, or the plainest way to say the pattern."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from rapidfuzz import fuzz

from phrasebook.model import Phrase, PhraseBook
from phrasebook.pattern import parse, ways
from voice_agent.acts.act import Act
from voice_agent.speech.normalise import said

_SLOT = re.compile(r"\{\w+\}")
#: A mandated phrase less like the words heard than this (0–100) explains nothing; the pattern's own words do.
_ALIKE = 55.0
_PHRASES: dict[tuple[str, str], list[Phrase]] = {}


def compared_with(book: PhraseBook, hit: Act, heard: str) -> str:
    """The mandated phrase (``请问您办理什么业务? (T03)``) nearest to what was heard, else the nearest way to say the pattern."""
    act = hit.id
    words = said(heard)
    scored = [(fuzz.partial_ratio(words, said(phrase.text)), phrase) for phrase in _phrases(book, act)]
    best = max(scored, key=lambda pair: pair[0], default=None)
    if best and best[0] >= _ALIKE:
        return f"{best[1].text} ({best[1].id})"
    return _nearest_way(hit.pattern, words) if hit.pattern else ""


def _phrases(book: PhraseBook, act: str) -> list[Phrase]:
    """The mandated phrases for the telephone that hold an act, looked up once a book."""
    key = book.digest, act
    if key not in _PHRASES or not book.digest:
        _PHRASES[key] = [one for one in book.phrases.values() if one.telephone and act in one.acts]
    return _PHRASES[key]


@lru_cache(maxsize=4096)
def _nearest_way(pattern: str, heard: str) -> str:
    texts = [_SLOT.sub("×××", way) for way in islice(ways(parse(pattern)), 64)]
    return max(texts, key=lambda text: (fuzz.ratio(text, heard), -len(text)))
