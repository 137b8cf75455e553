"""Whether what was heard is good enough to accuse somebody: confidence of the words, noise, mixed or missing legs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from voice_agent.speech.stream import Stream

#: Below this mean confidence a stretch of speech proves no omission (today's model is right in 96 % of words above it).
TRUSTED_MEAN = 0.80
#: A syllable below this is probably not what was said.
WEAK = 0.62
#: That many weak syllables in a row can hide a phrase; or this share of all.
_WEAK_RUN, _WEAK_SHARE = 3, 0.3
#: A turn of that many syllables of which that share is weak can hold anything: that nothing was found in it proves nothing.
_HIDING_LENGTH, _HIDING_SHARE = 6, 0.4


def is_doubtful(stream: Stream, start: float, end: float) -> bool:
    """Whether the speech between ``start`` and ``end`` (seconds) was recognised too poorly to say that something is absent."""
    confs = _confidences(stream, start, end)
    if not confs:
        return False
    weak = [conf < WEAK for conf in confs]
    return sum(confs) / len(confs) < TRUSTED_MEAN or sum(weak) / len(weak) >= _WEAK_SHARE or _longest(weak) >= _WEAK_RUN


def could_hide(stream: Stream, start: float, end: float) -> bool:
    """Whether so much was misheard between ``start`` and ``end`` (seconds) that even a whole insult would not be noticed."""
    weak = [conf < WEAK for conf in _confidences(stream, start, end)]
    return len(weak) >= _HIDING_LENGTH and sum(weak) / len(weak) >= _HIDING_SHARE


def mean(stream: Stream, start: float, end: float) -> float:
    """Mean confidence between ``start`` and ``end``; 1.0 when nothing was said there."""
    confs = _confidences(stream, start, end)
    return sum(confs) / len(confs) if confs else 1.0


def _confidences(stream: Stream, start: float, end: float) -> list[float]:
    return [conf for conf, a, b in zip(stream.confs, stream.starts, stream.ends, strict=True) if b > start and a < end]


def _longest(flags: Sequence[bool]) -> int:
    return max((len(list(run)) for flag, run in groupby(flags) if flag), default=0)


def could_be_greeting(stream: Stream, begin: float) -> bool:
    """Whether the first two syllables from ``begin`` (seconds) on hold the sound of 好, or one that was hardly heard."""
    first = next((at for at, place in enumerate(stream.places) if stream.starts[place] >= begin), len(stream.places))
    weakest = min((stream.confs[place] for place in stream.places[first : first + 2]), default=1.0)
    return "hao" in stream.sounds[first : first + 2] or weakest < WEAK
