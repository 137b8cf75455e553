"""提醒: what a reviewer has to do by when, the most urgent first: draws, calibrations, objections, calls of the own units."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from voice_agent.store.calls.counting import count_calls
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Store
from voice_agent.store.people.charges import charge_units
from voice_agent.store.people.tree import scope
from voice_agent.store.people.users import User
from voice_agent.store.reviews.calibration import open_calibrations
from voice_agent.store.reviews.draw_work import open_shares
from voice_agent.store.reviews.objection_filters import ObjectionFilter, objections_where
from voice_agent.store.statistics.breakdown import from_sums
from voice_agent.working_days import last_due_before

Kind = Literal["draw", "calibration", "objections", "calls"]


@dataclass(frozen=True)
class Reminder:
    """``open`` things of a kind (``number`` is that of the draw), until the local day ``until`` (None: no day was set).

    ``calls``: what came so long ago that its review is overdue (``until`` is then the last day that is meant), or is due today.
    """

    kind: Kind
    number: int
    open: int
    until: date | None
    overdue: bool
    today: bool

    @property
    def urgent(self) -> bool:
        """Overdue or due today."""
        return self.overdue or self.today


def reminders(store: Store, user: User, *, review_days: int, now: float | None = None) -> list[Reminder]:
    """What this reviewer has to do, overdue first, then by day, what has none last. Raises StoreError."""
    moment = time.time() if now is None else now
    today = datetime.fromtimestamp(moment, store.timezone).date()
    found = [_set("draw", today, *one) for one in open_shares(store, user.id)]
    found += [_set("calibration", today, *one) for one in open_calibrations(store, user.id)]
    found += [*_objections(store, user, today, moment), *_calls(store, user, today, review_days)]
    return sorted(found, key=lambda one: (not one.overdue, not one.today, one.until or date.max, one.kind, one.number))


def _set(kind: Kind, today: date, number: int, left: int, deadline: str) -> Reminder:
    until = date.fromisoformat(deadline) if deadline else None
    return Reminder(kind, number, left, until, until is not None and until < today, until == today)


def _objections(store: Store, user: User, today: date, moment: float) -> list[Reminder]:
    """Open objections that are overdue, and those due until the end of today."""
    tomorrow = datetime.combine(today + timedelta(days=1), datetime.min.time(), store.timezone).timestamp()
    condition, values = objections_where(
        ObjectionFilter(unit=user.unit or None, node=None if user.unit else user.node or None)
    )
    row = store.row(
        "SELECT count(o.deadline <= ? OR NULL) AS late, count(o.deadline > ? OR NULL) AS today FROM objections o"
        f" CROSS JOIN calls c ON c.id = o.call WHERE o.state = 'open' AND o.deadline <= ? AND {condition}",
        [moment, moment, tomorrow, *values],
    )
    late, due = (row["late"], row["today"]) if row else (0, 0)
    made = [Reminder("objections", 0, late, today, overdue=True, today=False)] if late else []
    return made + ([Reminder("objections", 0, due, today, overdue=False, today=True)] if due else [])


def _calls(store: Store, user: User, today: date, review_days: int) -> list[Reminder]:
    """Flagged calls of this person's units whose review is overdue, and those due today."""
    before = last_due_before(today, review_days)
    units = charge_units(store, user.id)
    units = scope(store, user) if units is None else units
    late = waiting(store, before, units)
    due = waiting(store, last_due_before(today + timedelta(days=1), review_days), units) - late
    made = [Reminder("calls", 0, late, before, overdue=True, today=False)] if late else []
    return made + ([Reminder("calls", 0, due, today, overdue=False, today=True)] if due else [])


def waiting(store: Store, until: date | None = None, units: frozenset[str] | None = None) -> int:
    """How many flagged calls of these units (None: all) came until a day. Raises StoreError."""
    if units is None:
        return count_calls(store, CallFilter(until=until, review="waiting"))
    return sum(number for unit, number in waiting_by_unit(store, until).items() if unit in units)


def waiting_by_unit(store: Store, until: date | None = None) -> dict[str, int]:
    """Unit → flagged calls that came until a day. Raises StoreError."""
    sql, values = from_sums("call_tally", ("flagged",), CallFilter(until=until), "unit", "unit", rule=None)
    return {row["key"]: row["flagged"] for row in store.rows(sql, values) if row["flagged"]}
