"""All findings in force of the chosen calls, one by one: an export may be millions of lines long."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voice_agent.store.calls.conditions import marks, where
from voice_agent.store.calls.filters import EVERY_CALL, CallFilter
from voice_agent.store.calls.findings import CHANGED, present_reason, unpack_evidence
from voice_agent.store.database import Store
from voice_agent.values import Finding, Status


@dataclass(frozen=True)
class FindingRow:
    """One finding with its call; clerk, unit and window are those it is about; reasons as in ``StoredFinding``. ``started`` unix seconds of the call."""

    call: int
    call_id: str
    started: float
    clerk: str
    unit: str
    window: str
    finding: Finding
    machine_status: Status | None
    reviewed: bool
    own_reason: str = ""


def each_finding(store: Store, chosen: CallFilter = EVERY_CALL) -> Iterator[FindingRow]:
    """The findings that decide for their rules, in order of time; ``rule`` and ``status`` narrow the lines. Raises StoreError."""
    condition, values = where(chosen)
    extra = ""
    if chosen.rule is not None:
        extra, values = " AND f.rule = ?", [*values, chosen.rule]
    if chosen.status:
        extra, values = f"{extra} AND f.status IN ({marks(chosen.status)})", [*values, *chosen.status]
    sql = f"""SELECT c.id, c.call_id, c.started, coalesce(p.clerk, c.clerk) AS clerk, coalesce(p.unit, c.unit) AS unit,
        coalesce(p.window, c.window) AS window, f.*, {CHANGED},
        EXISTS (SELECT 1 FROM reviews r WHERE r.finding = f.id) AS reviewed
        FROM calls c JOIN findings f ON f.judgement = c.judgement_id AND f.counted = 1
        LEFT JOIN call_clerks p ON p.call = c.id AND p.position = f.position
        WHERE {condition}{extra} ORDER BY c.started, c.id, f.id"""
    for row in store.each(sql, values):
        finding = Finding(
            row["rule"],
            row["status"],
            row["score"],
            unpack_evidence(row["evidence"]),
            present_reason(row),
            bool(row["prompted"]),
        )
        yield FindingRow(
            row["call"], row["call_id"], row["started"], row["clerk"], row["unit"], row["window"], finding,
            row["machine_status"], bool(row["reviewed"]), row["reason"],
        )  # fmt: skip
