"""The faults of a rule that tell most about it: those that people confirmed, then the surest; none that is still objected to."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from dataclasses import dataclass

from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.calls.findings import StoredFinding, get_finding
from voice_agent.store.database import Row, Store
from voice_agent.store.statistics.breakdown import without_place
from voice_agent.values import FAULTS


@dataclass(frozen=True)
class Typical:
    """A fault with its local day, and the unit that it happened in ('' unknown)."""

    day: str
    unit: str
    found: StoredFinding


#: Faults of each kind, the latest, among which the surest are sought: all of a year would take a second.
_LATEST = 100
_FROM = """findings f CROSS JOIN calls c ON c.id = f.call LEFT JOIN call_clerks p ON p.call = f.call AND p.position = f.position"""
_COLUMNS = "f.id, f.score, c.day AS day, coalesce(p.unit, c.unit) AS unit, coalesce(p.clerk, c.clerk) AS clerk"
_SETTLED = "NOT EXISTS (SELECT 1 FROM objections o WHERE o.finding = f.id AND o.state = 'open')"


def typical_faults(store: Store, chosen: CallFilter, rule: str, *, most: int = 3) -> list[Typical]:
    """At most ``most`` faults of a rule in a period and place, of different clerks where there are enough. Raises StoreError."""
    _, (place, values) = without_place(chosen)
    days = [f"{chosen.since or '0000'}", f"{chosen.until or '9999'}"]
    rows: list[tuple[bool, Row]] = []
    for status in sorted(FAULTS):
        wanted = [rule, status, *days, *values]
        condition = (
            f"f.counted = 1 AND f.rule = ? AND f.status = ? AND f.day BETWEEN ? AND ? AND {place} AND {_SETTLED}"
        )
        # From the decisions outwards: they are few where findings are millions.
        confirmed = f"(SELECT DISTINCT finding FROM reviews) r CROSS JOIN {_FROM.replace('findings f', 'findings f ON f.id = r.finding', 1)}"
        rows += [(False, row) for row in store.rows(f"SELECT {_COLUMNS} FROM {confirmed} WHERE {condition}", wanted)]
        latest = f"SELECT {_COLUMNS} FROM {_FROM} WHERE {condition} ORDER BY f.day DESC LIMIT {_LATEST}"
        rows += [(True, row) for row in store.rows(latest, wanted)]
    ordered = {row["id"]: row for _, row in sorted(rows, key=lambda one: (one[0], -one[1]["score"], -one[1]["id"]))}
    first: dict[str, int] = {}
    for row in ordered.values():
        first.setdefault(row["clerk"], row["id"])
    picked = sorted(ordered.values(), key=lambda row: first[row["clerk"]] != row["id"])[:most]
    found = [(row, get_finding(store, row["id"])) for row in picked]
    return [Typical(row["day"], row["unit"], one) for row, one in found if one is not None]
