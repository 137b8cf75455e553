"""The patterns of a book ready to be sought, and where in a stretch of speech each of them could be."""

from __future__ import annotations

import gc
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from phrasebook.model import PhraseBook
from phrasebook.model import Side as Spoken
from voice_agent.judging.alignment import Heard
from voice_agent.judging.anchors import Anchor, Key, anchors_of
from voice_agent.judging.automaton import Automaton, build
from voice_agent.judging.sounds import family
from voice_agent.judging.spans import Lexicon, lexicon_of


class Sought(NamedTuple):
    """A pattern ready to be sought; ``owner``: what it belongs to, ``number`` counts the patterns of a book.

    ``words``: the numbers of its telling words, the most telling first; ``anchors`` likewise.
    """

    number: int
    owner: str
    automaton: Automaton
    anchors: tuple[Anchor, ...]
    words: tuple[int, ...]


@dataclass(frozen=True)
class Compiled:
    """The patterns of a book. Owners are ``cue:greeting``, ``ban:B01``, and the same with ``!`` for what voids them.

    ``words``: side → key → numbers of the telling words (sets of keys, shared by many patterns) that it is one of; ``keys``: those sets
    by number; ``telling``: side → number of a word → patterns of which it is the most telling; ``anywhere``: patterns without one.
    """

    words: dict[Spoken, dict[Key, list[int]]]
    keys: tuple[frozenset[Key], ...]
    telling: dict[Spoken, dict[int, list[Sought]]]
    anywhere: tuple[Sought, ...]
    lexicon: Lexicon


_COMPILED: dict[str, Compiled] = {}


def compiled(book: PhraseBook) -> Compiled:
    """The book's patterns ready to be sought, built at the first use of each book (a book is known by its digest)."""
    if book.digest not in _COMPILED or not book.digest:
        _COMPILED[book.digest] = compile_patterns(book, _patterns(book))
        # A book is a hundred thousand small objects that stay: the collector need not walk them again and again.
        gc.collect()
        gc.freeze()
    return _COMPILED[book.digest]


def compile_patterns(book: PhraseBook, entries: Iterable[tuple[str, Spoken, Iterable[str]]]) -> Compiled:
    """The patterns of ``entries`` (owner, side that speaks, patterns), with the names of ``book`` for their slots."""
    patterns = [(owner, side, pattern) for owner, side, texts in entries for pattern in texts]
    numbers: dict[frozenset[Key], int] = {}
    telling: dict[Spoken, dict[int, list[Sought]]] = {"agent": {}, "caller": {}}
    anywhere = []
    for number, (owner, side, pattern) in enumerate(patterns):
        sought = _sought(number, owner, pattern, numbers)
        if sought.automaton.full and not sought.words:
            anywhere.append(sought)
        for one in _SIDES[side] if sought.words else ():
            telling[one].setdefault(sought.words[0], []).append(sought)
    words = {side: _words_by_key(telling[side], tuple(numbers)) for side in telling}
    return Compiled(words, tuple(numbers), telling, tuple(anywhere), _lexicon(book))


def _words_by_key(telling: dict[int, list[Sought]], keys: tuple[frozenset[Key], ...]) -> dict[Key, list[int]]:
    """Key → the telling words of these patterns that it is one of."""
    words: dict[Key, list[int]] = {}
    for word in sorted({word for patterns in telling.values() for sought in patterns for word in sought.words}):
        for key in keys[word]:
            words.setdefault(key, []).append(word)
    return words


def _sought(number: int, owner: str, pattern: str, numbers: dict[frozenset[Key], int]) -> Sought:
    anchors = anchors_of(pattern)
    words = tuple(numbers.setdefault(anchor.keys, len(numbers)) for anchor in anchors)
    return Sought(number, owner, build(pattern), anchors, words)


#: Who speaks an entry → the streams in which it is sought.
_SIDES: dict[Spoken, tuple[Spoken, ...]] = {"agent": ("agent",), "caller": ("caller",), "any": ("agent", "caller")}
_LEXICONS: dict[str, Lexicon] = {}


def _lexicon(book: PhraseBook) -> Lexicon:
    if book.digest not in _LEXICONS or not book.digest:
        _LEXICONS[book.digest] = lexicon_of(book)
    return _LEXICONS[book.digest]


def _patterns(book: PhraseBook) -> Iterator[tuple[str, Spoken, tuple[str, ...]]]:
    for name, cue in book.cues.items():
        yield f"cue:{name}", cue.side, cue.patterns
        yield f"cue:{name}!", cue.side, cue.unless
    for name, ban in book.prohibited.items():
        yield f"ban:{name}", "agent", ban.patterns
        yield f"ban:{name}!", "agent", ban.unless


class Scope:
    """All that one side says: which patterns of the book could be in it (``possible``, by owner), and where.

    ``stretches``: ranges of heard syllables (last exclusive) that a match may not leave.
    """

    def __init__(
        self, book: Compiled, heard: Heard, stretches: Sequence[tuple[int, int]], sides: Sequence[Spoken]
    ) -> None:
        self.stretches = stretches
        self._bounds = [bounds for bounds in stretches for _ in range(*bounds)]
        self._keys, self._places = book.keys, _index(heard)
        self._heard: dict[int, list[int]] = {}
        self.possible = _possible(book, self._places, sides)

    def windows(self, sought: Sought, good: Sequence[tuple[int, int]], first: int, last: int) -> list[tuple[int, int]]:
        """Ranges between ``first`` and ``last`` worth aligning, each within one stretch.

        They lie around the most telling word outside ``good`` ranges, if the next words are there too.
        """
        if not sought.words:
            return [bounds for bounds in self.stretches if first <= bounds[0] < last]
        places = self._heard_at(sought.words[0])
        places = places[bisect_left(places, first) : bisect_left(places, last)]
        if good:
            places = [p for p in places if not any(a <= p < b for a, b in good)]
        windows = [self._around(sought.anchors[0], place) for place in places]
        for word in sought.words[1:] if windows else ():
            nearby = self._heard_at(word)
            windows = [window for window in windows if _any_within(nearby, *window)]
        return list(_merged(windows)) if len(windows) > 1 else windows

    def _around(self, anchor: Anchor, place: int) -> tuple[int, int]:
        first, last = self._bounds[place]
        return max(first, place - anchor.before), min(last, place + anchor.after)

    def _heard_at(self, word: int) -> list[int]:
        known = self._heard.get(word)
        if known is None:
            places = self._places
            known = sorted({place for key in self._keys[word] if key in places for place in places[key]})
            self._heard[word] = known
        return known


def _possible(book: Compiled, places: Collection[Key], sides: Sequence[Spoken]) -> dict[str, list[Sought]]:
    """The patterns all of whose telling words are heard, by owner, in the order of the book."""
    found = list(book.anywhere)
    for side in sides:
        words, telling = book.words[side], book.telling[side]
        heard = {word for key in words.keys() & places for word in words[key]}
        for word in heard & telling.keys():
            found += [sought for sought in telling[word] if heard.issuperset(sought.words)]
    possible: dict[str, list[Sought]] = {}
    for sought in sorted({sought.number: sought for sought in found}.values(), key=attrgetter("number")):
        possible.setdefault(sought.owner, []).append(sought)
    return possible


def _index(heard: Heard) -> dict[Key, list[int]]:
    """Families, pairs of families and slots → the syllables where they are heard."""
    families = [family(sound) for sound in heard.sounds]
    places: dict[Key, list[int]] = {(f"{{{slot}}}",): sorted(starts) for slot, starts in heard.spans.items() if starts}
    for place, one in enumerate(families):
        places.setdefault((one,), []).append(place)
    for place, pair in enumerate(pairwise(families)):
        places.setdefault(pair, []).append(place)
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
