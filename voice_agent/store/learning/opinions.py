"""The second opinion: which findings a second judge is asked about, what it said, and how often people found it right.

It never accuses: it proposes where the first judge was undecided, and it can turn an accusation into a question for a person.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from voice_agent.store.calls.findings import StoredFinding, get_finding
from voice_agent.store.calls.present_state import refresh
from voice_agent.store.database import Row, Store
from voice_agent.store.people.audit import log_act
from voice_agent.store.statistics import tally
from voice_agent.values import FAULTS

Says = Literal["fault", "innocent", "unknown"]
#: An address that does not answer is asked so often about one finding.
ATTEMPTS = 3
_SERIOUS = ("violated", "mismatch")


@dataclass(frozen=True)
class Opinion:
    """``says`` '' while there is no valid answer; ``quotes`` occur in the transcript; ``withdrew``: an accusation became a question."""

    id: int
    call: int
    finding: int
    control: bool
    state: str
    says: str
    quotes: tuple[str, ...]
    why: str
    withdrew: bool


@dataclass(frozen=True)
class Record:
    """How the second judge stands to people: answers, void and failed ones, and of those about decided findings how many were right."""

    waiting: int
    answered: int
    void: int
    failed: int
    decided: int
    right: int
    withdrew: int
    withdrew_rightly: int
    withdrew_decided: int


def enqueue(store: Store, control_share: float, *, since: str, now: float | None = None) -> int:
    """Put the undecided and the serious findings of calls since a local day into the queue, and a share of the others by lot; how many."""
    rows = store.rows(
        "SELECT f.id, f.call, f.status FROM findings f JOIN calls c ON c.id = f.call WHERE f.counted = 1 AND f.judgement = c.judgement_id"
        " AND f.day >= ? AND f.machine_status IS NOT NULL AND f.status <> 'not_applicable'"
        " AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.finding = f.id) AND NOT EXISTS (SELECT 1 FROM opinions o WHERE o.finding = f.id)",
        (since,),
    )
    chosen = []
    for row in rows:
        due = row["status"] == "uncertain" or row["status"] in _SERIOUS
        if due or _lot(row["id"]) < control_share:
            chosen.append((row["call"], row["id"], not due, now or time.time()))
    with store.transaction():
        store.write_many(
            "INSERT OR IGNORE INTO opinions (call, finding, control, state, made_at) VALUES (?, ?, ?, 'waiting', ?)",
            chosen,
        )
    return len(chosen)


def _lot(number: int) -> float:
    """A number 0–1 for a finding, the same each time."""
    return int.from_bytes(hashlib.sha256(f"control {number}".encode()).digest()[:4]) / 2**32


def next_opinion(store: Store, after: int = 0) -> tuple[Opinion, StoredFinding] | None:
    """The next one to ask about, with its finding; those that people decided about meanwhile are not asked. Raises StoreError."""
    row = store.row(
        "SELECT o.* FROM opinions o WHERE o.state = 'waiting' AND o.id > ?"
        " AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.finding = o.finding) ORDER BY o.id LIMIT 1",
        (after,),
    )
    found = get_finding(store, row["finding"]) if row else None
    return (_opinion(row), found) if row and found else None


def failed(store: Store, opinion: Opinion, *, void: bool = False) -> None:
    """No answer came (it is asked again, some times), or one that is void."""
    store.write(
        "UPDATE opinions SET attempts = attempts + 1,"
        " state = CASE WHEN ?2 THEN 'void' WHEN attempts + 1 >= ?3 THEN 'failed' ELSE 'waiting' END WHERE id = ?1",
        (opinion.id, void, ATTEMPTS),
    )


def answer(
    store: Store,
    opinion: Opinion,
    says: Says,
    quotes: Sequence[str],
    why: str,
    *,
    model: str,
    seconds: float,
    now: float | None = None,
) -> None:
    """Keep an answer; an accusation that nobody decided about, and that it finds innocent, becomes a question for a person. Raises StoreError."""
    moment = now or time.time()
    with tally.changing(store, opinion.call):
        found = get_finding(store, opinion.finding)
        current = store.value("SELECT judgement_id FROM calls WHERE id = ?", (opinion.call,))
        withdraws = bool(
            found and found.judgement == current and not found.reviewed and not opinion.control and found.finding.status in FAULTS and says == "innocent"
        )  # fmt: skip
        store.write(
            "UPDATE opinions SET state = 'answered', attempts = attempts + 1, says = ?, quotes = ?, why = ?, model = ?, seconds = ?,"
            " answered_at = ?, withdrew = ? WHERE id = ?",
            (says, json.dumps(list(quotes), ensure_ascii=False), why, model, seconds, moment, withdraws, opinion.id),
        )
        if withdraws:
            store.write("UPDATE findings SET status = 'uncertain' WHERE id = ?", (opinion.finding,))
            refresh(store, opinion.call)
            log_act(
                store,
                "second_opinion",
                f"call {opinion.call}",
                username="second-opinion",
                detail=f"finding {opinion.finding} → uncertain",
                now=moment,
            )


def opinions_of(store: Store, call: int) -> dict[int, Opinion]:
    """Finding → the valid answer about it, those for comparison left out. Raises StoreError."""
    rows = store.rows("SELECT * FROM opinions WHERE call = ? AND state = 'answered' AND control = 0", (call,))
    return {row["finding"]: _opinion(row) for row in rows}


def record(store: Store) -> Record:
    """What reviewers' decisions say of it. Raises StoreError."""
    row = store.row(
        """SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'answered') AS answered,
            count(*) FILTER (WHERE state = 'void') AS void, count(*) FILTER (WHERE state = 'failed') AS failed,
            count(truth) FILTER (WHERE says IN ('fault', 'innocent')) AS decided,
            count(*) FILTER (WHERE says IN ('fault', 'innocent') AND truth = (says = 'fault')) AS right,
            count(*) FILTER (WHERE withdrew) AS withdrew, count(truth) FILTER (WHERE withdrew) AS withdrew_decided,
            count(*) FILTER (WHERE withdrew AND truth = 0) AS withdrew_rightly
        FROM (SELECT o.*, (SELECT r.status IN ('missing', 'late', 'mismatch', 'violated') FROM reviews r
            WHERE r.finding = o.finding AND r.status <> 'uncertain' ORDER BY r.id DESC LIMIT 1) AS truth FROM opinions o)"""
    )
    assert row is not None  # noqa: S101 - sums of nothing are a row
    return Record(**dict(row))


def _opinion(row: Row) -> Opinion:
    return Opinion(
        row["id"], row["call"], row["finding"], bool(row["control"]), row["state"], row["says"], tuple(json.loads(row["quotes"])),
        row["why"], bool(row["withdrew"]),
    )  # fmt: skip
