"""One leg often carries a faint echo of the other. What is only an echo must not be laid into the wrong mouth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voice_agent.hearing.sound.quality import Levels
from voice_agent.hearing.transcriber import segment_of
from voice_agent.values import Segment, Word

ECHO_BELOW_DB = 15.0  # how much weaker than the other leg at the same time
OWN_BELOW_DB = 6.0  # and how much weaker than this leg's own voice, where it has one
NEAR = 0.12  # seconds around a word: recognisers' word times are sharper than their truth


def without_echo(segments: Sequence[Segment], own: Levels, other: Levels) -> tuple[Segment, ...]:
    """The segments without the words that are the other leg's, heard through this one. Pure."""
    voice = _own_voice(own, other)
    kept = ([word for word in segment.words if not _is_echo(word, own, other, voice)] for segment in segments)
    pairs = zip(segments, kept, strict=True)
    return tuple(
        segment if len(words) == len(segment.words) else segment_of(words, segment.channel)
        for segment, words in pairs
        if words
    )


def _is_echo(word: Word, own: Levels, other: Levels, voice: float | None) -> bool:
    start, end = word.start - NEAR, word.end + NEAR
    level = own.between(start, end)
    if other.between(start, end) - level <= ECHO_BELOW_DB:
        return False
    return voice is None or level < voice - OWN_BELOW_DB


def _own_voice(own: Levels, other: Levels) -> float | None:
    """The level (dBFS) at which this leg speaks while the other is silent; None when it never does."""
    count = min(len(own.db), len(other.db))
    alone = own.db[:count][(other.db[:count] < own.db[:count]) & (own.db[:count] > -50)]
    return float(np.percentile(alone, 75)) if len(alone) >= 10 else None
