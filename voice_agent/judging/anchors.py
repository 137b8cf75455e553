"""Where a pattern could be at all: every pattern has words that cannot be absent, and pairs of their syllables are indexed.

Families of confusable sounds are compared, so that what is heard as its neighbour still leads to the exact alignment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from phrasebook.pattern import Alternatives, Literal, Node, Optional, Sequence, Slot, parse
from voice_agent.judging.normalise import said
from voice_agent.judging.sounds import family, syllables

#: One or two families of neighbouring syllables.
Key = tuple[str, ...]
#: Families so frequent that a lone syllable of them says nothing; used only when a pattern has nothing better.
_DULL = frozenset(family(sound) for sound in syllables("您你我请的了是在就不有一这那个下会可以要能好"))


@dataclass(frozen=True)
class Anchors:
    """``keys``: one of these is heard wherever the pattern is; ``also``: and one of these nearby (empty: no second word).

    ``slots``: the pattern needs one of these slots to be filled nearby; patterns without any key are sought everywhere.
    """

    keys: frozenset[Key]
    also: frozenset[Key]
    slots: frozenset[str]


def anchors_of(pattern: str) -> Anchors:
    """The two most telling words that the pattern cannot do without."""
    groups = sorted(_groups(parse(pattern)), key=_dullness)
    keys = groups[0] if groups else frozenset()
    also = groups[1] if len(groups) > 1 else frozenset()
    return Anchors(keys, also, frozenset(_needed_slots(parse(pattern))))


def _groups(node: Node) -> Iterator[frozenset[Key]]:
    """Sets of keys of which one must be heard: the mandatory words, and the words of mandatory alternatives."""
    match node:
        case Literal(text):
            if keys := _keys(text):
                yield keys
        case Sequence(items):
            for item in items:
                yield from _groups(item)
        case Alternatives(options):
            choices = [min(_groups(option), key=_dullness, default=frozenset[Key]()) for option in options]
            if all(choices):
                yield frozenset(key for choice in choices for key in choice)
        case Optional() | Slot():
            return


def _keys(text: str) -> frozenset[Key]:
    """Pairs of neighbouring families of a word; of a word of one syllable its family."""
    families = [family(sound) for sound in syllables(said(text))]
    if len(families) == 1:
        return frozenset({(families[0],)})
    return frozenset(zip(families, families[1:], strict=False))


def _dullness(keys: frozenset[Key]) -> tuple[float, int]:
    """How little a group tells: lone syllables say less than pairs, frequent ones nothing."""
    lone = sum(_weight(key) for key in keys)
    return lone, len(keys)


def _weight(key: Key) -> float:
    if len(key) > 1:
        return 1.0 if not _DULL.issuperset(key) else 4.0
    return 50.0 if key[0] in _DULL else 6.0


def _needed_slots(node: Node) -> Iterator[str]:
    match node:
        case Slot(name):
            yield name
        case Sequence(items):
            for item in items:
                yield from _needed_slots(item)
        case _:
            return
