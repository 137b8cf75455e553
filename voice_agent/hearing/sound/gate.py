"""Where on a leg somebody may be speaking, so that the recogniser need not work through long silences."""

from __future__ import annotations

import numpy as np

from voice_agent.hearing.sound.quality import Levels, Quality
from voice_agent.values import Span

FLOOR_DB = -65.0
ABOVE_NOISE_DB = 6.0
BELOW_SPEECH_DB = 30.0  # final consonants and trailing syllables are up to 25 dB weaker than vowels
MARGIN = 0.5  # seconds kept on both sides; the recogniser settles in it
MIN_FRAMES = 3  # clicks are shorter (60 ms), the shortest 嗯 is longer


def active_spans(levels: Levels, quality: Quality) -> tuple[Span, ...]:
    """Stretches worth hearing (seconds), with margins, in order; none for a leg on which nobody can be heard. Pure.

    The threshold lies between the leg's own noise and speech, so that a noisy leg is heard as a whole: better slow than deaf.
    """
    if not quality.usable:
        return ()
    threshold = threshold_of(quality.noise_db, quality.speech_db)
    padded = np.concatenate([[False], levels.db > threshold, [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1]).reshape(-1, 2)
    runs = edges[edges[:, 1] - edges[:, 0] >= MIN_FRAMES] * levels.step
    return _merged([Span(max(0.0, start - MARGIN), min(levels.duration, end + MARGIN)) for start, end in runs.tolist()])


def threshold_of(noise_db: float, speech_db: float) -> float:
    """The level (dBFS) above which somebody may be speaking."""
    return max(FLOOR_DB, min(noise_db + ABOVE_NOISE_DB, speech_db - BELOW_SPEECH_DB))


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in spans:
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return tuple(merged)
