"""A pattern of the phrase book as positions: each is one syllable or one slot, with the positions that may follow it.

(A Glushkov automaton: optional parts and alternatives cost no extra positions, and no step is without a syllable.)
Every word of a pattern (a literal between its signs) keeps an error budget of its own: a pattern of ten syllables must not
match because nine are right and the verb is another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, Protocol

from phrasebook.pattern import Alternatives, Literal, Node, Optional, Sequence, Slot, parse
from voice_agent.judging.normalise import said
from voice_agent.judging.sounds import distance, syllables

#: What it costs when a syllable of the pattern was not heard; weak ones are often swallowed.
_MISSED, _WEAK_MISSED, _NEVER = 0.8, 0.4, 1e9
_WEAK = frozenset("的了呢吧吗嘛呀一儿就")
#: A match may not begin with a syllable that costs more than this.
_OPENING_COST = 0.4
#: Words made of nothing but these may be misheard as a whole; words with anything else keep ``_CONTENT_BUDGET`` a syllable.
_FUNCTION = frozenset("您你我们请的了是在就也都还把给跟和这那个下先再会可以要能为呢吧吗嘛呀啊里边儿得将一")
_FUNCTION_BUDGET, _CONTENT_BUDGET = 0.8, 0.31
_DIGIT_SOUNDS = frozenset("ling dong yao yi er liang san si wu liu qi ba jiu guai gou".split())
_NUMBER_SOUNDS = _DIGIT_SOUNDS | frozenset("shi bai qian wan dian ban ji".split())
#: Slots whose fillings are looked up in the stream (``spans.py``) instead of being spelt out in every pattern.
SPAN_SLOTS = frozenset({"unit", "window", "date"})


class Costs(Protocol):
    """Syllable heard → what it costs at a position."""

    def __getitem__(self, heard: str, /) -> float:
        """The cost, 0 to 1."""
        ...


class _SoundCosts(dict[str, float]):
    """How far a syllable is from the one wanted, worked out at the first question."""

    def __init__(self, sound: str) -> None:
        super().__init__()
        self.sound = sound

    def __missing__(self, heard: str) -> float:
        cost = self[heard] = distance(self.sound, heard)
        return cost


class _SetCosts(dict[str, float]):
    """Nothing for the syllables of a slot such as ``{digits}``, 1 for any other."""

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__(dict.fromkeys(allowed, 0.0))

    def __missing__(self, heard: str) -> float:
        self[heard] = 1.0
        return 1.0


class _AnyCosts(dict[str, float]):
    """A little for any syllable, so that the shortest filling of a slot wins."""

    def __init__(self, each: float) -> None:
        super().__init__()
        self.each = each

    def __missing__(self, heard: str) -> float:
        self[heard] = self.each
        return self.each


@dataclass
class Position:
    """One syllable or slot.

    ``word``: number of the literal it belongs to (-1: a slot), ``budget`` what that may cost in all, ``missed`` what it costs
    not to hear it, ``loops`` how many more syllables it may take, ``span`` the slot whose fillings are looked up.
    """

    costs: Costs
    sound: str = ""
    word: int = -1
    budget: float = 1.0
    missed: float = _MISSED
    loops: int = 0
    span: str = ""
    after: list[int] = field(default_factory=list)


class Openings(dict[str, tuple[tuple[int, float, float], ...]]):
    """Syllable heard → the positions where a match may begin with it: (position, cost, cost within its word)."""

    def __init__(self, positions: tuple[Position, ...], opens: tuple[int, ...]) -> None:
        super().__init__()
        self.places = [(place, positions[place]) for place in opens if not positions[place].span]

    def __missing__(self, heard: str) -> tuple[tuple[int, float, float], ...]:
        costs = ((place, position, position.costs[heard]) for place, position in self.places)
        limit = _OPENING_COST
        self[heard] = tuple(
            (place, cost, cost if position.word >= 0 else 0.0)
            for place, position, cost in costs
            if cost <= min(limit, position.budget)
        )
        return self[heard]


class Move(NamedTuple):
    """From one position to the next: ``same``: both belong to one word; ``rest``: most syllables of the pattern still to come."""

    to: int
    costs: Costs
    same: bool
    budget: float
    is_word: bool
    rest: int
    missed: float
    span: str


@dataclass(frozen=True)
class Automaton:
    """``openings``: where a match may begin, ``span_openings`` likewise with a slot that is looked up; ``moves`` and ``loops``
    by position (``loops``: costs, how often, most syllables to come); ``ends``: where a match may end; ``longest``: most
    syllables that a match takes; ``full``: most syllables of the pattern itself.
    """

    pattern: str
    openings: Openings
    span_openings: tuple[tuple[int, str], ...]
    moves: tuple[tuple[Move, ...], ...]
    loops: tuple[tuple[Costs, int], ...]
    rests: tuple[int, ...]
    ends: frozenset[int]
    longest: int
    full: int


@dataclass(frozen=True)
class _Part:
    first: tuple[int, ...]
    last: tuple[int, ...]
    empty: bool


_NOTHING = _Part((), (), True)
_SLOT_LOOPS: dict[str, tuple[int, float]] = {"any": (5, 0.05), "thing": (7, 0.03), "person": (4, 0.04)}


def build(pattern: str) -> Automaton:
    """The automaton of one pattern; without positions when the pattern is nothing but hesitation (嗯)."""
    return _Builder().build(pattern)


class _Builder:
    """Collects the positions of one pattern."""

    def __init__(self) -> None:
        self.positions: list[Position] = []
        self.words = 0

    def build(self, pattern: str) -> Automaton:
        whole = self._part(parse(pattern))
        positions = tuple(self.positions)
        rests = _rests(positions)
        return Automaton(
            pattern,
            Openings(positions, whole.first),
            tuple((place, positions[place].span) for place in whole.first if positions[place].span),
            tuple(tuple(_move(position, positions, to, rests) for to in position.after) for position in positions),
            tuple((position.costs, position.loops) for position in positions),
            rests,
            frozenset(whole.last),
            max(_lengths(positions), default=0),
            max((rests[place] + 1 for place in whole.first), default=0),
        )

    def _part(self, node: Node) -> _Part:
        match node:
            case Literal(text):
                return self._literal(text)
            case Slot(name):
                return self._slot(name)
            case Sequence(items):
                return self._sequence(items)
            case Optional(item):
                part = self._part(item)
                return _Part(part.first, part.last, True)
            case Alternatives(options):
                return self._alternatives(options)

    def _literal(self, text: str) -> _Part:
        characters = said(text)
        budget = len(characters) * (_FUNCTION_BUDGET if set(characters) <= _FUNCTION else _CONTENT_BUDGET)
        self.words += 1
        steps = zip(characters, syllables(characters), strict=True)
        return self._chain(
            Position(_costs_of(sound), sound, self.words, budget, _WEAK_MISSED if char in _WEAK else _MISSED)
            for char, sound in steps
        )

    def _slot(self, name: str) -> _Part:
        if name in SPAN_SLOTS:
            return self._chain([Position(_AnyCosts(1.0), span=name)])
        if name == "digits":
            return self._chain(Position(_SetCosts(_DIGIT_SOUNDS), loops=loops, budget=0.5) for loops in (0, 0, 20))
        if name == "number":
            return self._chain([Position(_SetCosts(_NUMBER_SOUNDS), loops=12, budget=0.5)])
        loops, each = _SLOT_LOOPS[name]
        part = self._chain([Position(_AnyCosts(each), loops=loops)])
        return _Part(part.first, part.last, name == "any")

    def _chain(self, positions: Iterable[Position]) -> _Part:
        whole = _NOTHING
        for position in positions:
            self.positions.append(position)
            place = (len(self.positions) - 1,)
            whole = self._join(whole, _Part(place, place, False))
        return whole

    def _sequence(self, items: tuple[Node, ...]) -> _Part:
        whole = _NOTHING
        for item in items:
            whole = self._join(whole, self._part(item))
        return whole

    def _join(self, one: _Part, other: _Part) -> _Part:
        for place in one.last:
            self.positions[place].after.extend(other.first)
        return _Part(
            one.first + other.first if one.empty else one.first,
            one.last + other.last if other.empty else other.last,
            one.empty and other.empty,
        )

    def _alternatives(self, options: tuple[Node, ...]) -> _Part:
        parts = [self._part(option) for option in options]
        first = tuple(place for part in parts for place in part.first)
        return _Part(first, tuple(place for part in parts for place in part.last), any(part.empty for part in parts))


@lru_cache(maxsize=2048)
def _costs_of(sound: str) -> Costs:
    return _SoundCosts(sound)


def _move(position: Position, positions: tuple[Position, ...], to: int, rests: tuple[int, ...]) -> Move:
    other = positions[to]
    same = position.word == other.word and position.word >= 0
    missed = other.missed if other.word >= 0 and other.missed <= other.budget else _NEVER
    return Move(to, other.costs, same, other.budget, other.word >= 0, rests[to], missed, other.span)


def _rests(positions: tuple[Position, ...]) -> tuple[int, ...]:
    """For each position the most syllables of the pattern that follow it (a slot counts as one)."""
    rests = [0] * len(positions)
    for place in range(len(positions) - 1, -1, -1):
        rests[place] = max((rests[to] + 1 for to in positions[place].after), default=0)
    return tuple(rests)


def _lengths(positions: tuple[Position, ...]) -> Iterator[int]:
    """For each position the most syllables on a way that ends there; a looked-up slot is taken for 12."""
    longest = [0] * len(positions)
    for place, position in enumerate(positions):
        longest[place] += 12 if position.span else 1 + position.loops
        for following in position.after:
            longest[following] = max(longest[following], longest[place])
        yield longest[place]
