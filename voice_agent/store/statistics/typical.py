"""The faults of a rule that tell most about it: those that people confirmed, then the surest; none that is still objected to."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from dataclasses import dataclass

from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.calls.findings import StoredFinding, get_finding
from voice_agent.store.database import Store
from voice_agent.store.statistics.breakdown import without_place
from voice_agent.values import FAULTS


@dataclass(frozen=True)
class Typical:
    """A fault with its local day, and the unit that it happened in ('' unknown)."""

    day: str
    unit: str
    found: StoredFinding


def typical_faults(store: Store, chosen: CallFilter, rule: str, *, most: int = 3) -> list[Typical]:
    """At most ``most`` faults of a rule in a period and place, of different clerks where there are enough. Raises StoreError."""
    _, (place, values) = without_place(chosen)
    rows = store.rows(
        f"""SELECT f.id, c.day AS day, coalesce(p.unit, c.unit) AS unit, coalesce(p.clerk, c.clerk) AS clerk
        FROM findings f CROSS JOIN calls c ON c.id = f.call
        LEFT JOIN call_clerks p ON p.call = f.call AND p.position = f.position
        WHERE f.counted = 1 AND f.rule = ? AND f.status IN ({", ".join("?" * len(FAULTS))}) AND f.day BETWEEN ? AND ? AND {place}
        AND NOT EXISTS (SELECT 1 FROM objections o WHERE o.finding = f.id AND o.state = 'open')
        ORDER BY EXISTS (SELECT 1 FROM reviews r WHERE r.finding = f.id) DESC, f.score DESC, f.id DESC LIMIT ?""",
        [rule, *sorted(FAULTS), f"{chosen.since or '0000'}", f"{chosen.until or '9999'}", *values, most * 10],
    )
    first = {row["clerk"]: row["id"] for row in reversed(rows)}
    picked = sorted(rows, key=lambda row: first[row["clerk"]] != row["id"])[:most]
    found = [(row, get_finding(store, row["id"])) for row in picked]
    return [Typical(row["day"], row["unit"], one) for row, one in found if one is not None]
