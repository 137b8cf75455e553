"""Probabilities of syllables → where an act is done: runs of syllables that may belong to a clause that does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from voice_agent.acts.learned.encode import LONG_PAUSE, Spurt, Tokens
from voice_agent.acts.learned.network import ActNetwork, Matrix
from voice_agent.values import Channel

#: A run holds syllables at least this probable (before calibration), or at least this share of its own best one.
FLOOR, SHARE = 0.02, 0.55
#: Syllables less probable than that do not part a run when they are no more than this in a row.
_BRIDGE = 2


@dataclass(frozen=True)
class Run:
    """Places ``first`` to ``last`` (exclusive) of a side's stream; ``raw`` is the network's highest probability there."""

    first: int
    last: int
    raw: float


def runs_of(network: ActNetwork, tokens: Tokens) -> Mapping[tuple[Channel, str], list[Run]]:
    """Side and act → where that side does the act, in order."""
    probabilities = network.probabilities(tokens)
    found: dict[tuple[Channel, str], list[Run]] = {}
    for spurt, begin in zip(tokens.spurts, tokens.begins, strict=True):
        rows = probabilities[begin : begin + spurt.last - spurt.first]
        best = rows.max(0)
        for number in (best >= FLOOR).nonzero()[0]:
            side, act = network.names.acts[number].split(":")
            if spurt.channel in {side, "mixed"}:
                paused = tokens.pauses[begin : begin + len(rows)]
                found.setdefault((spurt.channel, act), []).extend(_runs(rows[:, number], spurt, paused))
    return found


def _runs(column: Matrix, spurt: Spurt, paused: Sequence[int]) -> Iterator[Run]:
    floor = max(FLOOR, SHARE * float(column.max()))
    places = (column >= floor).nonzero()[0]
    first = last = int(places[0])
    for place in (int(one) for one in places[1:]):
        if place > last + _BRIDGE + 1 or max(paused[last + 1 : place + 1]) >= LONG_PAUSE:
            yield Run(spurt.first + first, spurt.first + last + 1, float(column[first : last + 1].max()))
            first = place
        last = place
    yield Run(spurt.first + first, spurt.first + last + 1, float(column[first : last + 1].max()))
