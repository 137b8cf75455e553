"""The decisions of people that a judge can learn from. Nothing is copied: what is removed with its call or transcript teaches no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voice_agent.store.calls.findings import unpack_evidence
from voice_agent.store.database import Store
from voice_agent.values import Evidence, Status


@dataclass(frozen=True)
class Decided:
    """The latest decision on a finding of a current judgement: the ``status`` that holds, what the machine had said (None: added)."""

    call: int
    call_id: str
    rule: str
    status: Status
    machine: Status | None
    evidence: tuple[Evidence, ...]


def decided_findings(store: Store) -> Iterator[Decided]:
    """Every decision on calls whose transcript is there, by call: confirmed, overruled, added, and objections that were decided.

    What somebody could not judge, and decisions that an open objection questions, are not among them. Raises StoreError.
    """
    rows = store.each(
        "SELECT f.call, c.call_id, f.rule, f.status, f.machine_status, f.evidence FROM findings f JOIN calls c ON c.id = f.call"
        " WHERE f.judgement = c.judgement_id AND f.status <> 'uncertain' AND c.coverage = 'monitored'"
        " AND EXISTS (SELECT 1 FROM reviews r WHERE r.finding = f.id)"
        " AND EXISTS (SELECT 1 FROM transcripts t WHERE t.call = f.call)"
        " AND NOT EXISTS (SELECT 1 FROM objections o WHERE o.finding = f.id AND o.state = 'open')"
        " ORDER BY f.call, f.id"
    )
    for row in rows:
        yield Decided(
            row["call"],
            row["call_id"],
            row["rule"],
            row["status"],
            row["machine_status"],
            unpack_evidence(row["evidence"]),
        )


def calls_left(store: Store, numbers: Sequence[int]) -> set[int]:
    """Of these calls those that are still there with a transcript. Raises StoreError."""
    wanted = set(numbers)
    return {row["call"] for row in store.rows("SELECT DISTINCT call FROM transcripts") if row["call"] in wanted}
