"""Where a pattern could be at all: every pattern has words that cannot be absent, and pairs of their syllables are indexed.

Families of confusable sounds are compared, so that what is heard as its neighbour still leads to the exact alignment.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from phrasebook.pattern import Alternatives, Literal, Node, Optional, Sequence, Slot, parse
from voice_agent.acts.phrases.automaton import SPAN_SLOTS
from voice_agent.speech.normalise import said
from voice_agent.speech.sounds import family, syllables

#: One or two families of neighbouring syllables with a space between; a looked-up slot is a key by its name in braces.
Key = str
#: Families so frequent that a lone syllable of them says nothing.
_DULL = frozenset(family(sound) for sound in syllables("您你我请的了是在就不有一这那个下会可以要能好"))
_SLOT_LENGTHS = {"unit": 14, "window": 12, "date": 8, "digits": 14, "number": 8, "thing": 8, "any": 6, "person": 5}
#: Room for syllables that the pattern does not have.
_SLACK = 1.25


class Anchor(NamedTuple):
    """One of ``keys`` is heard wherever the pattern is, at most ``before`` syllables after its begin and ``after`` before its end."""

    keys: frozenset[Key]
    before: int
    after: int


def anchors_of(pattern: str) -> tuple[Anchor, ...]:
    """The most telling words that the pattern cannot do without, the most telling first; none: it may be anywhere."""
    ranked = sorted(_anchors(parse(pattern), 0, 0), key=lambda anchor: (_dullness(anchor.keys), sorted(anchor.keys)))
    roomy = (Anchor(a.keys, int(a.before * _SLACK) + 1, int(a.after * _SLACK) + 2) for a in ranked)
    return tuple(roomy)


def _anchors(node: Node, before: int, after: int) -> Iterator[Anchor]:
    """The mandatory words (or slots), and the mandatory alternatives all of whose options have one."""
    match node:
        case Literal(text):
            if keys := _keys(text):
                yield Anchor(keys, before + len(text), len(text) + after)
        case Slot(name):
            if name in SPAN_SLOTS:
                yield Anchor(frozenset({f"{{{name}}}"}), before, after + _SLOT_LENGTHS[name])
        case Sequence(items):
            lengths = [_longest(item) for item in items]
            for place, item in enumerate(items):
                yield from _anchors(item, before + sum(lengths[:place]), sum(lengths[place + 1 :]) + after)
        case Alternatives(options):
            yield from _common(options, before, after)
        case Optional():
            return


def _common(options: tuple[Node, ...], before: int, after: int) -> Iterator[Anchor]:
    best = [min(_anchors(option, before, after), key=lambda a: _dullness(a.keys), default=None) for option in options]
    chosen = [anchor for anchor in best if anchor]
    if len(chosen) == len(options):
        keys = frozenset(key for anchor in chosen for key in anchor.keys)
        yield Anchor(keys, max(a.before for a in chosen), max(a.after for a in chosen))


def _keys(text: str) -> frozenset[Key]:
    """Pairs of neighbouring families of a word; of a word of one syllable its family."""
    families = [family(sound) for sound in syllables(said(text))]
    if len(families) == 1:
        return frozenset(families)
    return frozenset(map(" ".join, pairwise(families)))


def _longest(node: Node) -> int:
    """The most syllables that a part of a pattern may take."""
    match node:
        case Literal(text):
            return len(text)
        case Slot(name):
            return _SLOT_LENGTHS[name]
        case Sequence(items):
            return sum(_longest(item) for item in items)
        case Optional(item):
            return _longest(item)
        case Alternatives(options):
            return max(_longest(option) for option in options)


def _dullness(keys: frozenset[Key]) -> tuple[float, int]:
    """How little a group tells: lone syllables say less than pairs, frequent ones nothing."""
    return sum(_weight(key) for key in keys), len(keys)


def _weight(key: Key) -> float:
    if " " in key:
        return 1.0 if not _DULL.issuperset(key.split()) else 4.0
    if key.startswith("{"):
        return 8.0
    return 50.0 if key in _DULL else 6.0
