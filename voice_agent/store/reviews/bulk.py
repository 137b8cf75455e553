"""成批决定: one decision with one reason about all undecided findings of one rule and status in a list, bounded and all or nothing."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from voice_agent.errors import StoreError
from voice_agent.store.calls.conditions import where
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.calls.findings import StoredFinding, get_finding
from voice_agent.store.calls.walks import walked
from voice_agent.store.database import Store
from voice_agent.store.people.users import get_user
from voice_agent.store.reviews.calibration import UNSETTLED
from voice_agent.store.reviews.closings import finish_review, open_findings
from voice_agent.store.reviews.reviews import Decision, decide
from voice_agent.values import Status

#: Findings of one batch: what a person has looked through before deciding.
MOST = 200


@dataclass(frozen=True)
class Batch:
    """What would be decided now, the most urgent first; ``more``: there are others beyond the bound.

    ``token`` names exactly these findings as they are: who decides about another list than the one looked at is told so.
    """

    findings: tuple[StoredFinding, ...]
    more: bool

    @property
    def token(self) -> str:
        """Short, and different as soon as one finding is."""
        return hashlib.sha256(" ".join(str(one.id) for one in self.findings).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Done:
    """How many findings were decided, and how many calls are thereby reviewed."""

    findings: int
    finished: int


def batch(store: Store, chosen: CallFilter, user: int, *, now: float | None = None) -> Batch:
    """The undecided findings of the filter's rule and status that this person may decide about. Raises StoreError without both."""
    if chosen.rule is None or len(chosen.status) != 1:
        raise StoreError("成批决定要先在筛选里选定一条规则和一种状态")
    waiting = replace(chosen, review="waiting")
    condition, values = where(waiting)
    rows = store.rows(
        f"SELECT f.id FROM {walked(waiting)} JOIN findings f ON f.judgement = c.judgement_id AND f.counted = 1 AND f.rule = ?"
        f" AND f.status = ? WHERE {condition} AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.finding = f.id)"
        " AND (c.claimed_until IS NULL OR c.claimed_until <= ? OR c.claimed_by = ?)"
        " AND NOT EXISTS (SELECT 1 FROM call_clerks p WHERE p.call = c.id AND p.clerk <> '' AND p.clerk = ?)"
        f" AND NOT EXISTS (SELECT 1 FROM {UNSETTLED.format(user='?', call='c.id')})"
        " ORDER BY c.urgency, c.score, c.started LIMIT ?",
        [
            chosen.rule, chosen.status[0], *values, time.time() if now is None else now, user, get_user(store, user).job_number, user, MOST + 1,
        ],
    )  # fmt: skip
    found = [one for row in rows[:MOST] if (one := get_finding(store, row["id"])) is not None]
    return Batch(tuple(found), len(rows) > MOST)


def decide_batch(
    store: Store,
    chosen: CallFilter,
    user: int,
    token: str,
    decision: Decision,
    reason: str,
    *,
    status: Status = "met",
    finish: bool = False,
    now: float | None = None,
) -> tuple[Done, Sequence[StoredFinding]]:
    """Decide about the batch that ``token`` names, in one transaction; ``finish``: calls with nothing left to decide are reviewed.

    Returns the numbers and the findings as they were. Raises StoreError (no reason, another list by now) and AccessError.
    """
    if decision not in ("confirm", "overrule", "cannot_judge"):
        raise StoreError("没有选择决定")
    if not reason.strip():
        raise StoreError("成批决定必须写明理由")
    with store.transaction():
        ours = batch(store, chosen, user, now=now)
        if not ours.findings:
            raise StoreError("没有可以成批决定的判定")
        if ours.token != token:
            raise StoreError("列表在您查看之后有了变化，没有保存。请重新核对后再决定。")
        finished = 0
        for one in ours.findings:
            now_is = {"confirm": one.finding.status, "cannot_judge": "uncertain"}.get(decision, status)
            decide(store, one, user, decision, status=now_is, reason=f"成批：{reason.strip()}", now=now)
            if finish and not open_findings(store, one.call):
                finish_review(store, one.call, user, now=now)
                finished += 1
    return Done(len(ours.findings), finished), ours.findings
