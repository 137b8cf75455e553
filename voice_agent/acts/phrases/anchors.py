"""What tells where a pattern could be: it has words that cannot be absent, and pairs of their syllables are indexed.

Families of confusable sounds are compared, so that what is heard as its neighbour still shows that the word may be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from phrasebook.pattern import Alternatives, Literal, Node, Optional, Sequence, Slot, parse
from voice_agent.acts.phrases.automaton import SPAN_SLOTS
from voice_agent.speech.normalise import said
from voice_agent.speech.sounds import family, syllables

#: One or two families of neighbouring syllables with a space between; a looked-up slot is a key by its name in braces.
Key = str
#: The keys of one telling word: one of them is heard where the word is.
Keys = frozenset[Key]
#: Families so frequent that a lone syllable of them says nothing.
_DULL = frozenset(family(sound) for sound in syllables("您你我请的了是在就不有一这那个下会可以要能好"))


def anchors_of(pattern: str) -> tuple[Keys, ...]:
    """The telling words of the pattern, each by the keys of which one is heard wherever it is; the most telling first."""
    return tuple(sorted(_anchors(parse(pattern)), key=lambda keys: (_dullness(keys), sorted(keys))))


def _anchors(node: Node) -> Iterator[Keys]:
    """The mandatory words (or slots), and the mandatory alternatives all of whose options have one."""
    match node:
        case Literal(text):
            if keys := _keys(text):
                yield keys
        case Slot(name):
            if name in SPAN_SLOTS:
                yield frozenset({f"{{{name}}}"})
        case Sequence(items):
            for item in items:
                yield from _anchors(item)
        case Alternatives(options):
            yield from _common(options)
        case Optional():
            return


def _common(options: tuple[Node, ...]) -> Iterator[Keys]:
    best = [min(_anchors(option), key=_dullness, default=None) for option in options]
    chosen = [keys for keys in best if keys]
    if len(chosen) == len(options):
        yield frozenset().union(*chosen)


def _keys(text: str) -> Keys:
    """Pairs of neighbouring families of a word; of a word of one syllable its family."""
    families = [family(sound) for sound in syllables(said(text))]
    if len(families) == 1:
        return frozenset(families)
    return frozenset(map(" ".join, pairwise(families)))


def _dullness(keys: Keys) -> tuple[float, int]:
    """How little a group tells: lone syllables say less than pairs, frequent ones nothing."""
    return sum(_weight(key) for key in keys), len(keys)


def _weight(key: Key) -> float:
    if " " in key:
        return 1.0 if not _DULL.issuperset(key.split()) else 4.0
    if key.startswith("{"):
        return 8.0
    return 50.0 if key in _DULL else 6.0
