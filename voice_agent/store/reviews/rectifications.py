"""整改: what is to be done about confirmed faults, by whom, until when, with what proof, and who accepted it."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from voice_agent.errors import AccessError, NotInStore, StoreError
from voice_agent.store.calls.findings import get_finding
from voice_agent.store.database import Row, Store
from voice_agent.store.people.tree import UNITS_UNDER
from voice_agent.store.people.users import get_user
from voice_agent.values import FAULTS

ItemState = Literal["open", "submitted", "accepted"]


@dataclass(frozen=True)
class Item:
    """One rectification of ``faults`` confirmed faults of a rule; ``clerk`` '' where several are meant. Times unix seconds.

    ``open``: to be done (or returned, then ``remark`` says why); ``submitted``: done, with ``proof``; ``accepted``: settled.
    """

    id: int
    rule: str
    clerk: str
    clerk_name: str
    unit: str
    what: str
    due: date
    state: ItemState
    proof: str
    made_by: int
    made_by_name: str
    made_at: float
    submitted_by: int | None
    submitted_at: float | None
    decided_by_name: str
    decided_at: float | None
    remark: str
    faults: int

    def late(self, today: date) -> bool:
        """Not settled on the day after it was due."""
        return self.state != "accepted" and today > self.due


@dataclass(frozen=True)
class ItemFilter:
    """A choice of items; None means any. ``since``/``until`` are unix seconds of their making."""

    state: ItemState | None = None
    clerk: str | None = None
    unit: str | None = None
    node: str | None = None
    since: float | None = None
    until: float | None = None


_SELECT = """SELECT i.*, coalesce(k.name, '') AS clerk_name, m.name AS made_by_name, coalesce(d.name, '') AS decided_by_name,
    (SELECT count(*) FROM rectification_findings x WHERE x.rectification = i.id) AS faults
    FROM rectifications i JOIN users m ON m.id = i.made_by LEFT JOIN users d ON d.id = i.decided_by
    LEFT JOIN clerks k ON k.job_number = i.clerk AND i.clerk <> ''"""


def open_item(
    store: Store, findings: Sequence[int], user: int, what: str, *, due: date, today: date, now: float | None = None
) -> int:
    """Open an item for confirmed faults of one rule in one unit. Returns its number.

    Raises StoreError: none, not confirmed by a person, of several rules or units, already in an item, no text, a day that is past.
    """
    if not what.strip():
        raise StoreError("请写明整改要求")
    if due < today:
        raise StoreError("整改期限不能早于今天")
    with store.transaction():
        rule, unit, clerk = _common(store, findings)
        number = store.write(
            "INSERT INTO rectifications (rule, clerk, unit, what, due, state, made_by, made_at) VALUES (?, ?, ?, ?, ?, 'open', ?, ?)",
            (rule, clerk, unit, what.strip(), due.isoformat(), user, _now(now)),
        ).lastrowid
        assert number is not None  # noqa: S101 - an insert always has a row id
        try:
            store.write_many("INSERT INTO rectification_findings VALUES (?, ?)", [(number, one) for one in findings])
        except sqlite3.IntegrityError as error:
            raise StoreError("其中有问题已经在另一项整改里") from error
    return number


def _common(store: Store, findings: Sequence[int]) -> tuple[str, str, str]:
    """Rule, unit and clerk ('' several) of the findings."""
    found = [get_finding(store, number) for number in findings]
    if not found or any(one is None or not one.reviewed or one.finding.status not in FAULTS for one in found):
        raise StoreError("只有经人工确认的问题可以列入整改")
    known = [one for one in found if one is not None]
    units = {store.value("SELECT unit FROM calls WHERE id = ?", (one.call,)) for one in known}
    rules, clerks = {one.finding.rule for one in known}, {one.clerk for one in known}
    if len(rules) > 1 or len(units) > 1:
        raise StoreError("一项整改只包括一个单位的一条要求")
    return rules.pop(), str(units.pop()), clerks.pop() if len(clerks) == 1 else ""


def submit(store: Store, number: int, user: int, proof: str, *, now: float | None = None) -> None:
    """Say what was done. Raises AccessError (another clerk's item), StoreError (not open, no text)."""
    with store.transaction():
        item, person = get_item(store, number), get_user(store, user)
        if person.role == "staff" and person.job_number != item.clerk:
            raise AccessError("只能提交自己的整改")
        if item.state != "open":
            raise StoreError("这项整改已经提交")
        if not proof.strip():
            raise StoreError("请写明整改情况")
        store.write(
            "UPDATE rectifications SET state = 'submitted', proof = ?, submitted_by = ?, submitted_at = ? WHERE id = ?",
            (proof.strip(), user, _now(now), number),
        )


def decide_item(
    store: Store, number: int, user: int, *, accepted: bool, remark: str = "", now: float | None = None
) -> None:
    """Accept what was done, or return it. Raises AccessError (one's own submission), StoreError (not submitted, no reason)."""
    with store.transaction():
        item = get_item(store, number)
        if item.state != "submitted":
            raise StoreError("这项整改还没有提交，或已经验收")
        if item.submitted_by == user:
            raise AccessError("不能验收自己提交的整改")
        if not accepted and not remark.strip():
            raise StoreError("退回必须写明理由")
        store.write(
            "UPDATE rectifications SET state = ?, decided_by = ?, decided_at = ?, remark = ? WHERE id = ?",
            ("accepted" if accepted else "open", user, _now(now), remark.strip(), number),
        )


def get_item(store: Store, number: int) -> Item:
    """One item. Raises NotInStore."""
    row = store.row(f"{_SELECT} WHERE i.id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的整改")
    return _item(row)


def list_items(store: Store, chosen: ItemFilter, *, limit: int = 100, offset: int = 0) -> list[Item]:
    """Items, those to be settled by their day first, then the settled ones, the latest first. Raises StoreError."""
    condition, values = _where(chosen)
    order = "i.state = 'accepted', iif(i.state = 'accepted', '', i.due), -coalesce(i.decided_at, i.made_at), i.id"
    rows = store.rows(f"{_SELECT} WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?", [*values, limit, offset])
    return [_item(row) for row in rows]


def count_items(store: Store, chosen: ItemFilter) -> int:
    """How many are chosen. Raises StoreError."""
    condition, values = _where(chosen)
    return int(store.value(f"SELECT count(*) FROM rectifications i WHERE {condition}", values))


def items_of_call(store: Store, call: int) -> dict[int, tuple[int, ItemState]]:
    """Finding → number and state of its item. Raises StoreError."""
    rows = store.rows(
        "SELECT x.finding, i.id, i.state FROM findings f JOIN rectification_findings x ON x.finding = f.id"
        " JOIN rectifications i ON i.id = x.rectification WHERE f.judgement IN (SELECT id FROM judgements WHERE call = ?)",
        (call,),
    )
    return {row["finding"]: (row["id"], row["state"]) for row in rows}


def calls_of_item(store: Store, number: int) -> list[tuple[int, str]]:
    """The calls of an item: number and name. Raises StoreError."""
    rows = store.rows(
        "SELECT DISTINCT c.id, c.call_id FROM rectification_findings x JOIN findings f ON f.id = x.finding"
        " JOIN calls c ON c.id = f.call WHERE x.rectification = ? ORDER BY c.id",
        (number,),
    )
    return [(row["id"], row["call_id"]) for row in rows]


def _where(chosen: ItemFilter) -> tuple[str, list[Any]]:
    wanted = {
        "i.state = ?": chosen.state, "i.clerk = ?": chosen.clerk, "i.unit = ?": chosen.unit, f"i.unit IN ({UNITS_UNDER})": chosen.node,
        "i.made_at >= ?": chosen.since, "i.made_at < ?": chosen.until,
    }  # fmt: skip
    narrowed = {condition: value for condition, value in wanted.items() if value is not None}
    return " AND ".join(narrowed) or "1", list(narrowed.values())


def _item(row: Row) -> Item:
    values = {name: row[name] for name in Item.__dataclass_fields__}
    return Item(**values | {"due": date.fromisoformat(row["due"])})


def _now(now: float | None) -> float:
    return time.time() if now is None else now
