"""Phrases of the book sought in a stream of syllables.

A phrase is heard where its pattern fits well enough and each of its telling words shows: the words that it cannot do without, of
which a pair of syllables (of a word of one syllable this) is heard in its family of sounds. Without that a short word could be
made of two syllables that merely resemble it (弱智 of 某个 … 是).
Patterns are compiled once a book. An index over the telling words says in which stretches of speech they all are; only there the
exact alignment is worked out, and only for the phrases that a rule asks about. So the index decides nothing: what it leaves out does
not show (a property test holds this).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from phrasebook.model import Side as Spoken
from voice_agent.acts.phrases.alignment import Fit, Heard, best_apart, fits
from voice_agent.acts.phrases.index import Compiled, Sought
from voice_agent.acts.phrases.scope import Scope
from voice_agent.acts.phrases.spans import spans_in
from voice_agent.speech.stream import TRUSTED, Stream
from voice_agent.values import Channel

#: Score needed by the length of what matched in syllables; short phrases leave little room for error.
_NEEDED = {1: 0.95, 2: 0.85, 3: 0.83, 4: 0.80}
_NEEDED_LONG = 0.81
#: How far below that a fit is still a near miss: far where the recogniser doubts its words, hardly where it does not.
_NEAR, _NEAR_TRUSTED = 0.09, 0.03
#: What exempts must be heard clearly, and touch what it voids (syllables between them).
_EXEMPTS, _VOID_REACH = 0.95, 1
#: On a mixed channel either side may be speaking.
_SPOKEN: dict[Channel, tuple[Spoken, ...]] = {"agent": ("agent",), "caller": ("caller",), "mixed": ("agent", "caller")}
_FOREVER = float("inf")
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

    @property
    def entry(self) -> str:
        """The id of the book's entry whose pattern it is."""
        return self.owner.partition(":")[2]


def needed(length: int) -> float:
    """The score that a match of ``length`` syllables needs."""
    return _NEEDED.get(length, _NEEDED_LONG)


class Search:
    """Finds phrases in one stream; what has been asked once is remembered."""

    def __init__(self, book: Compiled, stream: Stream, stretches: Sequence[tuple[int, int]]) -> None:
        self.stream, self.stretches = stream, stretches
        self._owners, self._accusing = book.owners, book.accusing
        self._hits: dict[tuple[str, int, int, float], list[Hit]] = {}
        spans = spans_in(stream, book.lexicon)
        self._heard = Heard(stream.tokens, stream.families, stream.pairs, stream.extras, spans)
        self._scope = Scope(book, self._heard, stretches, _SPOKEN[stream.channel])
        self._starts = [stream.start(first) for first, _ in stretches]
        self._ends = [stream.end(last) for _, last in stretches]

    def hits(self, owner: str, start: float = 0.0, end: float = _FOREVER, near: bool = False) -> list[Hit]:
        """Where ``owner`` was heard, with ``near`` also just short of it, in order of time; voided hits are left out.

        Only stretches that overlap ``start`` to ``end`` (seconds) are searched: most rules ask about a part of the call.
        """
        begin, until = bisect_right(self._ends, start), bisect_left(self._starts, end)
        if begin >= until or not self._scope.possible(owner):
            return []
        first, last = self.stretches[begin][0], self.stretches[until - 1][1]
        return self._hits_in(owner, first, last, _NEAR if near else 0.0)

    def hits_of(self, act: str, start: float = 0.0, end: float = _FOREVER, near: bool = False) -> list[Hit]:
        """Where any entry of ``act`` was heard (as ``hits``), in order of time."""
        owners = self._owners.get(act, ())
        hits = [hit for owner in owners for hit in self.hits(owner, start, end, near)]
        return sorted(hits, key=lambda hit: (hit.first, hit.last)) if len(owners) > 1 else hits

    def stretch_of(self, first: int) -> tuple[int, int]:
        """The range of heard syllables of the stretch that holds syllable ``first``."""
        return self.stretches[bisect_right(self.stretches, (first, len(self.stream.places))) - 1]

    def filled(self, slot: str, first: int, last: int) -> list[int]:
        """The ends of the fillings of a looked-up slot that lie between two heard syllables."""
        starts = self._heard.spans[slot]
        return [end for begin in range(first, last) for end in starts.get(begin, ()) if end <= last]

    def accusations(self) -> list[str]:
        """The owners of prohibited speech that could be heard at all."""
        return sorted(self._accusing & self._scope.owners())

    def _hits_in(self, owner: str, first: int, last: int, slack: float) -> list[Hit]:
        key = (owner, first, last, slack)
        known = self._hits.get(key)
        if known is None:
            found = self._sought(*key)
            known = self._hits[key] = self._unvoided(owner, found, first, last) if found else found
        return known

    def _unvoided(self, owner: str, found: list[Hit], first: int, last: int) -> list[Hit]:
        sure = self._hits_in(owner + "!", first, last, _EXEMPTS)
        if owner in self._accusing:  # what exempts from an accusation counts for the whole stretch
            exempt = {self.stretch_of(hit.first) for hit in sure}
            return [hit for hit in found if self.stretch_of(hit.first) not in exempt]
        return [hit for hit in found if not any(_touch(hit, other) for other in sure)]

    def _sought(self, owner: str, first: int, last: int, slack: float) -> list[Hit]:
        found: dict[Fit, str] = {}
        good: set[int] = set()
        for sought in self._scope.possible(owner):
            stretches = self._scope.stretches(sought, good, first, last)
            for fit in self._fits(sought, stretches, slack) if stretches else ():
                found.setdefault(fit, sought.automaton.pattern)
                if fit.score >= _GOOD_ENOUGH:
                    good.update(range(fit.first, fit.last))
        if not found:
            return []
        hits = (self._hit(owner, found[fit], fit) for fit in best_apart(list(found)))
        return [hit for hit in hits if hit is not None]

    def _hit(self, owner: str, pattern: str, fit: Fit) -> Hit | None:
        near = fit.score < needed(fit.length)
        trusted = self.stream.confidence(fit.first, fit.last) >= TRUSTED
        if near and trusted and fit.score < needed(fit.length) - _NEAR_TRUSTED:
            return None
        start, end = self.stream.start(fit.first), self.stream.end(fit.last)
        return Hit(owner, pattern, fit.first, fit.last, round(fit.score, 3), near, start, max(start, end))

    def _fits(self, sought: Sought, stretches: Sequence[tuple[int, int]], slack: float) -> Iterator[Fit]:
        """What fits within ``slack`` of the score it needs; a ``slack`` over one half is itself the score needed."""
        automaton, shows = sought.automaton, self._scope.shows
        floor = slack if slack > 0.5 else needed(automaton.full) - slack
        for first, last in stretches:
            if found := fits(automaton, self._heard, first, last, floor):
                good = [fit for fit in found if fit.score >= max(floor, needed(fit.length) - slack)]
                yield from best_apart([fit for fit in good if shows(sought, fit.first, fit.last)])


def _touch(hit: Hit, other: Hit) -> bool:
    return other.first - _VOID_REACH <= hit.last and hit.first <= other.last + _VOID_REACH
