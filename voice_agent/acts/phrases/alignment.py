"""The dynamic programme that lays a pattern over heard syllables and says how well it fits.

Only positions that can still lead to a good enough match are kept, so that most syllables cost next to nothing.
(Nearly all the time of a judgement is spent here: hence plain tuples and few calls.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from voice_agent.acts.phrases.automaton import NAME_SLOTS, Automaton, Move, Span
from voice_agent.speech.stream import HEDGE

#: Cost so far, first syllable, length of the pattern so far, cost within the present word or syllables taken by the slot.
_Cell = tuple[float, int, int, float]
_Cells = dict[int, _Cell]


@dataclass(frozen=True)
class Heard:
    """What patterns are laid over: ``tokens``, ``families``, ``pairs`` and ``extras`` of a stream.

    ``spans``: slot → first syllable of a filling → ends (exclusive) of those fillings.
    """

    tokens: Sequence[str]
    families: Sequence[str]
    pairs: Sequence[str]
    extras: Sequence[float]
    spans: Mapping[str, Mapping[int, Sequence[int]]]


class Fit(NamedTuple):
    """The pattern fits heard syllables ``first`` to ``last`` (exclusive); ``score`` 1 is exact; ``length`` syllables of the pattern."""

    first: int
    last: int
    score: float
    length: int


def fits(automaton: Automaton, heard: Heard, first: int, last: int, floor: float) -> list[Fit]:
    """Every end of the pattern between ``first`` and ``last`` with a score of at least ``floor``, overlapping ones included."""
    room = 1.0 - floor + 1e-9
    cells: _Cells = {}
    filled: dict[int, _Cells] = {}
    found: list[Fit] = []
    tokens, moves, spans = heard.tokens, automaton.opens.moves, automaton.opens.spans
    swallowed, ends = automaton.swallowed, automaton.ends
    for place in range(first, last):
        opened = moves[tokens[place]]
        if not (opened or cells or spans or filled):
            continue
        new: _Cells = {to: (cost, place, 1, cost if is_word else 0.0) for to, cost, _, _, is_word, _ in opened}
        if spans:
            _fill(heard, spans, filled, (0.0, place, 0, 0.0), place)
        if cells:
            _advance(automaton, heard, cells, new, filled, place, room)
        if filled:
            _close(new, filled.pop(place, {}))
        if new:
            if not swallowed.isdisjoint(new):
                _skip(automaton.skips, new, room)
            if not ends.isdisjoint(new):
                found += _ended(ends, new, place + 1, room)
        cells = new
    return found


def _ended(ends: frozenset[int], cells: _Cells, last: int, room: float) -> Iterator[Fit]:
    """The matches that may end before syllable ``last``."""
    for here in ends & cells.keys():
        cost, start, length, _ = cells[here]
        if cost <= room * length:  # a name alone has no length and costs nothing
            yield Fit(start, last, 1.0 - cost / max(1, length), length)


def _fill(heard: Heard, spans: Sequence[Span], filled: dict[int, _Cells], cell: _Cell, place: int) -> None:
    """A looked-up slot that begins at ``place``: alive where its filling ends."""
    for to, slot, _ in spans:
        for end in heard.spans[slot].get(place, ()):
            waiting = filled.setdefault(end - 1, {})
            if to not in waiting or cell[0] < waiting[to][0]:
                waiting[to] = (cell[0], cell[1], cell[2] + (slot not in NAME_SLOTS), 0.0)


def _close(new: _Cells, cells: _Cells) -> None:
    """Looked-up slots whose filling ends here."""
    for here, cell in cells.items():
        if here not in new or cell[0] < new[here][0]:
            new[here] = cell


def _advance(
    automaton: Automaton, heard: Heard, old: _Cells, new: _Cells, filled: dict[int, _Cells], place: int, room: float
) -> None:
    """Every way that ``old`` can go on with the syllable at ``place``: the next position, the same slot, an extra syllable."""
    token, extra, nodes = heard.tokens[place], heard.extras[place], automaton.nodes
    for here, cell in old.items():
        cost, start, length, within = cell
        moves, spans, loops, each, rest, whole = nodes[here]
        if spans:
            _fill(heard, spans, filled, cell, place)
        for to, step, same, budget, is_word, onward in moves[token]:
            spent = within + step if same else step
            total = cost + step
            if spent <= budget and total <= room * (length + 1 + onward):
                known = new.get(to)
                if known is None or total < known[0] or (total == known[0] and length >= known[2]):
                    new[to] = (total, start, length + 1, spent if is_word else 0.0)
        total = cost + extra
        if within < loops:
            total, within = cost + each, within + 1.0
        elif extra > HEDGE and (length == 1 or whole):
            continue
        if total <= room * (length + rest):
            known = new.get(here)
            if known is None or total < known[0]:
                new[here] = (total, start, length, within)


def _skip(skips: Sequence[Sequence[Move]], new: _Cells, room: float) -> None:
    """A position that was not heard at all, after what was (two in a row are too much)."""
    for here, (cost, start, length, within) in list(new.items()):
        for to, missed, same, budget, _, rest in skips[here]:
            spent = within + missed if same else missed
            total = cost + missed
            if spent <= budget and total <= room * (length + 1 + rest):
                known = new.get(to)
                if known is None or total < known[0]:
                    new[to] = (total, start, length + 1, spent)


def best_apart(found: Sequence[Fit]) -> list[Fit]:
    """The best fits that do not overlap, in order of time."""
    chosen: list[Fit] = []
    for fit in sorted(found, key=lambda one: (-int(one.score * 100.0 + 0.5), -one.length, one.first, one.last)):
        if all(fit.last <= other.first or other.last <= fit.first for other in chosen):
            chosen.append(fit)
    return sorted(chosen)
