"""The dynamic programme that lays a pattern over heard syllables and says how well it fits.

Only positions that can still lead to a good enough match are kept, so that most syllables cost next to nothing.
(Nearly all the time of a judgement is spent here: hence plain tuples and few calls.)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from voice_agent.judging.automaton import Automaton, Move

#: What a syllable costs that the pattern does not have; hedges and stutters are nearly free.
_EXTRA, _HEDGE = 0.55, 0.12
#: Cost so far, first syllable, length of the pattern so far, cost within the present word or syllables taken by the slot.
_Cell = tuple[float, int, int, float]
_Cells = dict[int, _Cell]


@dataclass(frozen=True)
class Heard:
    """What patterns are laid over. ``spans``: slot → first syllable of a filling → ends (exclusive) of those fillings."""

    sounds: Sequence[str]
    hedges: Collection[int]
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
    sounds, openings = heard.sounds, automaton.openings
    for place in range(first, last):
        sound = sounds[place]
        new: _Cells = {here: (cost, place, 1, within) for here, cost, within in openings[sound]}
        _open_spans(automaton, heard, filled, place)
        if cells:
            _advance(automaton, heard, cells, new, filled, place, room)
        for here, cell in filled.pop(place, {}).items() if filled else ():
            new.setdefault(here, cell)
        if new:
            _skip(automaton, new, room)
            _collect(automaton, new, place + 1, room, found)
        cells = new
    return found


def _open_spans(automaton: Automaton, heard: Heard, filled: dict[int, _Cells], place: int) -> None:
    """Matches that begin with a looked-up slot at ``place``: alive where its filling ends."""
    for here, slot in automaton.span_openings:
        for end in heard.spans[slot].get(place, ()):
            filled.setdefault(end - 1, {}).setdefault(here, (0.0, place, 1, 0.0))


def _fill(heard: Heard, filled: dict[int, _Cells], move: Move, cell: _Cell, place: int) -> None:
    """A looked-up slot inside a match that begins at ``place``."""
    for end in heard.spans[move.span].get(place, ()):
        waiting = filled.setdefault(end - 1, {})
        if move.to not in waiting or cell[0] < waiting[move.to][0]:
            waiting[move.to] = (cell[0], cell[1], cell[2] + 1, 0.0)


def _advance(
    automaton: Automaton, heard: Heard, old: _Cells, new: _Cells, filled: dict[int, _Cells], place: int, room: float
) -> None:
    """Every way that ``old`` can go on with the syllable at ``place``: the next position, the same slot, an extra syllable."""
    sound = heard.sounds[place]
    extra = _HEDGE if place in heard.hedges else _EXTRA
    for here, cell in old.items():
        cost, start, length, within = cell
        for move in automaton.moves[here]:
            to, costs, same, budget, is_word, rest, _, span = move
            if span:
                _fill(heard, filled, move, cell, place)
                continue
            step = costs[sound]
            spent = within + step if same else step
            total = cost + step
            if spent <= budget and total <= room * (length + 1 + rest):
                known = new.get(to)
                if known is None or (total, -length - 1) < (known[0], -known[2]):
                    new[to] = (total, start, length + 1, spent if is_word else 0.0)
        costs, loops = automaton.loops[here]
        total = cost + extra
        if within < loops and (looped := cost + costs[sound]) < total:
            total, within = looped, within + 1.0
        if total <= room * (length + automaton.rests[here]):
            known = new.get(here)
            if known is None or total < known[0]:
                new[here] = (total, start, length, within)


def _skip(automaton: Automaton, new: _Cells, room: float) -> None:
    """Positions that were not heard at all, after what was."""
    waiting = list(new)
    for here in waiting:
        cost, start, length, within = new[here]
        for to, _, same, budget, _, rest, missed, _ in automaton.moves[here]:
            spent = (within if same else 0.0) + missed
            total = cost + missed
            if spent <= budget and total <= room * (length + 1 + rest):
                known = new.get(to)
                if known is None or total < known[0]:
                    new[to] = (total, start, length + 1, spent)
                    waiting.append(to)


def _collect(automaton: Automaton, cells: _Cells, last: int, room: float, found: list[Fit]) -> None:
    for here, (cost, start, length, _) in cells.items():
        if here in automaton.ends and cost <= room * length:
            found.append(Fit(start, last, 1.0 - cost / length, length))


def best_apart(found: Sequence[Fit]) -> list[Fit]:
    """The best fits that do not overlap, in order of time."""
    chosen: list[Fit] = []
    for fit in sorted(found, key=lambda one: (-round(one.score, 2), -one.length, one.first, one.last)):
        if all(fit.last <= other.first or other.last <= fit.first for other in chosen):
            chosen.append(fit)
    return sorted(chosen)
