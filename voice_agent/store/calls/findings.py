"""Findings as stored: what the machine said, what holds now, and the evidence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from voice_agent.store.database import Row, Store
from voice_agent.store.failures import whole
from voice_agent.values import FAULTS, Evidence, Finding, Status


@dataclass(frozen=True)
class StoredFinding:
    """One finding of one judgement. ``finding`` carries the present status: the latest review's, else the machine's.

    ``machine_status`` None: a reviewer added it. ``clerk`` is the job number of the clerk it is about ('' unknown).
    ``counted``: it decides for its rule in the call's current judgement. ``reviewed``: a person decided about it.
    Where a person changed the status, ``finding.reason`` is that person's; ``own_reason`` is what was said when it was made.
    """

    id: int
    judgement: int
    call: int
    finding: Finding
    machine_status: Status | None
    clerk: str
    counted: bool
    reviewed: bool
    own_reason: str = ""

    @property
    def changed(self) -> bool:
        """Did a person give it another status than it was made with?"""
        return self.finding.reason != self.own_reason

    @property
    def open(self) -> bool:
        """Does it wait for a person: at fault or undecided, and nobody has decided about it?"""
        return not self.reviewed and (self.finding.status in FAULTS or self.finding.status == "uncertain")


#: The reason of the latest decision that changed the status of a finding ``f``; NULL when none did.
CHANGED = """(SELECT r.reason FROM reviews r WHERE r.finding = f.id AND r.status <> r.status_before
    ORDER BY r.id DESC LIMIT 1) AS changed"""
_SELECT = f"""SELECT f.*, coalesce(p.clerk, c.clerk) AS clerk, {CHANGED},
    EXISTS (SELECT 1 FROM reviews r WHERE r.finding = f.id) AS reviewed
    FROM findings f JOIN calls c ON c.id = f.call LEFT JOIN call_clerks p ON p.call = f.call AND p.position = f.position"""  # noqa: S608 - no values


def insert_finding(
    store: Store, judgement: int, call: int, finding: Finding, *, position: int, machine: bool = True
) -> int:
    """Add a finding, not yet counted (``state.refresh`` decides that). Returns its number."""
    number = store.write(
        "INSERT INTO findings (judgement, call, rule, status, machine_status, score, reason, prompted, evidence, position,"
        " counted, day) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, (SELECT day FROM calls WHERE id = ?))",
        (
            judgement, call, finding.rule, finding.status, finding.status if machine else None, finding.score,
            finding.reason, finding.prompted, pack_evidence(finding.evidence), position, call,
        ),
    ).lastrowid  # fmt: skip
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


def findings_of(store: Store, judgement: int) -> list[StoredFinding]:
    """All findings of a judgement, in the order they were made. Raises StoreError."""
    return [stored_finding(row) for row in store.rows(f"{_SELECT} WHERE f.judgement = ? ORDER BY f.id", (judgement,))]


def get_finding(store: Store, number: int) -> StoredFinding | None:
    """One finding or None. Raises StoreError."""
    row = store.row(f"{_SELECT} WHERE f.id = ?", (number,))
    return stored_finding(row) if row else None


def stored_finding(row: Row) -> StoredFinding:
    """A row of ``findings`` with its clerk and whether it was reviewed."""
    finding = Finding(
        row["rule"],
        row["status"],
        row["score"],
        unpack_evidence(row["evidence"]),
        present_reason(row),
        bool(row["prompted"]),
    )
    return StoredFinding(
        row["id"], row["judgement"], row["call"], finding, row["machine_status"], row["clerk"], bool(row["counted"]),
        bool(row["reviewed"]), row["reason"],
    )  # fmt: skip


def present_reason(row: Row) -> str:
    """What is said of a finding now: what people decided, else what was said when it was made. Needs ``CHANGED``."""
    if row["changed"] is None or row["status"] == row["machine_status"]:
        return str(row["reason"])
    if row["status"] == "uncertain" and not row["changed"]:
        return "人工复听后仍无法判定"
    return f"人工改判：{row['changed']}"


def pack_evidence(evidence: Sequence[Evidence]) -> str:
    """Evidence as compact JSON; escaped, so that broken characters of a transcript cannot break the store."""
    plain = [[part.channel, part.start, part.end, part.text, part.phrase, part.score] for part in evidence]
    return json.dumps(plain, separators=(",", ":")) if plain else "[]"


@whole("判定依据")
def unpack_evidence(text: str) -> tuple[Evidence, ...]:
    """The inverse of ``pack_evidence``."""
    return tuple(Evidence(*part) for part in json.loads(text))
