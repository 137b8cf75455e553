"""How callers rated the service, broken down: always with the number of ratings and of answered calls behind a rate."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Store
from voice_agent.store.people.tree import UNITS_UNDER
from voice_agent.store.statistics.statistics import call_lines

RatedBy = Literal["total", "clerk", "unit", "window"]
_KEYS = {"total": "''", "clerk": "r.clerk", "unit": "r.unit", "window": "r.unit || char(31) || r.window"}


@dataclass(frozen=True)
class RatingLine:
    """Ratings of a clerk, unit or window. ``levels`` maps words to ratings, the best first; ``low`` of them are low.

    ``answered`` are all answered calls, as the statistics count them; ``few``: too few ratings to compare.
    """

    key: str
    label: str
    unit: str
    answered: int
    levels: dict[str, int]
    low: int

    @property
    def rated(self) -> int:
        """Ratings that mean something."""
        return sum(self.levels.values())

    @property
    def share(self) -> float | None:
        """Rated calls among answered ones, 0–1."""
        return self.rated / self.answered if self.answered else None

    @property
    def satisfied(self) -> float | None:
        """Ratings that are not low, 0–1."""
        return (self.rated - self.low) / self.rated if self.rated else None


def rating_lines(store: Store, chosen: CallFilter, by: RatedBy) -> list[RatingLine]:
    """Lines by key; only period and place of the filter count. Raises StoreError."""
    condition, values = _where(chosen)
    found: dict[str, tuple[dict[str, int], int]] = {}
    rows = store.rows(
        f"SELECT {_KEYS[by]} AS key, r.label, min(r.grade) AS grade, sum(r.low) AS low, count(*) AS number FROM ratings r"
        f" WHERE {condition} AND r.grade > 0 GROUP BY 1, 2 ORDER BY 1, 3",
        values,
    )
    for row in rows:
        levels, low = found.get(row["key"], ({}, 0))
        found[row["key"]] = (levels | {row["label"]: row["number"]}, low + row["low"])
    calls = {
        (line.unit + "\x1f" + line.key if by == "window" else line.key): line
        for line in call_lines(store, _plain(chosen), by)
    }
    lines = []
    for key in sorted(found.keys() | calls.keys()):
        levels, low = found.get(key, ({}, 0))
        line = calls.get(key)
        unit, _, name = key.rpartition("\x1f")
        lines.append(
            RatingLine(name, line.label if line else name, unit, line.counts.answered if line else 0, levels, low)
        )
    return [line for line in lines if line.rated or line.answered]


def _plain(chosen: CallFilter) -> CallFilter:
    return CallFilter(chosen.since, chosen.until, chosen.clerk, chosen.unit, chosen.window, node=chosen.node)


def _where(chosen: CallFilter) -> tuple[str, list[Any]]:
    wanted = {
        "r.day >= ?": chosen.since and chosen.since.isoformat(), "r.day <= ?": chosen.until and chosen.until.isoformat(),
        "r.clerk = ?": chosen.clerk, "r.unit = ?": chosen.unit, "r.window = ?": chosen.window, f"r.unit IN ({UNITS_UNDER})": chosen.node,
    }  # fmt: skip
    narrowed = {condition: value for condition, value in wanted.items() if value is not None}
    return " AND ".join(["r.call IS NOT NULL", *narrowed]), list(narrowed.values())
