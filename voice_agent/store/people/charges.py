"""分工: which part of the hierarchy or which units a reviewer is responsible for, and how many calls a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from voice_agent.errors import StoreError
from voice_agent.store.database import Store
from voice_agent.store.people.tree import get_node, scope, units_under
from voice_agent.store.people.users import get_user

#: Calls a day that anybody could be asked for.
MOST_A_DAY = 500


@dataclass(frozen=True)
class Charge:
    """A unit by its name, or a node with all units under it by its code."""

    kind: Literal["node", "unit"]
    name: str


def set_charges(store: Store, user: int, charges: Sequence[Charge], quota: int) -> None:
    """What a reviewer is responsible for (nothing: everything) and how many calls a day (0: nobody said).

    Raises StoreError: nobody's node or unit, one that this person may not see, a quota that is none, somebody who is no reviewer.
    """
    if not 0 <= quota <= MOST_A_DAY:
        raise StoreError(f"每天的定额应为 0–{MOST_A_DAY} 通")
    with store.transaction():
        person = get_user(store, user)
        if person.role != "reviewer":
            raise StoreError(f"{person.name} 不是质检员，不能分工")
        seen = scope(store, person)
        for charge in charges:
            units = _known_units(store, charge)
            if seen is not None and not units & seen:
                raise StoreError(f"{person.name} 看不到 {charge.name} 的通话，不能分给他")
        store.write("DELETE FROM charges WHERE user = ?", (user,))
        store.write_many(
            "INSERT OR IGNORE INTO charges VALUES (?, ?, ?)", [(user, one.kind, one.name) for one in charges]
        )
        store.write("UPDATE users SET quota = ? WHERE id = ?", (quota, user))


def charges_of(store: Store, user: int) -> list[Charge]:
    """What a reviewer is responsible for; none: everything that this person sees. Raises StoreError."""
    rows = store.rows("SELECT kind, name FROM charges WHERE user = ? ORDER BY kind, name", (user,))
    return [Charge(row["kind"], row["name"]) for row in rows]


def charge_units(store: Store, user: int) -> frozenset[str] | None:
    """The units that a reviewer is responsible for; None: nobody said, so all. Raises StoreError."""
    charges = charges_of(store, user)
    if not charges:
        return None
    return frozenset().union(*(_units(store, one) for one in charges))


def quotas(store: Store) -> dict[int, int]:
    """User → calls a day, for those who have a quota. Raises StoreError."""
    return {row["id"]: row["quota"] for row in store.rows("SELECT id, quota FROM users WHERE quota > 0")}


def _known_units(store: Store, charge: Charge) -> frozenset[str]:
    """The units of a charge. Raises StoreError when there is no such node or unit."""
    if charge.kind == "node":
        get_node(store, charge.name)
    elif store.value("SELECT 1 FROM units WHERE name = ?", (charge.name,)) is None:
        raise StoreError(f"没有单位 {charge.name}")
    return _units(store, charge)


def _units(store: Store, charge: Charge) -> frozenset[str]:
    return frozenset({charge.name}) if charge.kind == "unit" else units_under(store, charge.name)
