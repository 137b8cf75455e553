"""The acts of one side of a call: what phrases of the book and the learned model say together.

A phrase act and a learned act look the same to a rule. How much each source is worth is learnt with the model
(``training/judge/calibrate.py``), so that a probability means what it says; without a model a phrase is worth its similarity.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, log
from types import MappingProxyType

from phrasebook import load_book
from voice_agent.acts.act import POSSIBLE, Act
from voice_agent.acts.learned.runs import Run
from voice_agent.acts.phrases.matching import Hit
from voice_agent.speech.stream import Stream

#: What a near miss of a phrase is worth without a model.
_NEAR_WORTH = 0.35
_SMALLEST = 0.02


@dataclass(frozen=True)
class Worth:
    """What the sources are worth for one act, in nats: at all, for each nat of the model, for a phrase heard well, for a near miss."""

    bias: float
    learned: float
    phrase: float
    near: float

    def probability(self, features: Sequence[float]) -> float:
        """The calibrated probability where the sources say ``features``: nats of the network, a phrase, a near miss."""
        nats, phrase, near = features
        return 1.0 / (1.0 + exp(-(self.bias + self.learned * nats + self.phrase * phrase + self.near * near)))


def _features(raw: float, hit: Hit | None) -> list[float]:
    raw = min(max(raw, _SMALLEST), 1 - _SMALLEST)
    near = hit is not None and hit.near
    return [log(raw / (1 - raw)), float(hit is not None and not near), float(near)]


def sources(stream: Stream, hits: Iterable[Hit], runs: Sequence[Run]) -> list[tuple[int, int, list[float]]]:
    """Each place that a source names: places ``first`` to ``last`` of the stream, and what all sources say of it."""
    named = []
    for hit in hits:
        first, last = _places(stream, hit)
        raw = max((run.raw for run in runs if run.first < last and first < run.last), default=0.0)
        named.append((first, last, _features(raw, hit)))
    taken = [(first, last) for first, last, _ in named]
    alone = (run for run in runs if not any(run.first < last and first < run.last for first, last in taken))
    return [*named, *((run.first, run.last, _features(run.raw, None)) for run in alone)]


def _places(stream: Stream, hit: Hit) -> tuple[int, int]:
    return stream.places[hit.first], stream.places[hit.last - 1] + 1


@lru_cache(maxsize=1)
def _product_patterns() -> frozenset[str]:
    return frozenset(pattern for entry in load_book().acts.values() for pattern in entry.patterns)


def is_sites_own(pattern: str) -> bool:
    """Whether a site added the pattern to the phrase book that comes with the product."""
    return pattern not in _product_patterns()


def merged(
    act: str,
    stream: Stream,
    hits: Iterable[Hit],
    runs: Sequence[Run] | None,
    worth: Worth | None,
    entries: Mapping[str, float] = MappingProxyType({}),
) -> tuple[Act, ...]:
    """The acts ``act`` of a side in order of time, each heard by phrase, by the model or by both. ``runs`` None: there is no model.

    ``entries``: what a phrase of an entry is worth where that was counted apart, nats. A pattern of a site's own counts as it is alike: no model has learnt what it is worth.
    """
    heard = list(hits)
    named = sources(stream, heard, runs or ())
    acts = []
    for place, (first, last, features) in enumerate(named):
        hit = heard[place] if place < len(heard) else None
        found = _of_phrase(act, stream, hit) if hit else _of_run(act, stream, first, last)
        if found:
            trusted = None if runs is None or (hit and is_sites_own(hit.pattern)) else worth
            if trusted and hit and hit.entry in entries:
                trusted = replace(trusted, phrase=entries[hit.entry])
            acts.append(replace(found, probability=_probability(hit, features, trusted)))
    kept = (one for one in acts if one.probability >= POSSIBLE)
    return tuple(sorted(kept, key=lambda one: (one.start, one.first)))


def _probability(hit: Hit | None, features: Sequence[float], worth: Worth | None) -> float:
    if worth is not None:
        return worth.probability(features)
    if hit is None:
        return 1.0 / (1.0 + exp(-features[0]))
    return _NEAR_WORTH if hit.near else hit.score


def _of_phrase(act: str, stream: Stream, hit: Hit) -> Act:
    return Act(
        act, stream.channel, hit.first, hit.last, hit.start, hit.end, hit.score, "phrase", hit.pattern, hit.entry
    )


def _of_run(act: str, stream: Stream, begin: int, until: int) -> Act | None:
    """The act of a run; None where it holds nothing but hesitations."""
    first, last = bisect_left(stream.places, begin), bisect_left(stream.places, until)
    if first >= last:
        return None
    return Act(act, stream.channel, first, last, stream.start(first), stream.end(last), 0.0)
