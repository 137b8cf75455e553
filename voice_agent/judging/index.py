"""The patterns of a book ready to be sought, and where in a stretch of speech each of them could be."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from phrasebook.model import PhraseBook
from voice_agent.judging.alignment import Heard
from voice_agent.judging.anchors import Anchor, Key, anchors_of
from voice_agent.judging.automaton import Automaton, build
from voice_agent.judging.sounds import family
from voice_agent.judging.spans import Lexicon, lexicon_of


class Sought(NamedTuple):
    """A pattern ready to be sought; ``owner``: what it belongs to, ``number`` counts the patterns of a book."""

    number: int
    owner: str
    automaton: Automaton
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True)
class Compiled:
    """The patterns of a book. Owners are ``cue:greeting``, ``ban:B01``, and the same with ``!`` for what voids them.

    ``owners``: those that have patterns; ``telling``: key → patterns whose most telling word it belongs to; ``anywhere``:
    patterns without such a word.
    """

    owners: frozenset[str]
    telling: dict[Key, list[Sought]]
    anywhere: tuple[Sought, ...]
    lexicon: Lexicon


_COMPILED: dict[str, Compiled] = {}


def compiled(book: PhraseBook) -> Compiled:
    """The book's patterns ready to be sought, built at the first use of each book (a book is known by its digest)."""
    if book.digest not in _COMPILED or not book.digest:
        _COMPILED[book.digest] = compile_patterns(book, _patterns(book))
    return _COMPILED[book.digest]


def compile_patterns(book: PhraseBook, entries: Iterable[tuple[str, Iterable[str]]]) -> Compiled:
    """The patterns of ``entries`` (owner, patterns), with the names of ``book`` for their slots."""
    patterns = [(owner, pattern) for owner, texts in entries for pattern in texts]
    every = [
        Sought(number, owner, automaton, anchors_of(pattern))
        for number, (owner, pattern) in enumerate(patterns)
        if (automaton := build(pattern)).full
    ]
    telling: dict[Key, list[Sought]] = {}
    for sought in every:
        for key in sought.anchors[0].keys if sought.anchors else ():
            telling.setdefault(key, []).append(sought)
    anywhere = tuple(sought for sought in every if not sought.anchors)
    return Compiled(frozenset(sought.owner for sought in every), telling, anywhere, _lexicon(book))


_LEXICONS: dict[str, Lexicon] = {}


def _lexicon(book: PhraseBook) -> Lexicon:
    if book.digest not in _LEXICONS or not book.digest:
        _LEXICONS[book.digest] = lexicon_of(book)
    return _LEXICONS[book.digest]


def _patterns(book: PhraseBook) -> Iterator[tuple[str, tuple[str, ...]]]:
    for kind, entries in (("cue", book.cues), ("ban", book.prohibited)):
        for name, entry in entries.items():
            yield f"{kind}:{name}", entry.patterns
            yield f"{kind}:{name}!", entry.unless


class Scope:
    """One stretch of speech: which patterns of the book could be in it (``possible``, by owner), and where.

    ``first`` and ``last`` (exclusive) are heard syllables, ``start`` and ``end`` seconds.
    """

    def __init__(self, book: Compiled, heard: Heard, first: int, last: int, start: float, end: float) -> None:
        self.first, self.last, self.start, self.end = first, last, start, end
        self._places = _index(heard, first, last)
        self._heard: dict[frozenset[Key], list[int]] = {}
        self.possible = _possible(book, self._places)

    def windows(self, anchors: Sequence[Anchor], good: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Ranges worth aligning: around the most telling word outside ``good`` ranges, if the next words are there too."""
        if not anchors:
            yield self.first, self.last
            return
        anchor, *others = anchors
        windows = [self._around(anchor, p) for p in self._heard_at(anchor) if not any(a <= p < b for a, b in good)]
        for other in others if windows else ():
            places = self._heard_at(other)
            windows = [window for window in windows if _any_within(places, *window)]
        yield from _merged(windows)

    def _around(self, anchor: Anchor, place: int) -> tuple[int, int]:
        return max(self.first, place - anchor.before), min(self.last, place + anchor.after)

    def _heard_at(self, anchor: Anchor) -> list[int]:
        known = self._heard.get(anchor.keys)
        if known is None:
            keys = anchor.keys & self._places.keys()
            known = self._heard[anchor.keys] = sorted({place for key in keys for place in self._places[key]})
        return known


def _possible(book: Compiled, places: Collection[Key]) -> dict[str, list[Sought]]:
    found = {sought.number: sought for key in book.telling.keys() & places for sought in book.telling[key]}
    found.update((sought.number, sought) for sought in book.anywhere)
    possible: dict[str, list[Sought]] = {}
    for number in sorted(found):
        possible.setdefault(found[number].owner, []).append(found[number])
    return possible


def _index(heard: Heard, first: int, last: int) -> dict[Key, list[int]]:
    """Families, pairs of families and slots → the syllables where they are heard."""
    families = [family(sound) for sound in heard.sounds[first:last]]
    places: dict[Key, list[int]] = {}
    for place, one in enumerate(families, first):
        places.setdefault((one,), []).append(place)
    for place, pair in enumerate(zip(families, families[1:], strict=False), first):
        places.setdefault(pair, []).append(place)
    for slot, starts in heard.spans.items():
        if within := sorted(start for start in starts if first <= start < last):
            places[f"{{{slot}}}",] = within
    return places


def _any_within(places: Sequence[int], first: int, last: int) -> bool:
    at = bisect_left(places, first)
    return at < len(places) and places[at] < last


def _merged(windows: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Windows in order, overlapping ones made one (windows of different stretches never overlap)."""
    first, last = -1, -1
    for start, end in windows:
        if start < last:
            last = max(last, end)
            continue
        if last > first:
            yield first, last
        first, last = start, end
    if last > first:
        yield first, last
