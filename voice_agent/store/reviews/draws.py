"""抽查: a random draw of calls for unannounced checks, repeatable from its seed and recorded, so that nobody can say it was aimed."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from voice_agent.errors import NotInStore, StoreError
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Row, Store
from voice_agent.store.failures import whole
from voice_agent.store.people.tree import scope, units_under
from voice_agent.store.people.users import User, get_user
from voice_agent.store.reviews.lots import (
    Barred,
    Per,
    Stratum,
    Weights,
    draw_lots,
    fair_shares,
    parts,
    weights_of,
    whole_shares,
)
from voice_agent.store.reviews.sharing import shared


@dataclass(frozen=True)
class Draw:
    """A recorded draw: ``number`` calls for each of ``per`` out of ``population``, with ``seed``.

    ``calls`` are the store's numbers in the order drawn. ``purpose`` is what people wrote; ``deadline`` a local day or None.
    ``calibration``: 0 an ordinary draw, 1 it is reviewed blind, 2 the meeting settles what differs.
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
    calibration: int = 0


#: Calls of one calibration: each is reviewed by everybody, and the meeting talks about all that differ.
MOST_CALIBRATED = 60


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
    weights: Weights | None = None,
    calibration: bool = False,
    now: float | None = None,
) -> Draw:
    """Draw ``number`` monitored calls for each of ``per`` (in all, if all or weighted) among those chosen, share them out, and record it.

    The same seed and choice (and ``weights``, of windows) over the same calls gives the same draw. ``calibration``: all assignees
    review the same calls, new to each of them. Raises StoreError: nothing to draw from, or no draw that makes sense.
    """
    if number < 1:
        raise StoreError("抽查数量至少为 1")
    people = [get_user(store, one) for one in assignees]
    with store.transaction():
        groups = parts(store, chosen, per, _barred(store, people) if calibration else None)
        if not groups:
            raise StoreError("筛选范围内没有可抽查的通话")
        drawn, strata = _lots(groups, per, number, seed, weights or {})
        if calibration:
            check_calibration(people, sum(map(len, drawn.values())))
        population, moment = sum(map(len, groups.values())), time.time() if now is None else now
        told = (purpose.strip(), deadline.isoformat() if deadline else "", int(calibration))
        draw = _record(store, (*_kind(per), number, _packed(chosen), population, user, moment, *told, seed))
        _record_lots(store, draw, drawn, strata)
        _share_out(store, draw, drawn, () if calibration else assignees)
        if calibration:
            store.write_many("INSERT INTO calibration_people VALUES (?, ?)", [(draw, one.id) for one in people])
    return get_draw(store, draw)


def _lots(
    groups: Mapping[str, Sequence[int]], per: Per, number: int, seed: str, weights: Weights
) -> tuple[dict[str, list[int]], dict[str, tuple[float, int, float]]]:
    """What is drawn of each part; and its weight, its size, and how many were to be expected."""
    sizes = {name: len(calls) for name, calls in groups.items()}
    weighted = weights_of(sizes, weights if per == "weighted" else {})
    shares = _shares(per, sizes, weighted, number)
    strata = {name: (weighted[name], size, shares[name]) for name, size in sizes.items()}
    return draw_lots(groups, whole_shares(shares, seed), seed), strata


def _kind(per: Per) -> tuple[str, Per]:
    """As the column of old knows it, and as it is."""
    return (per if per in ("clerk", "unit") else "all"), per


def _packed(chosen: CallFilter) -> str:
    return json.dumps(chosen.as_params(), ensure_ascii=False)


def _record(store: Store, values: tuple[Any, ...]) -> int:
    draw = store.write(
        "INSERT INTO draws (per, stratum, number, filter, population, made_by, made_at, purpose, deadline, calibration, seed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    ).lastrowid
    assert draw is not None  # noqa: S101 - an insert always has a row id
    return draw


def _record_lots(
    store: Store,
    draw: int,
    drawn: Mapping[str, Sequence[int]],
    strata: Mapping[str, tuple[float, int, float]],
) -> None:
    store.write_many(
        "INSERT INTO draw_strata (draw, name, weight, population, expected, drawn) VALUES (?, ?, ?, ?, ?, ?)",
        [(draw, name, *values, len(drawn[name])) for name, values in strata.items()],
    )


def _share_out(store: Store, draw: int, drawn: Mapping[str, Sequence[int]], assignees: Sequence[int]) -> None:
    stratum = {call: name for name, calls in drawn.items() for call in calls}
    store.write_many(
        "INSERT INTO draw_calls (draw, position, call, assignee, stratum) VALUES (?, ?, ?, ?, ?)",
        [(draw, n, call, who, stratum[call]) for n, (call, who) in enumerate(shared(store, list(stratum), assignees))],
    )


def _shares(per: Per, sizes: Mapping[str, int], weights: Mapping[str, float], number: int) -> dict[str, float]:
    """So many of each part, or of all together."""
    if per in ("all", "weighted"):
        return fair_shares(sizes, weights, number)
    return {name: float(min(number, size)) for name, size in sizes.items()}


def _barred(store: Store, people: Sequence[User]) -> Barred:
    """A calibration takes calls that are new to everybody and that everybody may see."""
    seen = [units for one in people if (units := scope(store, one)) is not None]
    units = frozenset.intersection(*seen) if seen else None
    return Barred([one.id for one in people], [one.job_number for one in people], units)


def check_calibration(people: Sequence[User], calls: int) -> None:
    """Raise StoreError unless so many calls can be reviewed blind by these people."""
    if len(people) < 2:
        raise StoreError("复核校准至少要选两名质检员")
    if calls > MOST_CALIBRATED:
        raise StoreError(f"复核校准每次最多 {MOST_CALIBRATED} 通，这次会抽出 {calls} 通")


def strata_of(store: Store, draw: int) -> list[Stratum]:
    """What a draw was made of, the heaviest part first; none for a draw that was made before this was recorded. Raises StoreError."""
    rows = store.rows(
        "SELECT name, weight, population, drawn, expected FROM draw_strata WHERE draw = ? ORDER BY weight DESC, drawn DESC, name",
        (draw,),
    )
    return [Stratum(*row) for row in rows]


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


def _draw(store: Store, row: Row) -> Draw:
    calls = store.rows("SELECT call FROM draw_calls WHERE draw = ? ORDER BY position", (row["id"],))
    return Draw(
        row["id"], row["seed"], row["stratum"] or row["per"], row["number"], _chosen(row), row["population"],
        row["made_by"], row["made_by_name"], row["made_at"], tuple(call["call"] for call in calls),
        row["purpose"], date.fromisoformat(row["deadline"]) if row["deadline"] else None, row["calibration"],
    )  # fmt: skip
