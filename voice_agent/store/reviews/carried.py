"""Decisions of people survive a new judgement where the machine says the same again."""

from __future__ import annotations

from dataclasses import replace

from voice_agent.store.calls.findings import StoredFinding, findings_of, insert_finding
from voice_agent.store.database import Row, Store
from voice_agent.values import FAULTS


def carry_reviews(store: Store, call: int, previous: int, current: int, *, now: float) -> None:
    """Repeat the latest decision on each finding that the new judgement makes with the same status; keep added findings.

    A decision about a status that changed is not carried: the facts it was about are others now, and a call with such a
    finding goes back to the reviewers.
    """
    old = findings_of(store, previous)
    new = {each.finding.rule: each for each in findings_of(store, current)}
    for each in old:
        if each.reviewed:
            _carry(store, each, new.get(each.finding.rule), current, now)
    if _needs_review_again(old, findings_of(store, current)):
        store.write("UPDATE calls SET reviewed_at = NULL, reviewed_by = NULL WHERE id = ?", (call,))


def _carry(store: Store, old: StoredFinding, new: StoredFinding | None, current: int, now: float) -> None:
    review = store.row("SELECT * FROM reviews WHERE finding = ? ORDER BY id DESC LIMIT 1", (old.id,))
    if review is None:
        return
    if old.machine_status is None:
        position = store.value("SELECT position FROM findings WHERE id = ?", (old.id,))
        made = replace(old.finding, reason=old.own_reason)
        copy = insert_finding(store, current, old.call, made, position=position, machine=False)
        _copy_review(store, review, copy, now)
    elif new is not None and new.machine_status == old.machine_status:
        store.write("UPDATE findings SET status = ? WHERE id = ?", (review["status"], new.id))
        _copy_review(store, review, new.id, now)


def _copy_review(store: Store, review: Row, finding: int, now: float) -> None:
    store.write(
        "INSERT INTO reviews (call, finding, reviewer, at, decision, status_before, status, reason, carried_from)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            review["call"], finding, review["reviewer"], now, review["decision"], review["status_before"], review["status"],
            review["reason"], review["id"],
        ),
    )  # fmt: skip


def _needs_review_again(old: list[StoredFinding], new: list[StoredFinding]) -> bool:
    """Whether the new judgement accuses or doubts where the reviewed one did not."""
    known = {(each.finding.rule, each.finding.status) for each in old}
    doubtful = FAULTS | {"uncertain"}
    return any(
        each.finding.status in doubtful and (each.finding.rule, each.finding.status) not in known for each in new
    )
