"""Judgements and their history: a new one never replaces an old one, it only becomes the current one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from phrasebook.model import PhraseBook
from voice_agent.errors import NotInStore
from voice_agent.store.calls.attribution import clerk_position
from voice_agent.store.calls.books import save_book
from voice_agent.store.calls.findings import StoredFinding, findings_of, insert_finding
from voice_agent.store.calls.heard import note_complaints
from voice_agent.store.calls.present_state import refresh
from voice_agent.store.calls.timelines import load_timeline
from voice_agent.store.calls.unmonitored import Cause
from voice_agent.store.database import Row, Store
from voice_agent.store.reviews.carried import carry_reviews
from voice_agent.store.statistics import tally
from voice_agent.values import EVERY_RULE, FAULTS, Judgement, Verdict

Occasion = Literal["call", "rejudge"]


@dataclass(frozen=True)
class StoredJudgement:
    """One judgement of a call's history. ``verdict``/``score`` are the machine's own; the call carries the present ones.

    ``cause`` and ``reason`` say why a call was not monitored; ``book_version`` and ``transcript`` what it was made from.
    """

    id: int
    call: int
    made_at: float
    occasion: Occasion
    verdict: Verdict
    score: float | None
    reason: str
    cause: str
    book: int | None
    book_version: str
    transcript: int | None
    model: str


def save_judgement(
    store: Store,
    call: int,
    judgement: Judgement,
    *,
    book: PhraseBook | None = None,
    transcript: int | None = None,
    occasion: Occasion = "call",
    cause: Cause | None = None,
    now: float | None = None,
) -> int:
    """Add a judgement and make it the current one; people's decisions on unchanged findings are carried over.

    ``transcript`` is the number that ``save_transcript`` gave. ``cause`` classifies a ``not_monitored`` verdict (default
    ``bad_recording``). Returns the judgement's number. Raises StoreError.
    """
    moment = time.time() if now is None else now
    with tally.changing(store, call):
        previous = store.value("SELECT judgement_id FROM calls WHERE id = ?", (call,))
        number = _insert(
            store,
            {
                "call": call, "now": moment, "occasion": occasion, "verdict": judgement.verdict, "score": judgement.score,
                "reason": judgement.reason, "cause": _cause(judgement, cause), "transcript": transcript,
                "book": save_book(store, book, now=moment) if book else None,
                "book_version": book.version if book else judgement.book_version, "model": judgement.model,
            },
        )  # fmt: skip
        _insert_findings(store, call, number, judgement, transcript)
        store.write("UPDATE calls SET judgement_id = ? WHERE id = ?", (number, call))
        note_complaints(store, call, judgement.complaints, now=moment)
        if previous is not None:
            carry_reviews(store, call, previous, number, now=moment)
        refresh(store, call)
    return number


def _cause(judgement: Judgement, cause: Cause | None) -> str:
    return (cause or "bad_recording") if judgement.verdict == "not_monitored" else ""


def _insert(store: Store, row: Mapping[str, Any]) -> int:
    number = store.write(
        "INSERT INTO judgements (call, made_at, occasion, verdict, score, reason, cause, book, book_version, transcript, model)"
        " VALUES (:call, :now, :occasion, :verdict, :score, :reason, :cause, :book, :book_version, :transcript, :model)",
        row,
    ).lastrowid
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


def _insert_findings(store: Store, call: int, number: int, judgement: Judgement, transcript: int | None) -> None:
    legs = [(row["started"], row["ended"]) for row in _legs(store, call)]
    start = _recording_start(store, call, transcript)
    for finding in judgement.findings:
        insert_finding(store, number, call, finding, position=clerk_position(finding, legs, start))


def _legs(store: Store, call: int) -> list[Row]:
    return store.rows("SELECT started, ended FROM call_clerks WHERE call = ? ORDER BY position", (call,))


def _recording_start(store: Store, call: int, transcript: int | None) -> float:
    """Second 0 of the call's time line; of calls of older versions as the bridge saw it, else from the recording's length."""
    if (line := load_timeline(store, call)) is not None:
        return line.began
    row = store.row("SELECT started, answered, ended, recording_started FROM calls WHERE id = ?", (call,))
    if row is None:
        raise NotInStore(f"没有编号为 {call} 的通话")
    if row["recording_started"] is not None:
        return float(row["recording_started"])
    duration = store.value("SELECT duration FROM transcripts WHERE id = ?", (transcript,))
    return float(row["ended"] - duration if duration else row["answered"] or row["started"])


def history(store: Store, call: int) -> list[StoredJudgement]:
    """All judgements of a call, the latest first. Raises StoreError."""
    rows = store.rows("SELECT * FROM judgements WHERE call = ? ORDER BY id DESC", (call,))
    return [StoredJudgement(**dict(row)) for row in rows]


def is_made_with(store: Store, call: int, book_digest: str, model: str) -> bool:
    """Whether the judgement in force was made with that very book and that very model, whatever their versions say. Raises StoreError."""
    row = store.row(
        "SELECT b.digest, j.model FROM calls c JOIN judgements j ON j.id = c.judgement_id LEFT JOIN books b ON b.id = j.book"
        " WHERE c.id = ?",
        (call,),
    )
    return row is not None and (row["digest"], row["model"]) == (book_digest, model)


def current_judgement(store: Store, call: int) -> StoredJudgement | None:
    """The judgement in force; None when the call has none yet. Raises StoreError."""
    row = store.row("SELECT j.* FROM calls c JOIN judgements j ON j.id = c.judgement_id WHERE c.id = ?", (call,))
    return StoredJudgement(**dict(row)) if row else None


def current_findings(store: Store, call: int) -> list[StoredFinding]:
    """The findings in force in the order of rules.md, those added by reviewers after the machine's own. Raises StoreError."""
    judgement = current_judgement(store, call)
    found = findings_of(store, judgement.id) if judgement else []
    return sorted(found, key=lambda each: (_order(each.finding.rule), each.id))


def present_judgement(store: Store, call: int) -> Judgement | None:
    """The judgement in force as the pipeline's own dataclass, with what people decided. Raises StoreError."""
    row = store.row("SELECT call_id, verdict, score FROM calls WHERE id = ?", (call,))
    stored = current_judgement(store, call)
    if row is None or stored is None:
        return None
    found = current_findings(store, call)
    said, _ = verdict_reason(stored, found)
    findings = tuple(each.finding for each in found)
    return Judgement(row["call_id"], row["verdict"], row["score"], findings, stored.book_version, said)


def verdict_reason(judgement: StoredJudgement, findings: Sequence[StoredFinding]) -> tuple[str, str]:
    """What is said of the call now, and what the machine had said where people decided otherwise ('' where they did not)."""
    deciding = [each for each in findings if each.counted]
    if all(each.machine_status == each.finding.status for each in deciding):
        return judgement.reason, ""
    told = [each.finding.reason for each in deciding if each.finding.status in FAULTS]
    told = told or [each.finding.reason for each in deciding if each.finding.status == "uncertain"]
    return "；".join(told) or "人工复核后，各项应做到的都做到了", judgement.reason


def _order(rule: str) -> int:
    return EVERY_RULE.index(rule) if rule in EVERY_RULE else len(EVERY_RULE)
