"""Where on one side of a call each pattern of the book could be: the windows that are worth the exact alignment."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence, Set
from operator import attrgetter

from phrasebook.model import Side as Spoken
from voice_agent.acts.phrases.alignment import Heard
from voice_agent.acts.phrases.anchors import Anchor, Key
from voice_agent.acts.phrases.index import Compiled, Sought

#: A range of heard syllables, last exclusive.
Range = tuple[int, int]


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

    def windows(self, sought: Sought, known: Collection[int], first: int, last: int) -> list[Range]:
        """Ranges between ``first`` and ``last`` worth aligning, each within one stretch, joined where they overlap.

        They lie around the most telling word at places that are not ``known``, if the next words are there too.
        """
        if not sought.words:
            return [bounds for bounds in self._stretches if first <= bounds[0] < last]
        words, anchors = sought.words, sought.anchors
        places = self._heard_at(words[0], anchors[0])
        if first > places[0] or last <= places[-1]:
            places = places[bisect_left(places, first) : bisect_left(places, last)]
        windows = [self._around(anchors[0], place) for place in places if place not in known]
        for i in range(1, len(words)) if windows else ():
            nearby = self._heard_at(words[i], anchors[i])
            windows = [window for window in windows if _any_within(nearby, *window)]
        return list(_merged(windows)) if len(windows) > 1 else windows

    def _around(self, anchor: Anchor, place: int) -> Range:
        first, last = self._bounds[place]
        begin, end = place - anchor.before, place + anchor.after
        return first if begin < first else begin, last if last < end else end

    def _heard_at(self, word: int, anchor: Anchor) -> list[int]:
        known = self._heard.get(word)
        if known is None:
            heard = [self._places[key] for key in anchor.keys & self._keys]
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


def _merged(windows: Sequence[Range]) -> Iterator[Range]:
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
