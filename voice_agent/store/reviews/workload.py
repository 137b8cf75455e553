"""工作量: by reviewer, what is open, done and overdue, against the daily quota; and what nobody is responsible for."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from voice_agent.store.database import Store
from voice_agent.store.people.charges import Charge, charge_units, charges_of, quotas
from voice_agent.store.people.users import User
from voice_agent.store.reviews.reminders import waiting_by_unit
from voice_agent.working_days import is_working, last_due_before


@dataclass(frozen=True)
class Load:
    """One reviewer. ``done_today`` and ``done`` (in the period) are calls finished; ``quota`` a day, 0: none was set.

    ``assigned`` calls of draws and calibrations are open, ``assigned_late`` of them past their deadline. ``waiting`` flagged calls lie
    in the units this person is responsible for, ``waiting_late`` of them longer than allowed; None: no units were set.
    """

    user: User
    charges: tuple[Charge, ...]
    quota: int
    done_today: int
    done: int
    expected: int
    assigned: int
    assigned_late: int
    waiting: int | None
    waiting_late: int | None
    decided: int

    @property
    def reached(self) -> float | None:
        """Done of what the quota asks for in the working days of the period, 0 and more; None without a quota."""
        return self.done / self.expected if self.expected else None


@dataclass(frozen=True)
class Unassigned:
    """Flagged calls in units that no reviewer is responsible for."""

    units: int
    waiting: int
    late: int


def loads(
    store: Store, people: Sequence[User], first: date, last: date, *, review_days: int, now: float | None = None
) -> tuple[list[Load], Unassigned]:
    """The reviewers' work between two local days, and what is nobody's. Raises StoreError."""
    moment = time.time() if now is None else now
    today = datetime.fromtimestamp(moment, store.timezone).date()
    begin, end = _midnight(store, first), _midnight(store, last + timedelta(days=1))
    finished, lately = _finished(store, begin, end), _finished(store, _midnight(store, today), moment + 1)
    decided, shares, late = _decided(store, begin, end), _assigned(store, ""), _assigned(store, today.isoformat())
    open_now, open_late = waiting_by_unit(store), waiting_by_unit(store, last_due_before(today, review_days))
    pace, days = quotas(store), sum(is_working(day) for day in _days(first, min(last, today)))
    ours = {one.id: charge_units(store, one.id) for one in people}
    found = [
        Load(
            one, tuple(charges_of(store, one.id)), pace.get(one.id, 0), lately.get(one.id, 0), finished.get(one.id, 0),
            pace.get(one.id, 0) * days, shares.get(one.id, 0), late.get(one.id, 0), _of(open_now, ours[one.id]), _of(open_late, ours[one.id]),
            decided.get(one.id, 0),
        )
        for one in people
    ]  # fmt: skip
    anybody = frozenset().union(*(units for units in ours.values() if units is not None))
    free = [unit for unit, number in open_now.items() if unit not in anybody and number]
    return found, Unassigned(len(free), _of(open_now, frozenset(free)) or 0, _of(open_late, frozenset(free)) or 0)


def overdue_reviewers(store: Store, *, now: float | None = None) -> int:
    """How many reviewers have calls of a draw or calibration past its deadline. Raises StoreError."""
    today = datetime.fromtimestamp(time.time() if now is None else now, store.timezone).date()
    return len(_assigned(store, today.isoformat()))


def _of(numbers: dict[str, int], units: frozenset[str] | None) -> int | None:
    return None if units is None else sum(numbers.get(unit, 0) for unit in units)


def _finished(store: Store, begin: float, end: float) -> dict[int, int]:
    """User → calls finished: closings, and calls reviewed blind."""
    rows = store.rows(
        "SELECT user, count(*) AS number FROM (SELECT user, call FROM closings WHERE kind = 'finish' AND at >= ?1 AND at < ?2"
        " UNION ALL SELECT user, call FROM calibration_done WHERE at >= ?1 AND at < ?2) GROUP BY user",
        (begin, end),
    )
    return {row["user"]: row["number"] for row in rows}


def _decided(store: Store, begin: float, end: float) -> dict[int, int]:
    rows = store.rows(
        "SELECT decided_by, count(*) AS number FROM objections WHERE decided_at >= ? AND decided_at < ? AND decided_by IS NOT NULL"
        " AND state IN ('upheld', 'rejected') GROUP BY decided_by",
        (begin, end),
    )
    return {row["decided_by"]: row["number"] for row in rows}


def _assigned(store: Store, late_on: str) -> dict[int, int]:
    """User → open calls of draws and calibrations; with a day, only those whose deadline lies before it."""
    late = "w.deadline <> '' AND w.deadline < ?1" if late_on else "?1 = ''"
    rows = store.rows(
        f"""SELECT user, sum(number) AS number FROM (
            SELECT d.assignee AS user, count(*) AS number FROM draw_calls d JOIN draws w ON w.id = d.draw
            WHERE d.assignee IS NOT NULL AND d.done_at IS NULL AND {late} GROUP BY d.assignee
            UNION ALL
            SELECT p.user, (SELECT count(*) FROM draw_calls d WHERE d.draw = w.id)
            - (SELECT count(*) FROM calibration_done o WHERE o.draw = w.id AND o.user = p.user)
            FROM calibration_people p JOIN draws w ON w.id = p.draw AND w.calibration = 1 WHERE {late}
        ) GROUP BY user HAVING sum(number) > 0""",
        (late_on,),
    )
    return {row["user"]: row["number"] for row in rows}


def _midnight(store: Store, day: date) -> float:
    return datetime.combine(day, datetime.min.time(), store.timezone).timestamp()


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
