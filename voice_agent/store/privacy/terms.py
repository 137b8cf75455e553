"""How long each kind is kept, unit by unit, and emptying what is past its time."""
# ruff: noqa: S608 - statements are put together from this file's own words; values travel as parameters

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from voice_agent.store.database import Store
from voice_agent.store.people.audit import log_act
from voice_agent.store.privacy.kinds import KIND_NAMES, Kind, empty

_DAY = 86400.0


@dataclass(frozen=True)
class Terms:
    """Days for which a kind is kept (0: for ever): ``usual``, and those of units that have their own."""

    usual: Mapping[Kind, int]
    units: Mapping[str, Mapping[Kind, int]] = field(default_factory=dict)

    def own(self, kind: Kind) -> dict[str, int]:
        """Units with a term of their own for this kind."""
        return {unit: days[kind] for unit, days in self.units.items() if kind in days}


def list_due(store: Store, terms: Terms, kind: Kind, *, limit: int = 500, now: float | None = None) -> list[int]:
    """Calls whose data of this kind are past their time and still there, the oldest first. Raises StoreError."""
    moment, own = time.time() if now is None else now, terms.own(kind)
    groups = [(days, f"c.unit = ?{4}", unit) for unit, days in own.items()]
    names = ", ".join(f"?{number}" for number in range(4, 4 + len(own)))
    due: list[int] = []
    for days, condition, unit in [*groups, (terms.usual.get(kind, 0), f"c.unit NOT IN ({names})", None)]:
        if days > 0 and len(due) < limit:
            values = [moment - days * _DAY, kind, limit - len(due), *([unit] if unit is not None else own)]
            due += [
                row["id"]
                for row in store.rows(
                    f"SELECT c.id FROM calls c WHERE c.started < ?1 AND c.ended < ?1 AND {condition} AND NOT EXISTS"
                    " (SELECT 1 FROM purged p WHERE p.call = c.id AND p.kind = ?2) ORDER BY c.started LIMIT ?3",
                    values,
                )
            ]
    return due


def purge(
    store: Store,
    kind: Kind,
    calls: list[int],
    *,
    user: int | None = None,
    username: str = "自动清理",
    now: float | None = None,
) -> int:
    """Empty one kind of these calls, remember it, and write it down. Returns how many places held something. Raises StoreError."""
    if not calls:
        return 0
    moment = time.time() if now is None else now
    store.write("PRAGMA secure_delete = ON")
    with store.transaction():
        number = sum(empty(store, kind, call) for call in calls)
        store.write_many("INSERT OR REPLACE INTO purged VALUES (?, ?, ?)", [(call, kind, moment) for call in calls])
        if kind == "transcript":
            # Full text keeps deleted words in its older segments until they are merged.
            store.write("INSERT INTO speech (speech) VALUES ('optimize')")
        log_act(
            store,
            "retention",
            "",
            user=user,
            username=username,
            detail=f"{KIND_NAMES[kind]}：{len(calls)} 通",
            now=moment,
        )
    return number
