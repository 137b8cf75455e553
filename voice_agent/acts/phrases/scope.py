"""Where on one side of a call each pattern of the book could be: the stretches that are worth the exact alignment."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence, Set
from operator import attrgetter

from phrasebook.model import Side as Spoken
from voice_agent.acts.phrases.alignment import Heard
from voice_agent.acts.phrases.anchors import Key, Keys
from voice_agent.acts.phrases.index import Compiled, Sought

#: A range of heard syllables, last exclusive.
Range = tuple[int, int]
#: A telling word shows in the words that fit, or this many syllables beside them (a swallowed 了 may be heard a little later).
_BESIDE = 3


class Scope:
    """All that one side says: which patterns of the book could be in it, and where.

    ``stretches``: ranges of heard syllables that a match may not leave.
    """

    def __init__(self, book: Compiled, heard: Heard, stretches: Sequence[Range], sides: Sequence[Spoken]) -> None:
        self._stretches = stretches
        self._bounds = [bounds for bounds in stretches for _ in range(*bounds)]
        self._places = _index(heard)
        self._keys = set(self._places)
        self._words, self._groups = book.heard(self._keys, sides)
        self._heard: dict[int, list[int]] = {}
        self._possible: dict[str, list[Sought]] = {}

    def owners(self) -> Set[str]:
        """The owners that could be heard at all."""
        return self._groups.keys()

    def possible(self, owner: str) -> list[Sought]:
        """The patterns of ``owner`` that could be heard: of each of their telling words something is; in the order of the book."""
        known = self._possible.get(owner)
        if known is None:
            heard = self._words.issuperset
            known = [one for patterns in self._groups.get(owner, ()) for one in patterns if heard(one.words)]
            if len(known) > 1:
                known = sorted({one.number: one for one in known}.values(), key=attrgetter("number"))
            self._possible[owner] = known
        return known

    def stretches(self, sought: Sought, known: Collection[int], first: int, last: int) -> list[Range]:
        """The stretches between ``first`` and ``last`` worth aligning: every telling word is there, the first at a place not ``known``."""
        if not sought.words:
            return [bounds for bounds in self._stretches if first <= bounds[0] < last]
        words, anchors = sought.words, sought.anchors
        places = self._heard_at(words[0], anchors[0])
        if first > places[0] or last <= places[-1]:
            places = places[bisect_left(places, first) : bisect_left(places, last)]
        found = list(dict.fromkeys(self._bounds[place] for place in places if place not in known))
        for i in range(1, len(words)) if found else ():
            nearby = self._heard_at(words[i], anchors[i])
            found = [bounds for bounds in found if _any_within(nearby, *bounds)]
        return found

    def shows(self, sought: Sought, first: int, last: int) -> bool:
        """Whether every telling word of the pattern begins between ``first`` and ``last``, or right beside in the same stretch."""
        begin, end = self._bounds[first]
        begin, end = max(begin, first - _BESIDE), min(end, last + _BESIDE)
        words = zip(sought.words, sought.anchors, strict=True)
        return all(_any_within(self._heard_at(word, anchor), begin, end) for word, anchor in words)

    def _heard_at(self, word: int, anchor: Keys) -> list[int]:
        known = self._heard.get(word)
        if known is None:
            heard = [self._places[key] for key in anchor & self._keys]
            known = self._heard[word] = heard[0] if len(heard) == 1 else sorted(set().union(*heard))
        return known


def _index(heard: Heard) -> dict[Key, list[int]]:
    """Families, pairs of families and slots → the syllables where they are heard."""
    places: dict[Key, list[int]] = {f"{{{slot}}}": sorted(starts) for slot, starts in heard.spans.items() if starts}
    for keys in (heard.families, heard.pairs):
        for place, key in enumerate(keys):
            if key in places:
                places[key].append(place)
            else:
                places[key] = [place]
    return places


def _any_within(places: Sequence[int], first: int, last: int) -> bool:
    at = bisect_left(places, first)
    return at < len(places) and places[at] < last
