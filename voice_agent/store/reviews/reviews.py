"""What people decide about findings. A decision takes effect at once on verdict, score and statistics; none is ever erased."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal, get_args

from voice_agent.errors import NotInStore, StoreError
from voice_agent.store.calls.findings import StoredFinding, get_finding, insert_finding
from voice_agent.store.calls.present_state import refresh
from voice_agent.store.calls.transcripts import recording_seconds
from voice_agent.store.database import Row, Store
from voice_agent.store.reviews.claims import check_free
from voice_agent.store.statistics import tally
from voice_agent.values import EVERY_RULE, Finding, Status

Decision = Literal["confirm", "overrule", "cannot_judge", "add", "objection"]


@dataclass(frozen=True)
class Review:
    """One decision in a call's history. ``objection``: the answer to a clerk's objection.

    ``carried``: repeated on a later judgement in which the machine said the same again.
    """

    id: int
    call: int
    finding: int
    rule: str
    reviewer: int
    reviewer_name: str
    at: float
    decision: Decision
    status_before: Status | None
    status: Status
    reason: str
    carried: bool


def confirm(store: Store, finding: int, user: int, *, reason: str = "", now: float | None = None) -> None:
    """The finding is right as it stands; saying so twice is saying it once.

    Raises AccessError (claimed by somebody else, own call) and StoreError.
    """
    found = reviewable(store, finding)
    if not _has_said(store, found, user):
        decide(store, found, user, "confirm", status=found.finding.status, reason=reason, now=now)


def overrule(
    store: Store, finding: int, user: int, reason: str, *, status: Status = "met", now: float | None = None
) -> None:
    """The finding is wrong: its status is ``status`` from now on. A reason is required. Raises AccessError and StoreError."""
    _check_status(status)
    if not reason.strip():
        raise StoreError("改判必须写明理由")
    decide(store, reviewable(store, finding), user, "overrule", status=status, reason=reason, now=now)


def cannot_judge(store: Store, finding: int, user: int, *, reason: str = "", now: float | None = None) -> None:
    """Even listening does not settle it: ``uncertain`` from now on. Raises AccessError and StoreError."""
    decide(store, reviewable(store, finding), user, "cannot_judge", status="uncertain", reason=reason, now=now)


def add_finding(store: Store, call: int, user: int, finding: Finding, *, now: float | None = None) -> int:
    """Add what the machine missed: rule, status, evidence (the marked span) and the reason; returns the finding's number.

    Raises AccessError and StoreError (unknown rule or status, a span that is none, a call that was not judged).
    """
    _check_addition(finding)
    _check_within(store, call, finding)
    with tally.changing(store, call):
        check_free(store, call, user, now=now)
        judgement = _monitored_judgement(store, call)
        position = _position(store, call, finding.evidence[0].start)
        number = insert_finding(store, judgement, call, finding, position=position, machine=False)
        _record(store, reviewable(store, number), user, "add", status=finding.status, reason=finding.reason, now=now)
        refresh(store, call)
    return number


def review_history(store: Store, call: int) -> list[Review]:
    """Every decision on a call in order of time, those on earlier judgements included. Raises StoreError."""
    rows = store.rows(
        "SELECT r.*, f.rule, u.name AS reviewer_name FROM reviews r JOIN findings f ON f.id = r.finding"
        " JOIN users u ON u.id = r.reviewer WHERE r.call = ? ORDER BY r.id",
        (call,),
    )
    return [_review(row) for row in rows]


def reviewable(store: Store, number: int) -> StoredFinding:
    """A finding of a current judgement. Raises StoreError: unknown, or judged anew meanwhile."""
    found = get_finding(store, number)
    if found is None:
        raise NotInStore(f"没有编号为 {number} 的检查结果")
    if store.value("SELECT judgement_id FROM calls WHERE id = ?", (found.call,)) != found.judgement:
        raise StoreError("这通电话已重新判定，请刷新页面后再复核")
    return found


def decide(
    store: Store,
    found: StoredFinding,
    user: int,
    decision: Decision,
    *,
    status: Status,
    reason: str,
    now: float | None = None,
) -> None:
    """Put a decision into effect: history, status, verdict, score and statistics in one transaction."""
    with tally.changing(store, found.call):
        check_free(store, found.call, user, now=now)
        _record(store, found, user, decision, status=status, reason=reason, now=now)
        store.write("UPDATE findings SET status = ? WHERE id = ?", (status, found.id))
        refresh(store, found.call)


def _record(
    store: Store,
    found: StoredFinding,
    user: int,
    decision: Decision,
    *,
    status: Status,
    reason: str,
    now: float | None,
) -> None:
    before = None if decision == "add" else found.finding.status
    store.write(
        "INSERT INTO reviews (call, finding, reviewer, at, decision, status_before, status, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (found.call, found.id, user, _now(now), decision, before, status, reason.strip()),
    )


def _monitored_judgement(store: Store, call: int) -> int:
    number: int | None = store.value(
        "SELECT j.id FROM calls c JOIN judgements j ON j.id = c.judgement_id WHERE c.id = ? AND j.verdict <> 'not_monitored'",
        (call,),
    )
    if number is None:
        raise StoreError("这通电话没有判定结果，不能添加")
    return number


def _position(store: Store, call: int, moment: float) -> int:
    """Whose words a reviewer marked: after a transfer the clerk then on the line."""
    found: int | None = store.value(
        "SELECT max(p.position) FROM call_clerks p JOIN calls c ON c.id = p.call JOIN judgements j ON j.id = c.judgement_id"
        " LEFT JOIN transcripts t ON t.id = j.transcript"
        " WHERE c.id = ? AND p.started <= coalesce(c.recording_started, c.ended - t.duration, c.answered, c.started) + ?",
        (call, moment),
    )
    return found or 0


def _check_addition(finding: Finding) -> None:
    _check_status(finding.status)
    if finding.rule not in EVERY_RULE:
        raise StoreError(f"没有规则 {finding.rule}")
    if not finding.evidence or not all(0 <= each.start <= each.end for each in finding.evidence):
        raise StoreError("请选定片段：起止时间不合法")


def _check_within(store: Store, call: int, finding: Finding) -> None:
    """A span must lie in the recording, with a second for rounding."""
    length = recording_seconds(store, call)
    if length is not None and any(each.end > length + 1.0 for each in finding.evidence):
        raise StoreError(f"片段超出了通话：这通电话的录音只有 {length:.0f} 秒")


def _has_said(store: Store, found: StoredFinding, user: int) -> bool:
    """Is the latest decision on the finding this person's, with this very status?"""
    last = store.row("SELECT reviewer, status FROM reviews WHERE finding = ? ORDER BY id DESC LIMIT 1", (found.id,))
    return last is not None and (last["reviewer"], last["status"]) == (user, found.finding.status)


def _check_status(status: Status) -> None:
    if status not in get_args(Status):
        raise StoreError(f"没有状态 {status}")


def _review(row: Row) -> Review:
    return Review(
        row["id"], row["call"], row["finding"], row["rule"], row["reviewer"], row["reviewer_name"], row["at"], row["decision"],
        row["status_before"], row["status"], row["reason"], row["carried_from"] is not None,
    )  # fmt: skip


def _now(now: float | None) -> float:
    return time.time() if now is None else now
