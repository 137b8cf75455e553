"""What a call was about: the business whose terms were said, the caller's own words counting most. Pure; the terms are data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from phrasebook.model import Matter, PhraseBook
from voice_agent.values import Transcript

#: A caller knows what it is about; a clerk also names what it is not.
_WEIGHTS = {"caller": 3, "mixed": 2, "agent": 1}
#: Single characters that end the name of an office and hardly begin anything else.
_ENDINGS = ("局", "科")


@dataclass(frozen=True)
class HeardMatter:
    """The matter (its name) and the terms that were heard, the caller's first."""

    name: str
    terms: tuple[str, ...]


def matter_of(transcript: Transcript, book: PhraseBook) -> HeardMatter | None:
    """The matter of a call; None when no term was heard. Names of units and windows are no matter, whatever they contain."""
    endings = tuple(one for one in (*book.unit_suffixes, *book.window_suffixes) if len(one) > 1 or one in _ENDINGS)
    owners, pattern = _terms(tuple(book.matters.values()), (*book.units, *book.windows), endings)
    scores: dict[str, int] = {}
    heard: dict[str, dict[str, int]] = {}
    for segment in transcript.segments:
        weight = _WEIGHTS[segment.channel]
        for match in pattern.finditer(segment.text.replace(" ", "")):
            name = owners[match[0]]
            if name:
                scores[name] = scores.get(name, 0) + weight * len(match[0])
                terms = heard.setdefault(name, {})
                terms[match[0]] = max(weight, terms.get(match[0], 0))
    if not scores:
        return None
    # Of equals the one that was said first: a dictionary keeps that order, and max takes the first.
    best = max(scores, key=lambda name: scores[name])
    return HeardMatter(best, tuple(sorted(heard[best], key=lambda term: -heard[best][term])))


@lru_cache(maxsize=4)
def _terms(
    matters: tuple[Matter, ...], names: tuple[str, ...], endings: tuple[str, ...]
) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Term → matter ('' for a name), and a pattern that finds the longest first, but none that such an ending makes a name of (医保窗口)."""
    owners = dict.fromkeys(names, "") | {term: one.name for one in matters for term in one.terms}
    longest = sorted(owners, key=lambda term: (-len(term), term))
    never = f"(?!{'|'.join(map(re.escape, endings))})" if endings else ""
    alternatives = [re.escape(term) + (never if owners[term] else "") for term in longest]
    return owners, re.compile("|".join(alternatives) or "(?!)")
