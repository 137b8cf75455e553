"""Where the words end in which an act was heard: the learned model marks syllables, and people read words."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate

from voice_agent.speech.word_cutter import word_cutter


def whole_words(heard: str, first: int, last: int) -> tuple[int, int]:
    """Places ``first`` to ``last`` (exclusive) of ``heard`` moved to the edges of words: a word that is half inside is in, else out.

    At least one word stays.
    """
    edges = _edges(heard)
    begin = _nearest(edges, first, up=False)
    end = _nearest(edges, last, up=True)
    return (begin, end) if begin < end else (first, last)


def _nearest(edges: tuple[int, ...], place: int, *, up: bool) -> int:
    """The edge of a word next to ``place``; right in the middle the one that takes the word in."""
    return min(edges, key=lambda edge: (abs(edge - place), -edge if up else edge))


@lru_cache(maxsize=512)
def _edges(heard: str) -> tuple[int, ...]:
    return (0, *accumulate(len(word) for word in word_cutter().lcut(heard)))
