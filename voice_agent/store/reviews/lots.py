"""Lots: what a draw is made of, how many calls each part gives, and which, always the same for a seed. Pure but for ``parts``."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
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
    """A part of a draw: ``drawn`` of its ``population`` calls; ``name`` is a clerk, unit, unit and window, or hour."""

    name: str
    weight: float
    population: int
    drawn: int

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


def allocate(sizes: Mapping[str, int], weights: Mapping[str, float], number: int) -> dict[str, int]:
    """Share ``number`` out in proportion to size times weight, by the largest remainder, to none more than it has."""
    given = dict.fromkeys(sizes, 0)
    left = min(number, sum(sizes.values()))
    while left:
        free = [name for name in sorted(sizes) if given[name] < sizes[name]]
        whole = sum(sizes[name] * weights[name] for name in free)
        fair = {name: left * sizes[name] * weights[name] / whole for name in free}
        floors = {name: min(int(fair[name]), sizes[name] - given[name]) for name in free}
        if not any(floors.values()):
            ranked = sorted(free, key=lambda name: (-fair[name], name))[:left]
            floors = dict.fromkeys(ranked, 1)
        for name, more in floors.items():
            given[name] += more
            left -= more
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
