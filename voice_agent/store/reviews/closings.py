"""The end of a review, and back: a call is reviewed when every finding that needs a person has a decision or an account of why not."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from voice_agent.errors import StoreError
from voice_agent.labels import RULE_NAMES
from voice_agent.store.calls.calls import get_call
from voice_agent.store.calls.findings import StoredFinding
from voice_agent.store.calls.judgements import current_findings
from voice_agent.store.calls.present_state import refresh
from voice_agent.store.database import Store
from voice_agent.store.reviews.claims import check_free
from voice_agent.store.reviews.draw_work import undone
from voice_agent.store.statistics import tally

Kind = Literal["finish", "reopen"]


@dataclass(frozen=True)
class Closing:
    """Somebody closed a call or opened it again; ``open`` findings were left without a decision, for ``reason``."""

    user: int
    name: str
    at: float
    kind: Kind
    open: int
    reason: str


def open_findings(store: Store, call: int) -> list[StoredFinding]:
    """The findings that still wait for a person. Raises StoreError."""
    return [each for each in current_findings(store, call) if each.open]


def finish_review(store: Store, call: int, user: int, *, reason: str = "", now: float | None = None) -> int:
    """The call has been reviewed: it leaves the queue and its claim ends. Returns how many findings were left open.

    ``reason`` says why findings are left without a decision. Raises AccessError, and StoreError when one is and nobody says why.
    """
    with tally.changing(store, call):
        check_free(store, call, user, now=now)
        left = open_findings(store, call)
        if left and not reason.strip():
            names = "、".join(RULE_NAMES.get(each.finding.rule, each.finding.rule) for each in left)
            raise StoreError(
                f"还有 {len(left)} 条没有决定（{names}）。请逐条确认、改判或选“无法判定”，或写明暂不决定的理由。"
            )
        store.write(
            "UPDATE calls SET reviewed_by = ?, reviewed_at = ?, flagged = 0, reopened = 0, claimed_by = NULL,"
            " claimed_until = NULL WHERE id = ?",
            (user, _now(now), call),
        )
        _note(store, call, user, "finish", len(left), reason, now)
    return len(left)


def reopen(store: Store, call: int, user: int, reason: str, *, now: float | None = None) -> None:
    """Put a reviewed call back into the queue. Raises AccessError, and StoreError: not reviewed, or no reason."""
    if not reason.strip():
        raise StoreError("退回待复核必须写明理由")
    with tally.changing(store, call):
        check_free(store, call, user, now=now)
        if get_call(store, call).reviewed_at is None:
            raise StoreError("这通电话还没有复核完成")
        store.write("UPDATE calls SET reviewed_by = NULL, reviewed_at = NULL, reopened = 1 WHERE id = ?", (call,))
        undone(store, call)
        refresh(store, call)
        _note(store, call, user, "reopen", 0, reason, now)


def closings(store: Store, call: int) -> list[Closing]:
    """When a call was closed and opened again, in order of time. Raises StoreError."""
    rows = store.rows(
        "SELECT k.user, u.name, k.at, k.kind, k.open, k.reason FROM closings k JOIN users u ON u.id = k.user"
        " WHERE k.call = ? ORDER BY k.id",
        (call,),
    )
    return [Closing(*row) for row in rows]


def _note(store: Store, call: int, user: int, kind: Kind, left: int, reason: str, now: float | None) -> None:
    store.write(
        "INSERT INTO closings (call, user, at, kind, open, reason) VALUES (?, ?, ?, ?, ?, ?)",
        (call, user, _now(now), kind, left, reason.strip()),
    )


def _now(now: float | None) -> float:
    return time.time() if now is None else now
