"""A pattern of the phrase book as positions: each is one syllable or one slot, with the positions that may follow it.

(A Glushkov automaton: optional parts and alternatives cost no extra positions, and no step is without a syllable.)
Every word of a pattern (a literal between its signs) keeps an error budget of its own: a pattern of ten syllables must not
match because nine are right and the verb is another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from phrasebook.pattern import Alternatives, Literal, Node, Optional, Sequence, Slot, parse
from voice_agent.speech.normalise import said
from voice_agent.speech.sounds import distance, syllables
from voice_agent.speech.stream import NEGATIONS

#: What it costs when a syllable of the pattern was not heard; weak ones are often swallowed.
_MISSED, _WEAK_MISSED, _NEVER = 0.8, 0.4, 9.0
_WEAK = frozenset("的了呢吧吗嘛呀一儿就")
#: A match may not begin with a syllable that costs more than this.
_OPENING_COST = 0.4
#: Words made of nothing but these may be misheard as a whole; words with anything else keep ``_CONTENT_BUDGET`` a syllable.
_FUNCTION = frozenset("您你我请的了是在就也都还把给跟和这那个下先再会可以要能为呢吧吗嘛呀啊里边儿得将一")
_FUNCTION_BUDGET, _CONTENT_BUDGET = 0.8, 0.36
#: Words with a budget from this on (four syllables) may be interrupted by a syllable that is not theirs.
_LONG_WORD = 1.4
#: In a short word no syllable may be further from the one wanted: it must be one that recognisers confuse with it.
_SHORT_MOST = 0.5
#: A trusted character that is another one costs this besides its sound; a word of one content syllable must be that very character,
_OTHER_CHARACTER = 0.05
#: unless it is one of these, which nothing else sounds like where patterns have them.
_UNMISTAKABLE = frozenset("好早")
#: Slots that take any syllables: how many more than one, what each costs (so that the shortest filling wins).
_OPEN_SLOTS: dict[str, tuple[int, float]] = {"any": (5, 0.05), "thing": (7, 0.03)}
#: Slots whose fillings are looked up in the stream (``spans.py``) instead of being spelt out in every pattern.
SPAN_SLOTS = frozenset({"unit", "window", "date", "digits", "number", "person"})

#: Of these any name with the right ending will do: it proves nothing for the words around it, and adds nothing to what they must reach.
NAME_SLOTS = frozenset({"unit", "window"})


@dataclass
class Position:
    """One syllable or slot.

    ``sound`` and ``char``: what is wanted (empty: a slot), ``strict``: no other character will do, ``word``: number of the literal it belongs to (-1: a slot), ``budget`` what that may cost in all, ``most`` what
    this syllable may, ``missed`` what it costs
    not to hear it, ``slot``: its name, ``after``: the positions that may follow, ``rest``: most syllables of the pattern still to come.
    """

    sound: str = ""
    char: str = ""
    strict: bool = False
    word: int = -1
    budget: float = 1.0
    most: float = 1.0
    missed: float = _MISSED
    slot: str = ""
    after: list[int] = field(default_factory=list)
    rest: int = 0

    def cost(self, heard: str) -> float:
        """What it costs that ``heard`` (syllable/character, the character empty where it is not trusted) was heard here."""
        if not self.sound:
            return _OPEN_SLOTS[self.slot][1]
        sound, _, char = heard.partition("/")
        if not char or char == self.char:
            cost = distance(self.sound, sound)
        else:
            cost = _NEVER if self.strict else distance(self.sound, sound) + _OTHER_CHARACTER
        return cost if cost <= self.most else _NEVER

    def follows_in_word(self, other: Position) -> bool:
        """Whether both belong to one word."""
        return self.word == other.word and self.word >= 0


class Move(NamedTuple):
    """A step to position ``to`` for ``cost``; ``same``: within one word, of which ``budget`` is left at most; ``rest`` as above."""

    to: int
    cost: float
    same: bool
    budget: float
    is_word: bool
    rest: int


def _move(to: int, position: Position, cost: float, origin: Position | None) -> Move:
    """The step from ``origin`` to ``position`` for ``cost``."""
    same = origin is not None and position.follows_in_word(origin)
    return Move(to, cost, same, position.budget, position.word >= 0, position.rest)


class Moves(dict[str, tuple[Move, ...]]):
    """Syllable heard → the steps that it allows, worked out at the first question; ``origin`` None: the beginning of a match."""

    def __init__(self, positions: list[Position], places: Iterable[int], origin: Position | None) -> None:
        super().__init__()
        self.steps = [(to, positions[to]) for to in places if positions[to].slot not in SPAN_SLOTS]
        self.origin = origin

    def __missing__(self, heard: str) -> tuple[Move, ...]:
        found = [_move(to, position, position.cost(heard), self.origin) for to, position in self.steps]
        self[heard] = tuple(move for move in found if move.cost <= move.budget and not self._too_dear(move))
        return self[heard]

    def _too_dear(self, move: Move) -> bool:
        return self.origin is None and move.cost > _OPENING_COST


#: The position of a looked-up slot, its name, most syllables of the pattern after it.
Span = tuple[int, str, int]


class Ways(NamedTuple):
    """All ways on from one position.

    ``moves`` by syllable heard, ``spans``: (position, slot, rest) of looked-up slots, ``loops``: how many more syllables the slot here may take and ``each`` what one costs, ``rest`` as above,
    ``whole``: inside a short word, which nothing but a hedge may tear apart.
    """

    moves: Moves
    spans: tuple[Span, ...]
    loops: int
    each: float
    rest: int
    whole: bool


@dataclass(frozen=True)
class Automaton:
    """``opens`` and ``nodes``: the ways on from the beginning and from every position; ``skips``: from every position the moves over
    a syllable that was not heard, ``swallowed``: the positions that have any; ``ends``: where a match may end; ``full``: the most
    syllables of the pattern.
    """

    pattern: str
    opens: Ways
    nodes: tuple[Ways, ...]
    skips: tuple[tuple[Move, ...], ...]
    swallowed: frozenset[int]
    ends: frozenset[int]
    full: int


class _Part(NamedTuple):
    first: tuple[int, ...]
    last: tuple[int, ...]
    empty: bool


_NOTHING = _Part((), (), True)


def build(pattern: str) -> Automaton:
    """The automaton of one pattern; ``full`` 0 when the pattern is nothing but hesitation (嗯)."""
    builder = _Builder()
    whole = builder.part(parse(pattern))
    positions = builder.positions
    for position in reversed(positions):
        position.rest = max((positions[to].rest + 1 for to in position.after), default=0)
    opens = _node(positions, whole.first, None)
    nodes = tuple(_node(positions, position.after, position) for position in positions)
    skips = tuple(_skips(positions, position) for position in positions)
    swallowed = frozenset(place for place, moves in enumerate(skips) if moves)
    return Automaton(pattern, opens, nodes, skips, swallowed, frozenset(whole.last), opens.rest)


def _node(positions: list[Position], places: Iterable[int], origin: Position | None) -> Ways:
    following = [(to, positions[to]) for to in places]
    moves = Moves(positions, places, origin)
    spans = tuple((to, position.slot, position.rest) for to, position in following if position.slot in SPAN_SLOTS)
    loops, each = _OPEN_SLOTS.get(origin.slot, (0, 0.0)) if origin else (0, 0.0)
    whole = origin is not None and origin.budget < _LONG_WORD and any(p.follows_in_word(origin) for _, p in following)
    return Ways(moves, spans, loops, each, max((p.rest + 1 for _, p in following), default=0), whole)


def _skips(positions: list[Position], origin: Position) -> tuple[Move, ...]:
    following = ((to, positions[to]) for to in origin.after)
    return tuple(_move(to, p, p.missed, origin) for to, p in following if p.word >= 0 and p.missed <= p.budget)


class _Builder:
    """Collects the positions of one pattern."""

    def __init__(self) -> None:
        self.positions: list[Position] = []
        self.words = 0

    def part(self, node: Node) -> _Part:
        """The positions of ``node``: where it begins, where it ends, whether it may be empty."""
        match node:
            case Literal(text):
                return self._literal(said(text))
            case Slot(name):
                only = self._chain([Position(slot=name)])
                return _Part(only.first, only.last, name == "any")
            case Sequence(items):
                whole = _NOTHING
                for item in items:
                    whole = self._join(whole, self.part(item))
                return whole
            case Optional(item):
                part = self.part(item)
                return _Part(part.first, part.last, True)
            case Alternatives(options):
                return _either([self.part(option) for option in options])

    def _literal(self, characters: str) -> _Part:
        function = set(characters) <= _FUNCTION
        budget = len(characters) * (_FUNCTION_BUDGET if function else _CONTENT_BUDGET)
        self.words += 1
        short = not function and budget < _LONG_WORD
        most = _SHORT_MOST if short else 1.0
        strict = len(characters) == 1 and not function and characters not in _UNMISTAKABLE
        steps = zip(characters, syllables(characters), strict=True)
        return self._chain(
            Position(sound, char, strict, self.words, budget, most, _missed(char, short)) for char, sound in steps
        )

    def _chain(self, positions: Iterable[Position]) -> _Part:
        whole = _NOTHING
        for position in positions:
            self.positions.append(position)
            place = (len(self.positions) - 1,)
            whole = self._join(whole, _Part(place, place, False))
        return whole

    def _join(self, one: _Part, other: _Part) -> _Part:
        for place in one.last:
            self.positions[place].after.extend(other.first)
        first = one.first + other.first if one.empty else one.first
        last = one.last + other.last if other.empty else other.last
        return _Part(first, last, one.empty and other.empty)


def _missed(char: str, short: bool) -> float:
    """What it costs not to hear ``char``; of a ``short`` content word only weak syllables are ever swallowed."""
    if char in NEGATIONS or (short and char not in _WEAK):
        return _NEVER
    return _WEAK_MISSED if char in _WEAK else _MISSED


def _either(parts: list[_Part]) -> _Part:
    first = tuple(place for part in parts for place in part.first)
    last = tuple(place for part in parts for place in part.last)
    return _Part(first, last, any(part.empty for part in parts))
