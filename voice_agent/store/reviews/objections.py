"""申诉: a clerk objects to a fault in time, and somebody who has not judged it yet decides before a deadline."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass

from voice_agent.errors import AccessError, NotInStore, StoreError
from voice_agent.store.calls.findings import StoredFinding, get_finding
from voice_agent.store.database import Row, Store
from voice_agent.store.people.users import get_user
from voice_agent.store.reviews import reviews
from voice_agent.store.reviews.objection_filters import EVERY_OBJECTION, objections_where
from voice_agent.store.reviews.objection_filters import ObjectionFilter as ObjectionFilter  # noqa: PLC0414 - callers find it with the objections
from voice_agent.store.reviews.objection_filters import ObjectionState as ObjectionState  # noqa: PLC0414 - as above
from voice_agent.values import FAULTS, Status
from voice_agent.working_days import due

_DAY = 86400.0


@dataclass(frozen=True)
class Objection:
    """A clerk's objection. ``deadline`` (unix seconds) is when the decision is due; ``answer`` is the decider's to the clerk.

    ``status`` is the present one of the finding.
    """

    id: int
    call: int
    finding: int
    rule: str
    status: Status
    user: int
    user_name: str
    clerk: str
    text: str
    filed_at: float
    deadline: float
    state: ObjectionState
    decided_by: int | None
    decided_by_name: str
    decided_at: float | None
    answer: str

    def overdue(self, now: float | None = None) -> bool:
        """Whether the decision is late: still open after the deadline, or decided after it."""
        end = self.decided_at if self.state != "open" else (time.time() if now is None else now)
        return end is not None and end > self.deadline


def file_objection(
    store: Store, finding: int, user: int, text: str, *, days: int = 7, decision_days: int = 5, now: float | None = None
) -> int:
    """Object to a fault within ``days`` of the result; a decision is due within ``decision_days`` working days. Returns the number.

    Raises AccessError (not this clerk's finding) and StoreError (no fault, too late, already objected, no text).
    """
    moment = time.time() if now is None else now
    with store.transaction():
        found = reviews.reviewable(store, finding)
        _check_objectable(store, found, user, text)
        if moment > objectable_until(store, found, days):
            raise StoreError(f"已超过申诉期限（结果公布后 {days} 天内）")
        number = _insert(store, found, user, text, filed=moment, deadline=due(moment, decision_days, store.timezone))
        store.write("UPDATE calls SET objected = 1 WHERE id = ?", (found.call,))
    return number


def objectable_until(store: Store, found: StoredFinding, days: int = 7) -> float:
    """Until when a clerk may object to a finding: ``days`` after it was made or last reviewed (unix seconds)."""
    published = store.value(
        "SELECT max(j.made_at, coalesce((SELECT max(r.at) FROM reviews r WHERE r.finding = ?), 0)) FROM judgements j WHERE j.id = ?",
        (found.id, found.judgement),
    )
    return float(published) + days * _DAY


def decide_objection(
    store: Store,
    objection: int,
    user: int,
    *,
    upheld: bool,
    answer: str,
    status: Status = "met",
    now: float | None = None,
) -> None:
    """Answer an objection; upheld, the finding gets ``status``, which takes effect at once.

    Raises AccessError when the decider reviewed the finding before, filed the objection, or is the clerk; StoreError.
    """
    moment = time.time() if now is None else now
    with store.transaction():
        found = get_objection(store, objection)
        _check_decider(store, found, user, answer)
        _set_state(store, found, "upheld" if upheld else "rejected", user=user, now=moment, answer=answer)
        settle(store, found, user, status=status if upheld else None, answer=answer, now=moment)


def settle(store: Store, found: Objection, user: int, *, status: Status | None, answer: str, now: float) -> None:
    """What was decided takes effect on the finding (``status`` None: it stays), and the call waits for nobody any more."""
    finding = _present(store, found)
    if finding is not None:
        reviews.decide(
            store, finding, user, "objection", status=status or finding.finding.status, reason=answer, now=now
        )
    _note_open(store, found.call)


def withdraw_objection(store: Store, objection: int, user: int, *, now: float | None = None) -> None:
    """The clerk takes an open objection back. Raises AccessError when it is somebody else's, StoreError."""
    with store.transaction():
        found = get_objection(store, objection)
        if found.user != user:
            raise AccessError("只能撤回自己的申诉")
        _check_open(found)
        _set_state(store, found, "withdrawn", user=None, now=time.time() if now is None else now, answer="")


def get_objection(store: Store, number: int) -> Objection:
    """One objection. Raises StoreError when there is none."""
    row = store.row(f"{_SELECT} WHERE o.id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的申诉")
    return _objection(row)


def list_objections(
    store: Store, chosen: ObjectionFilter = EVERY_OBJECTION, *, limit: int = 100, offset: int = 0
) -> list[Objection]:
    """Objections, the open ones by urgency, then the closed ones, the latest first. Raises StoreError."""
    condition, values = objections_where(chosen)
    rows = store.rows(f"{_SELECT} WHERE {condition} ORDER BY {_URGENT} LIMIT ? OFFSET ?", [*values, limit, offset])
    return [_objection(row) for row in rows]


def count_objections(
    store: Store, chosen: ObjectionFilter = EVERY_OBJECTION, *, now: float | None = None
) -> tuple[int, int]:
    """How many are chosen, and how many of these are open after their deadline. Raises StoreError."""
    condition, values = objections_where(chosen)
    row = store.row(
        f"SELECT count(*), total(o.state = 'open' AND o.deadline < ?) FROM objections o CROSS JOIN calls c ON c.id = o.call"
        f" WHERE {condition}",
        [time.time() if now is None else now, *values],
    )
    return (row[0], int(row[1])) if row else (0, 0)


_URGENT = "o.state <> 'open', iif(o.state = 'open', o.deadline, -coalesce(o.decided_at, o.filed_at)), o.id"
# From the objections outwards (CROSS JOIN keeps that order): they are few where findings are millions.
_SELECT = """SELECT o.*, f.rule, f.status, u.name AS user_name, u.job_number AS clerk, coalesce(d.name, '') AS decided_by_name
    FROM objections o CROSS JOIN calls c ON c.id = o.call CROSS JOIN findings f ON f.id = o.finding
    CROSS JOIN users u ON u.id = o.user LEFT JOIN users d ON d.id = o.decided_by"""


def _check_objectable(store: Store, found: StoredFinding, user: int, text: str) -> None:
    job_number = get_user(store, user).job_number
    if not job_number or found.clerk != job_number:
        raise AccessError("只能对自己的检查结果提出申诉")
    if found.finding.status not in FAULTS:
        raise StoreError("这一项没有判为不达标，无需申诉")
    if not text.strip():
        raise StoreError("请写明申诉理由")


def _insert(store: Store, found: StoredFinding, user: int, text: str, *, filed: float, deadline: float) -> int:
    try:
        number = store.write(
            "INSERT INTO objections (call, finding, user, text, filed_at, deadline, state) VALUES (?, ?, ?, ?, ?, ?, 'open')",
            (found.call, found.id, user, text.strip(), filed, deadline),
        ).lastrowid
    except sqlite3.IntegrityError as error:
        raise StoreError("对这一项已经提出过申诉") from error
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


def _check_decider(store: Store, found: Objection, user: int, answer: str) -> None:
    _check_open(found)
    before = store.rows("SELECT reviewer FROM reviews WHERE finding = ? AND decision <> 'objection'", (found.finding,))
    reviewed_by = store.value("SELECT reviewed_by FROM calls WHERE id = ?", (found.call,))
    if user in {row["reviewer"] for row in before} | {reviewed_by}:
        raise AccessError("申诉须由另一名质检员处理，不能由原复核人决定")
    if found.user == user:
        raise AccessError("不能处理自己的申诉")
    if get_user(store, user).role == "supervisor" and not found.overdue():
        raise AccessError("申诉由质检员裁定；超过期限没有裁定的，主管可以直接裁定")
    if not answer.strip():
        raise StoreError("请写明处理意见")


def _check_open(found: Objection) -> None:
    if found.state != "open":
        raise StoreError("这项申诉已经办结")


def _present(store: Store, found: Objection) -> StoredFinding | None:
    """The finding as it stands today: after a rejudgement the one that decides for the same rule now."""
    number = store.value(
        "SELECT f.id FROM calls c JOIN findings f ON f.judgement = c.judgement_id WHERE c.id = ?1 AND"
        " (f.id = ?2 OR (f.rule = ?3 AND f.counted = 1)) ORDER BY f.id <> ?2 LIMIT 1",
        (found.call, found.finding, found.rule),
    )
    return get_finding(store, number) if number is not None else None


def _set_state(
    store: Store, found: Objection, state: ObjectionState, *, user: int | None, now: float, answer: str
) -> None:
    store.write(
        "UPDATE objections SET state = ?, decided_by = ?, decided_at = ?, answer = ? WHERE id = ?",
        (state, user, now, answer.strip(), found.id),
    )
    _note_open(store, found.call)


def _note_open(store: Store, call: int) -> None:
    store.write(
        "UPDATE calls SET objected = EXISTS (SELECT 1 FROM objections o LEFT JOIN appeals a ON a.objection = o.id"
        " WHERE o.call = ?1 AND (o.state = 'open' OR a.state = 'open')) WHERE id = ?1",
        (call,),
    )


def _objection(row: Row) -> Objection:
    return Objection(**{name: row[name] for name in Objection.__dataclass_fields__})
