"""Confirmed faults that nothing has followed from yet, together by clerk and rule; which of them are repeated is a rule kept as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from voice_agent.errors import StoreError
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Store
from voice_agent.store.people.tree import UNITS_UNDER


@dataclass(frozen=True)
class Escalation:
    """``times`` confirmed faults of one rule by one clerk within ``days`` days call for ``measure``."""

    times: int
    days: int
    measure: str


@dataclass(frozen=True)
class Bundle:
    """Confirmed faults of one rule by one clerk in one unit that are in no item; ``times`` of the last days, settled ones included."""

    clerk: str
    name: str
    unit: str
    rule: str
    findings: tuple[int, ...]
    times: int


def escalation(store: Store) -> Escalation:
    """The rule in force. Raises StoreError."""
    row = store.row("SELECT times, days, measure FROM escalation")
    if row is None:
        raise StoreError("没有升级规则")
    return Escalation(row["times"], row["days"], row["measure"])


def save_escalation(store: Store, rule: Escalation) -> None:
    """Change the rule. Raises StoreError naming the field."""
    if not 2 <= rule.times <= 99 or not 1 <= rule.days <= 366 or not rule.measure.strip():
        raise StoreError("次数应为 2–99，天数应为 1–366，措施不能空着")
    store.write("UPDATE escalation SET times = ?, days = ?, measure = ?", (rule.times, rule.days, rule.measure.strip()))


def bundles(store: Store, chosen: CallFilter, *, today: date, limit: int = 50) -> list[Bundle]:
    """What could be rectified in a unit or subtree, the most repeated first. Raises StoreError."""
    # From the decisions outwards: they are few where findings are millions.
    rows = store.rows(
        f"""SELECT coalesce(p.clerk, c.clerk) AS clerk, coalesce(max(k.name), '') AS name, c.unit AS unit, f.rule AS rule,
        group_concat(iif(x.finding IS NULL, f.id, NULL)) AS open, sum(c.day > ?1) AS times
        FROM (SELECT DISTINCT finding FROM reviews) r CROSS JOIN findings f ON f.id = r.finding AND f.counted = 1
        CROSS JOIN calls c ON c.id = f.call LEFT JOIN call_clerks p ON p.call = f.call AND p.position = f.position
        LEFT JOIN rectification_findings x ON x.finding = f.id LEFT JOIN clerks k ON k.job_number = coalesce(p.clerk, c.clerk)
        WHERE f.status IN ('missing', 'late', 'mismatch', 'violated') AND (?2 IS NULL OR c.unit = ?2)
        AND (?3 IS NULL OR c.unit IN ({UNITS_UNDER.replace("?", "?3")})) GROUP BY 1, 3, 4 HAVING open IS NOT NULL
        ORDER BY times DESC, clerk, rule LIMIT ?4""",  # noqa: S608 - no values
        ((today - timedelta(days=escalation(store).days)).isoformat(), chosen.unit, chosen.node, limit),
    )
    return [
        Bundle(
            row["clerk"], row["name"], row["unit"], row["rule"], tuple(int(part) for part in row["open"].split(",")), row["times"]
        )
        for row in rows
    ]  # fmt: skip
