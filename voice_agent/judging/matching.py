"""Phrases of the book sought in a stream of syllables.

Patterns are compiled once a book. An index over the words that a pattern cannot do without says where it could be; only
there the exact alignment is worked out, and only for the phrases that a rule asks about.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from phrasebook.model import PhraseBook
from voice_agent.judging.alignment import Fit, Heard, best_apart, fits
from voice_agent.judging.anchors import Anchors, Key, anchors_of
from voice_agent.judging.automaton import SPAN_SLOTS, Automaton, build
from voice_agent.judging.sounds import family
from voice_agent.judging.spans import Lexicon, lexicon_of, spans_in
from voice_agent.judging.stream import Stream

#: Score needed by the length of what matched in syllables; short phrases leave little room for error.
_NEEDED = {1: 0.95, 2: 0.85, 3: 0.82, 4: 0.80}
_NEEDED_LONG = 0.78
#: How far below that a fit is still a near miss: far where the recogniser doubts its words, hardly where it does not.
_NEAR, _NEAR_TRUSTED = 0.12, 0.03
_TRUSTED = 0.9
#: What exempts must be heard clearly, and touch what it voids (syllables between them).
_EXEMPTS, _VOID_REACH = 0.92, 1
#: A place that already matched this well needs no second look with other ways to say the same.
_GOOD_ENOUGH = 0.97


@dataclass(frozen=True)
class Hit:
    """A pattern heard at syllables ``first`` to ``last`` (exclusive); ``near`` marks one just below the score it needs."""

    owner: str
    pattern: str
    first: int
    last: int
    score: float
    near: bool
    start: float
    end: float


@dataclass(frozen=True)
class Compiled:
    """The patterns of a book by owner (``cue:greeting``, ``ban:B01``, with ``!`` what voids them)."""

    owners: dict[str, tuple[tuple[Automaton, Anchors], ...]]
    lexicon: Lexicon


_COMPILED: dict[str, Compiled] = {}


def compiled(book: PhraseBook) -> Compiled:
    """The book's patterns ready to be sought, built at the first use of each book (a book is known by its digest)."""
    if book.digest not in _COMPILED or not book.digest:
        _COMPILED[book.digest] = _compile(book)
    return _COMPILED[book.digest]


def needed(length: int) -> float:
    """The score that a match of ``length`` syllables needs."""
    return _NEEDED.get(length, _NEEDED_LONG)


def _compile(book: PhraseBook) -> Compiled:
    owners = {
        owner: tuple((automaton, anchors_of(p)) for p in patterns if (automaton := build(p)).full)
        for owner, patterns in _patterns(book)
    }
    return Compiled(owners, lexicon_of(book))


def _patterns(book: PhraseBook) -> Iterator[tuple[str, tuple[str, ...]]]:
    for kind, entries in (("cue", book.cues), ("ban", book.prohibited)):
        for name, entry in entries.items():
            yield f"{kind}:{name}", entry.patterns
            yield f"{kind}:{name}!", entry.unless


class Search:
    """Finds phrases in one stream; what has been asked once is remembered."""

    def __init__(self, book: Compiled, stream: Stream, stretches: Sequence[tuple[int, int]]) -> None:
        self.book, self.stream, self.stretches = book, stream, stretches
        self._hits: dict[str, tuple[Hit, ...]] = {}
        self._stretch_of = [number for number, (first, last) in enumerate(stretches) for _ in range(first, last)]
        self._places = _index(stream)
        self._heard = Heard(stream.sounds, stream.hedges, spans_in(stream, book.lexicon))

    def hits(self, owner: str) -> tuple[Hit, ...]:
        """Where ``owner`` was heard, near misses included, in order of time; voided hits are left out."""
        if owner not in self._hits:
            self._hits[owner] = tuple(self._unvoided(owner, self._sought(owner)))
        return self._hits[owner]

    def _unvoided(self, owner: str, found: list[Hit]) -> list[Hit]:
        exempting = self.hits(owner + "!") if found and self.book.owners.get(owner + "!") else ()
        sure = [hit for hit in exempting if hit.score >= _EXEMPTS]
        return [hit for hit in found if not any(self._touch(hit, other) for other in sure)]

    def _touch(self, hit: Hit, other: Hit) -> bool:
        together = self._stretch_of[hit.first] == self._stretch_of[other.first]
        return together and other.first - _VOID_REACH <= hit.last and hit.first <= other.last + _VOID_REACH

    def _sought(self, owner: str) -> list[Hit]:
        found: dict[Fit, str] = {}
        good: list[tuple[int, int]] = []
        slack = 0.0 if owner.startswith("ban:") else _NEAR
        for automaton, anchors in self.book.owners.get(owner, ()):
            for fit in self._fits(automaton, anchors, good, _EXEMPTS if owner.endswith("!") else slack):
                found.setdefault(fit, automaton.pattern)
                if fit.score >= _GOOD_ENOUGH:
                    good.append((fit.first, fit.last))
        hits = (self._hit(owner, found[fit], fit) for fit in best_apart(list(found)))
        return [hit for hit in hits if hit is not None]

    def _hit(self, owner: str, pattern: str, fit: Fit) -> Hit | None:
        near = fit.score < needed(fit.length)
        trusted = self.stream.confidence(fit.first, fit.last) >= _TRUSTED
        if near and trusted and fit.score < needed(fit.length) - _NEAR_TRUSTED:
            return None
        start, end = self.stream.start(fit.first), self.stream.end(fit.last)
        return Hit(owner, pattern, fit.first, fit.last, round(fit.score, 3), near, start, max(start, end))

    def _fits(
        self, automaton: Automaton, anchors: Anchors, good: Sequence[tuple[int, int]], slack: float
    ) -> Iterator[Fit]:
        """What fits within ``slack`` of the score it needs; a ``slack`` over one half is itself the score needed."""
        floor = slack if slack > 0.5 else needed(automaton.full) - slack
        for first, last in self._windows(anchors, automaton.longest, good):
            found = fits(automaton, self._heard, first, last, floor)
            yield from best_apart([fit for fit in found if fit.score >= max(floor, needed(fit.length) - slack)])

    def _windows(self, anchors: Anchors, longest: int, good: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Ranges worth aligning, each within one stretch."""
        if any(slot in SPAN_SLOTS and not self._heard.spans[slot] for slot in anchors.slots):
            return
        if not anchors.keys:
            yield from self.stretches
            return
        reach = longest + longest // 3 + 2
        places = [p for p in self._heard_at(anchors.keys) if not any(a <= p < b for a, b in good)]
        if anchors.also and places:
            others = self._heard_at(anchors.also)
            places = [place for place in places if _any_near(others, place, reach)]
        for stretch, together in groupby(places, key=self._stretch_of.__getitem__):
            start, end = self.stretches[stretch]
            for first, last in _clusters(list(together), reach):
                yield max(start, first - reach), min(end, last + reach)

    def _heard_at(self, keys: frozenset[Key]) -> list[int]:
        return sorted(place for key in keys for place in self._places.get(key, ()))


def _index(stream: Stream) -> dict[Key, list[int]]:
    """Families and pairs of families → the syllables where they are heard."""
    places: dict[Key, list[int]] = {}
    families = [family(sound) for sound in stream.sounds]
    for place, one in enumerate(families):
        places.setdefault((one,), []).append(place)
    for place, pair in enumerate(zip(families, families[1:], strict=False)):
        places.setdefault(pair, []).append(place)
    return places


def _any_near(places: Sequence[int], place: int, reach: int) -> bool:
    at = bisect_left(places, place - reach)
    return at < len(places) and places[at] <= place + reach


def _clusters(places: Sequence[int], reach: int) -> Iterator[tuple[int, int]]:
    """First and last of places whose windows overlap."""
    first = last = -1
    for place in places:
        if first >= 0 and place - last > 2 * reach:
            yield first, last
            first = -1
        first, last = (place if first < 0 else first), place
    if first >= 0:
        yield first, last
