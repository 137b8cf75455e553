"""Which objections are meant, and the same as SQL over ``objections o`` and ``calls c``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from voice_agent.store.people.tree import UNITS_UNDER

ObjectionState = Literal["open", "upheld", "rejected", "withdrawn"]


@dataclass(frozen=True)
class ObjectionFilter:
    """A choice of objections; None means any. ``user`` filed it, ``unit`` is that of the call, ``node`` a subtree of units.

    ``appealed``: an appeal against its rejection is open.
    """

    state: ObjectionState | None = None
    user: int | None = None
    call: int | None = None
    unit: str | None = None
    node: str | None = None
    appealed: bool = False


#: The filter that narrows nothing.
EVERY_OBJECTION = ObjectionFilter()


def objections_where(chosen: ObjectionFilter) -> tuple[str, list[Any]]:
    """The condition over ``objections o`` and ``calls c``, with its values."""
    wanted = {
        "o.state = ?": chosen.state,
        "o.user = ?": chosen.user,
        "o.call = ?": chosen.call,
        "c.unit = ?": chosen.unit,
        f"c.unit IN ({UNITS_UNDER})": chosen.node,
    }
    narrowed = {condition: value for condition, value in wanted.items() if value is not None}
    more = ["o.id IN (SELECT objection FROM appeals WHERE state = 'open')"] if chosen.appealed else []
    return " AND ".join([*narrowed, *more]) or "1", list(narrowed.values())
