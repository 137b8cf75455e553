"""差评回访: what follows from a low rating: who looks into it until when, and what came of it."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from voice_agent.errors import NotInStore, StoreError
from voice_agent.store.database import Row, Store
from voice_agent.store.people.tree import UNITS_UNDER
from voice_agent.store.people.users import get_user

FollowUpOutcome = Literal["founded", "unfounded", "unreachable"]
FOLLOW_UP_OUTCOMES: Mapping[str, str] = {
    "founded": "问题属实，已整改", "unfounded": "不属于服务问题", "unreachable": "联系不上服务对象",
}  # fmt: skip


@dataclass(frozen=True)
class FollowUp:
    """One follow-up of a low rating (``label``, ``rated_at``); ``assignee`` None: nobody yet; ``outcome`` '' while open."""

    id: int
    rating: int
    call: int
    call_id: str
    clerk: str
    clerk_name: str
    unit: str
    window: str
    label: str
    rated_at: float
    due: date
    assignee: int | None
    assignee_name: str
    outcome: FollowUpOutcome | Literal[""]
    answer: str
    closed_by_name: str
    closed_at: float | None

    def late(self, today: date) -> bool:
        """Still open on the day after it was due."""
        return not self.outcome and today > self.due


@dataclass(frozen=True)
class FollowUpFilter:
    """A choice of follow-ups; None means any. ``open``: without an outcome."""

    open: bool | None = None
    clerk: str | None = None
    unit: str | None = None
    node: str | None = None


_FROM = "follow_ups f JOIN ratings r ON r.id = f.rating JOIN calls c ON c.id = r.call"
_SELECT = f"""SELECT f.*, r.call, c.call_id, r.clerk, coalesce(k.name, '') AS clerk_name, r.unit, r.window, r.label, r.at AS rated_at,
    coalesce(a.name, '') AS assignee_name, coalesce(d.name, '') AS closed_by_name FROM {_FROM}
    LEFT JOIN clerks k ON k.job_number = r.clerk AND r.clerk <> '' LEFT JOIN users a ON a.id = f.assignee LEFT JOIN users d ON d.id = f.closed_by"""


def list_follow_ups(store: Store, chosen: FollowUpFilter, *, limit: int = 100, offset: int = 0) -> list[FollowUp]:
    """Follow-ups, the open ones by urgency, then the closed ones, the latest first. Raises StoreError."""
    condition, values = _where(chosen)
    order = "f.outcome <> '', iif(f.outcome = '', f.due, ''), -coalesce(f.closed_at, 0), f.id"
    rows = store.rows(f"{_SELECT} WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?", [*values, limit, offset])
    return [_follow_up(row) for row in rows]


def count_follow_ups(store: Store, chosen: FollowUpFilter) -> int:
    """How many are chosen. Raises StoreError."""
    condition, values = _where(chosen)
    return int(store.value(f"SELECT count(*) FROM {_FROM} WHERE {condition}", values))


def get_follow_up(store: Store, number: int) -> FollowUp:
    """One follow-up. Raises NotInStore."""
    row = store.row(f"{_SELECT} WHERE f.id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的差评回访")
    return _follow_up(row)


def assign(store: Store, number: int, assignee: int, due: date, *, today: date) -> None:
    """Say who looks into it until when. Raises StoreError: closed already, a day that is past, somebody who cannot."""
    with store.transaction():
        if get_follow_up(store, number).outcome:
            raise StoreError("这项回访已经办结")
        if due < today:
            raise StoreError("回访期限不能早于今天")
        person = get_user(store, assignee)
        if person.disabled or person.role not in ("reviewer", "supervisor"):
            raise StoreError("回访由质检员或主管负责")
        store.write("UPDATE follow_ups SET assignee = ?, due = ? WHERE id = ?", (assignee, due.isoformat(), number))


def close_follow_up(
    store: Store, number: int, user: int, outcome: FollowUpOutcome, answer: str, *, now: float | None = None
) -> None:
    """Say what came of it. Raises StoreError: closed already, or without words."""
    with store.transaction():
        if get_follow_up(store, number).outcome:
            raise StoreError("这项回访已经办结")
        if not answer.strip():
            raise StoreError("请写明回访情况")
        store.write(
            "UPDATE follow_ups SET outcome = ?, answer = ?, closed_by = ?, closed_at = ? WHERE id = ?",
            (outcome, answer.strip(), user, time.time() if now is None else now, number),
        )


def _where(chosen: FollowUpFilter) -> tuple[str, list[Any]]:
    wanted = {"r.clerk = ?": chosen.clerk, "r.unit = ?": chosen.unit, f"r.unit IN ({UNITS_UNDER})": chosen.node}
    narrowed = {condition: value for condition, value in wanted.items() if value is not None}
    state = [] if chosen.open is None else ["f.outcome = ''" if chosen.open else "f.outcome <> ''"]
    return " AND ".join([*narrowed, *state]) or "1", list(narrowed.values())


def _follow_up(row: Row) -> FollowUp:
    values = {name: row[name] for name in FollowUp.__dataclass_fields__}
    return FollowUp(**values | {"due": date.fromisoformat(row["due"])})
