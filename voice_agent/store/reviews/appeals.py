"""复议: the second level. A clerk whose objection was rejected may ask the supervisor, who decides finally before a deadline."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from voice_agent.errors import AccessError, NotInStore, StoreError
from voice_agent.store.database import Row, Store
from voice_agent.store.people.users import get_user
from voice_agent.store.reviews import objections
from voice_agent.store.reviews.objections import Objection, get_objection
from voice_agent.values import Status
from voice_agent.working_days import due

AppealState = Literal["open", "upheld", "rejected"]


@dataclass(frozen=True)
class Appeal:
    """A clerk's appeal against a rejected objection; times are unix seconds, ``deadline`` is when the decision is due."""

    id: int
    objection: int
    text: str
    filed_at: float
    deadline: float
    state: AppealState
    decided_by: int | None
    decided_by_name: str
    decided_at: float | None
    answer: str


_SELECT = (
    """SELECT a.*, coalesce(d.name, '') AS decided_by_name FROM appeals a LEFT JOIN users d ON d.id = a.decided_by"""
)


def appealable_until(store: Store, objection: Objection, days: int) -> float:
    """Until when the clerk may appeal: ``days`` working days after the rejection; 0 when there is nothing to appeal against."""
    if objection.state != "rejected" or objection.decided_at is None:
        return 0.0
    return due(objection.decided_at, days, store.timezone)


def file_appeal(
    store: Store,
    objection: int,
    user: int,
    text: str,
    *,
    days: int = 3,
    decision_days: int = 5,
    now: float | None = None,
) -> int:
    """Appeal against a rejected objection within ``days`` working days. Returns the number.

    Raises AccessError (not this clerk's objection) and StoreError (not rejected, too late, already appealed, no text).
    """
    moment = _now(now)
    with store.transaction():
        found = get_objection(store, objection)
        if found.user != user:
            raise AccessError("只能对自己的申诉提出复议")
        if found.state != "rejected":
            raise StoreError("只有维持原判的申诉可以提出复议")
        if not text.strip():
            raise StoreError("请写明复议理由")
        if moment > appealable_until(store, found, days):
            raise StoreError(f"已超过复议期限（裁定后 {days} 个工作日内）")
        number = _insert(store, objection, text, moment, due(moment, decision_days, store.timezone))
        store.write("UPDATE calls SET objected = 1 WHERE id = ?", (found.call,))
    return number


def decide_appeal(
    store: Store, appeal: int, user: int, *, upheld: bool, answer: str, status: Status = "met", now: float | None = None
) -> None:
    """Decide finally; upheld, the finding gets ``status``. Raises AccessError (one's own call, the first decider), StoreError."""
    moment = _now(now)
    with store.transaction():
        found = get_appeal(store, appeal)
        objection = get_objection(store, found.objection)
        if found.state != "open":
            raise StoreError("这项复议已经办结")
        if user in (objection.user, objection.decided_by):
            raise AccessError("复议须由没有裁定过这项申诉的人决定")
        if get_user(store, user).role != "supervisor":
            raise AccessError("复议由主管决定")
        if not answer.strip():
            raise StoreError("请写明处理意见")
        store.write(
            "UPDATE appeals SET state = ?, decided_by = ?, decided_at = ?, answer = ? WHERE id = ?",
            ("upheld" if upheld else "rejected", user, moment, answer.strip(), appeal),
        )
        objections.settle(store, objection, user, status=status if upheld else None, answer=answer, now=moment)


def get_appeal(store: Store, number: int) -> Appeal:
    """One appeal. Raises NotInStore."""
    row = store.row(f"{_SELECT} WHERE a.id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的复议")
    return _appeal(row)


def appeals_of(store: Store, numbers: Iterable[int]) -> dict[int, Appeal]:
    """Objection → its appeal, for those that have one. Raises StoreError."""
    wanted = list(numbers)
    marks = ", ".join("?" * len(wanted))
    rows = store.rows(f"{_SELECT} WHERE a.objection IN ({marks})", wanted)
    return {row["objection"]: _appeal(row) for row in rows}


def _insert(store: Store, objection: int, text: str, filed: float, deadline: float) -> int:
    try:
        number = store.write(
            "INSERT INTO appeals (objection, text, filed_at, deadline, state) VALUES (?, ?, ?, ?, 'open')",
            (objection, text.strip(), filed, deadline),
        ).lastrowid
    except sqlite3.IntegrityError as error:
        raise StoreError("对这项申诉已经提出过复议") from error
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


def _appeal(row: Row) -> Appeal:
    return Appeal(**{name: row[name] for name in Appeal.__dataclass_fields__})


def _now(now: float | None) -> float:
    return time.time() if now is None else now
