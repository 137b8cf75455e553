"""抽查: a random draw of calls for unannounced checks, repeatable from its seed and recorded, so that nobody can say it was aimed."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from voice_agent.errors import NotInStore, StoreError
from voice_agent.store.calls.calls import took_part, units_of_call
from voice_agent.store.calls.conditions import where
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Row, Store
from voice_agent.store.failures import whole
from voice_agent.store.people.tree import scope, units_under
from voice_agent.store.people.users import User, get_user

#: What so many calls are drawn of: each clerk, unit, window (of its unit), hour of the day, or all together.
Per = Literal["clerk", "unit", "window", "hour", "all"]
_KEYS: Mapping[Per, str] = {
    "clerk": "c.clerk", "unit": "c.unit", "window": "c.unit || char(31) || c.window", "hour": "c.hour", "all": "''",
}  # fmt: skip


@dataclass(frozen=True)
class Draw:
    """A recorded draw: ``number`` calls for each of ``per`` out of ``population``, with ``seed``.

    ``calls`` are the store's numbers in the order drawn. ``purpose`` is what people wrote; ``deadline`` a local day or None.
    """

    id: int
    seed: str
    per: Per
    number: int
    chosen: CallFilter
    population: int
    made_by: int
    made_by_name: str
    made_at: float
    calls: tuple[int, ...]
    purpose: str = ""
    deadline: date | None = None


def draw_calls(
    store: Store,
    chosen: CallFilter,
    *,
    number: int,
    per: Per,
    seed: str,
    user: int,
    purpose: str = "",
    deadline: date | None = None,
    assignees: Sequence[int] = (),
    now: float | None = None,
) -> Draw:
    """Draw ``number`` monitored calls for each of ``per`` among those chosen, share them out, and record it.

    The same seed and choice over the same calls gives the same draw. Raises StoreError: nothing to draw from.
    """
    if number < 1:
        raise StoreError("抽查数量至少为 1")
    with store.transaction():
        groups = _groups(store, chosen, per)
        population = sum(len(group) for group in groups.values())
        if not population:
            raise StoreError("筛选范围内没有可抽查的通话")
        moment = time.time() if now is None else now
        draw = store.write(
            "INSERT INTO draws (seed, per, stratum, number, filter, population, made_by, made_at, purpose, deadline)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                seed, per if per in ("clerk", "unit") else "all", per, number, json.dumps(chosen.as_params(), ensure_ascii=False),
                population, user, moment, purpose.strip(), deadline.isoformat() if deadline else "",
            ),
        ).lastrowid  # fmt: skip
        drawn = choose(groups, number, seed)
        store.write_many(
            "INSERT INTO draw_calls (draw, position, call, assignee) VALUES (?, ?, ?, ?)",
            [(draw, position, call, who) for position, (call, who) in enumerate(_shared(store, drawn, assignees))],
        )
    return get_draw(store, draw or 0)


def _shared(store: Store, drawn: Sequence[int], assignees: Sequence[int]) -> Iterator[tuple[int, int | None]]:
    """Each call with the assignee who has fewest so far, may see it and was not on it; None where there is nobody."""
    load = dict.fromkeys(assignees, 0)
    people = {who: get_user(store, who) for who in load}
    seen = {who: scope(store, person) for who, person in people.items()}
    for call in drawn:
        units = units_of_call(store, call)
        free = [
            who for who, units_seen in seen.items()
            if (units_seen is None or units & units_seen) and not took_part(store, call, people[who].job_number)
        ]  # fmt: skip
        chosen = min(free, key=load.__getitem__, default=None)
        if chosen is not None:
            load[chosen] += 1
        yield call, chosen


def choose(groups: Mapping[str, Sequence[int]], number: int, seed: str) -> list[int]:
    """``number`` of each group, at random but always the same for a seed. Pure; independent of the order of the calls."""
    drawn: list[int] = []
    for name in sorted(groups):
        # Each group has its own generator: a call more in one unit must not change the draw of another.
        generator = random.Random(f"{seed}\n{name}")  # noqa: S311 - repeatable from its seed, not secret
        calls = sorted(groups[name])
        drawn += generator.sample(calls, min(number, len(calls)))
    return drawn


def get_draw(store: Store, number: int) -> Draw:
    """One draw. Raises StoreError when there is none."""
    row = store.row(f"{_SELECT} WHERE d.id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的抽查")
    return _draw(store, row)


def list_draws(store: Store, *, viewer: User | None = None, limit: int = 50, offset: int = 0) -> list[Draw]:
    """Draws (that somebody may see), the latest first. Raises StoreError."""
    rows = store.rows(f"{_SELECT} ORDER BY d.id DESC")
    seen = [row for row in rows if viewer is None or may_see_draw(store, viewer, _chosen(row))]
    return [_draw(store, row) for row in seen[offset : offset + limit]]


def may_see_draw(store: Store, viewer: User, chosen: CallFilter) -> bool:
    """Only draws from within what somebody may see are that person's. Raises StoreError."""
    seen = scope(store, viewer)
    if seen is None or chosen.unit in seen:
        return True
    return chosen.node is not None and viewer.node != "" and units_under(store, chosen.node) <= seen


@whole("抽查条件")
def _chosen(row: Row) -> CallFilter:
    return CallFilter.from_params(json.loads(row["filter"]))


_SELECT = "SELECT d.*, u.name AS made_by_name FROM draws d JOIN users u ON u.id = d.made_by"


def _groups(store: Store, chosen: CallFilter, per: Per) -> dict[str, list[int]]:
    condition, values = where(chosen)
    groups: dict[str, list[int]] = {}
    sql = f"SELECT c.id, {_KEYS[per]} AS name FROM calls c WHERE c.coverage = 'monitored' AND {condition}"  # noqa: S608 - no values
    for row in store.rows(sql, values):
        groups.setdefault(str(row["name"]), []).append(row["id"])
    return groups


def _draw(store: Store, row: Row) -> Draw:
    calls = store.rows("SELECT call FROM draw_calls WHERE draw = ? ORDER BY position", (row["id"],))
    return Draw(
        row["id"], row["seed"], row["stratum"] or row["per"], row["number"], _chosen(row), row["population"],
        row["made_by"], row["made_by_name"], row["made_at"], tuple(call["call"] for call in calls),
        row["purpose"], date.fromisoformat(row["deadline"]) if row["deadline"] else None,
    )  # fmt: skip
