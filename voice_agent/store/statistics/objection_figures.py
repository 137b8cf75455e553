"""How objections end: by rule, and by whoever had judged before. A rule or a reviewer that is often wrong is to be looked at."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from dataclasses import dataclass

from voice_agent.store.database import Store
from voice_agent.store.reviews.objection_filters import ObjectionFilter, objections_where

_OUTCOME = "coalesce(a.state, o.state)"
_FROM = "objections o CROSS JOIN calls c ON c.id = o.call CROSS JOIN findings f ON f.id = o.finding LEFT JOIN appeals a ON a.objection = o.id"


@dataclass(frozen=True)
class OutcomeLine:
    """``key``: a rule, or the name of a reviewer ('' where nobody had reviewed before). An appeal's outcome counts for its objection."""

    key: str
    filed: int
    upheld: int
    rejected: int
    late: int

    @property
    def rate(self) -> float | None:
        """Upheld of those decided, 0–1; None when none was."""
        decided = self.upheld + self.rejected
        return self.upheld / decided if decided else None


def outcomes_by_rule(store: Store, chosen: ObjectionFilter) -> list[OutcomeLine]:
    """Most objected first. Raises StoreError."""
    return _lines(store, chosen, "f.rule")


def outcomes_by_reviewer(store: Store, chosen: ObjectionFilter) -> list[OutcomeLine]:
    """By whoever had last decided about the finding before the objection. Raises StoreError."""
    before = """coalesce((SELECT u.name FROM reviews r JOIN users u ON u.id = r.reviewer WHERE r.finding = o.finding
        AND r.decision <> 'objection' AND r.at <= o.filed_at ORDER BY r.id DESC LIMIT 1), '')"""
    return _lines(store, chosen, before)


def _lines(store: Store, chosen: ObjectionFilter, key: str) -> list[OutcomeLine]:
    condition, values = objections_where(chosen)
    rows = store.rows(
        f"""SELECT {key} AS key, count(*) AS filed, total({_OUTCOME} = 'upheld') AS upheld, total({_OUTCOME} = 'rejected') AS rejected,
        total(o.decided_at > o.deadline) AS late FROM {_FROM} WHERE {condition} AND o.state <> 'withdrawn' GROUP BY 1
        ORDER BY 2 DESC, 1""",
        values,
    )
    return [
        OutcomeLine(row["key"], row["filed"], int(row["upheld"]), int(row["rejected"]), int(row["late"]))
        for row in rows
    ]
