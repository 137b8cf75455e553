"""Lots: what a draw is made of, how many calls each part gives, and which, always the same for a seed. Pure but for ``parts``."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

from voice_agent.store.calls.conditions import marks, where
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Store

#: What so many calls are drawn of: each clerk, unit, window (of its unit), hour of the day, all together, or all with windows weighted.
Per = Literal["clerk", "unit", "window", "hour", "all", "weighted"]
_WINDOW = "c.unit || char(31) || c.window"
_KEYS: Mapping[Per, str] = {
    "clerk": "c.clerk", "unit": "c.unit", "window": _WINDOW, "hour": "c.hour", "all": "''", "weighted": _WINDOW,
}  # fmt: skip
#: (unit, window) → how much likelier than others each of its calls is drawn; windows that do not stand in it have 1.
Weights = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Stratum:
    """A part of a draw: ``drawn`` of its ``population`` calls, where ``expected`` were to be expected; ``name`` is a clerk, unit, unit
    and window, or hour."""

    name: str
    weight: float
    population: int
    drawn: int
    expected: float

    @property
    def silent(self) -> bool:
        """Nothing was drawn of it, and nothing was meant to be."""
        return not self.drawn and self.weight == 1.0

    @property
    def label(self) -> str:
        """The name for people."""
        return self.name.replace("\x1f", " ").strip() or "全部"


@dataclass(frozen=True)
class Barred:
    """Calls that must not be drawn: not new to ``reviewers``, ``clerks``' own, or outside ``units`` (None: there are no bounds)."""

    reviewers: Collection[int] = ()
    clerks: Collection[str] = ()
    units: Collection[str] | None = None


def parts(store: Store, chosen: CallFilter, per: Per, barred: Barred | None = None) -> dict[str, list[int]]:
    """The monitored calls to draw from, by part. Raises StoreError."""
    condition, values = where(chosen)
    sql = f"SELECT c.id, {_KEYS[per]} AS name FROM calls c WHERE c.coverage = 'monitored' AND {condition}"
    if barred is not None:
        known, own = list(barred.reviewers), [one for one in barred.clerks if one]
        sql += f" AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.call = c.id AND r.reviewer IN ({marks(known)}))"
        sql += f" AND NOT EXISTS (SELECT 1 FROM call_clerks p WHERE p.call = c.id AND p.clerk IN ({marks(own)}))"
        values = [*values, *known, *own]
        if barred.units is not None:
            sql, values = f"{sql} AND c.unit IN ({marks(list(barred.units))})", [*values, *barred.units]
    found: dict[str, list[int]] = {}
    for row in store.rows(sql, values):
        found.setdefault(str(row["name"]), []).append(row["id"])
    return found


def weights_of(names: Collection[str], weights: Weights) -> dict[str, float]:
    """The weight of each window that calls are drawn from."""
    return {name: float(weights.get((name.partition("\x1f")[0], name.partition("\x1f")[2]), 1.0)) for name in names}


def fair_shares(sizes: Mapping[str, int], weights: Mapping[str, float], number: int) -> dict[str, float]:
    """How many calls each part may expect of ``number`` if every call's chance is in proportion to its part's weight; at most all it has."""
    shares: dict[str, float] = {}
    left, free = float(min(number, sum(sizes.values()))), set(sizes)
    while free:
        whole = sum(sizes[name] * weights[name] for name in free)
        full = {name for name in free if left * weights[name] >= whole}
        for name in full or free:
            shares[name] = float(sizes[name]) if full else left * sizes[name] * weights[name] / whole
        left -= sum(sizes[name] for name in full)
        free = free - full if full else set()
    return shares


def whole_shares(shares: Mapping[str, float], seed: str) -> dict[str, int]:
    """Whole numbers that add up to the shares, each one of the two next to its share, in the mean exactly it (systematic sampling).

    By the largest remainder small parts would never be drawn from; chance decides, the same for a seed.
    """
    generator = random.Random(f"{seed}\n")  # noqa: S311 - repeatable from its seed, not secret
    names = sorted(shares)
    generator.shuffle(names)
    given, reached, point = {}, 0.0, generator.random()
    for name in names:
        # Sums of fractions miss whole numbers by a hair.
        reached = round(reached + shares[name], 9)
        given[name] = max(0, ceil(reached - point))
        point += given[name]
    return given


def draw_lots(groups: Mapping[str, Sequence[int]], numbers: Mapping[str, int], seed: str) -> dict[str, list[int]]:
    """So many of each group, at random but always the same for a seed; independent of the order of the calls."""
    drawn = {}
    for name in sorted(groups):
        # Each group has its own generator: a call more in one unit must not change the draw of another.
        generator = random.Random(f"{seed}\n{name}")  # noqa: S311 - repeatable from its seed, not secret
        calls = sorted(groups[name])
        drawn[name] = generator.sample(calls, min(numbers[name], len(calls)))
    return drawn
