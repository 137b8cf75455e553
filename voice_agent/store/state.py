"""The present state of a call, derived anew from its current judgement and the reviews after every change."""

from __future__ import annotations

from collections.abc import Sequence

from voice_agent.rules.verdict import cost, points_left, verdict_of
from voice_agent.store.books import Points, book_points
from voice_agent.store.database import Row, Store
from voice_agent.store.findings import StoredFinding, findings_of
from voice_agent.store.states import states_of
from voice_agent.values import FAULTS, Status, Verdict

#: A fault that costs so many points is serious, and one that is certain to this degree is probable.
SERIOUS_POINTS, PROBABLE = 15.0, 0.5
_WORST_FIRST: tuple[Status, ...] = ("violated", "mismatch", "missing", "late", "uncertain", "met", "not_applicable")


def refresh(store: Store, call: int) -> None:
    """Bring the call's verdict, score and flags up to its findings; call it inside ``tally.changing``."""
    judgement = store.row("SELECT j.* FROM calls c JOIN judgements j ON j.id = c.judgement_id WHERE c.id = ?", (call,))
    if judgement is None:
        return
    findings = findings_of(store, judgement["id"])
    deciding = deciding_findings(findings)
    store.write(
        "UPDATE findings SET counted = 0 WHERE judgement IN (SELECT id FROM judgements WHERE call = ?)", (call,)
    )
    store.write_many("UPDATE findings SET counted = 1 WHERE id = ?", [(finding.id,) for finding in deciding])
    _write_state(store, call, judgement, deciding)


def deciding_findings(findings: Sequence[StoredFinding]) -> list[StoredFinding]:
    """One finding for each rule, the worst by its present status; of equals the first."""
    best: dict[str, StoredFinding] = {}
    for found in sorted(findings, key=lambda each: (_WORST_FIRST.index(each.finding.status), each.id)):
        best.setdefault(found.finding.rule, found)
    return list(best.values())


def _write_state(store: Store, call: int, judgement: Row, deciding: Sequence[StoredFinding]) -> None:
    monitored = judgement["verdict"] != "not_monitored"
    statuses = [each.finding.status for each in deciding]
    verdict = verdict_of(statuses) if monitored and statuses else judgement["verdict"]
    row = {
        "call": call, "coverage": "monitored" if monitored else "not_monitored", "cause": judgement["cause"],
        "verdict": verdict, "score": None if verdict == "needs_review" else _score(store, judgement, deciding),
        "faults": sum(status in FAULTS for status in statuses), "uncertain": statuses.count("uncertain"),
        "doubtful": verdict in ("non_compliant", "needs_review"), "states": states_of(deciding),
        "urgency": _urgency(store, judgement, verdict, deciding),
    }  # fmt: skip
    store.write(
        "UPDATE calls SET coverage = :coverage, cause = :cause, verdict = :verdict, score = :score, faults = :faults,"
        " uncertain = :uncertain, states = :states, urgency = :urgency,"
        " flagged = (reviewed_at IS NULL AND (:doubtful OR reopened)) WHERE id = :call",
        row,
    )


def _urgency(store: Store, judgement: Row, verdict: Verdict, deciding: Sequence[StoredFinding]) -> int:
    """Where a call stands in the queue: 0 a serious fault is probable, 1 undecided, 2 any other."""
    if verdict == "needs_review":
        return 1
    points = book_points(store, judgement["book"])
    return 0 if any(_is_serious(each, points.get(each.finding.rule)) for each in deciding) else 2


def _is_serious(each: StoredFinding, points: Points | None) -> bool:
    finding = each.finding
    grave = finding.status in ("violated", "mismatch") or _cost(finding.status, points) >= SERIOUS_POINTS
    return grave and finding.status in FAULTS and finding.score >= PROBABLE


def _score(store: Store, judgement: Row, deciding: Sequence[StoredFinding]) -> float | None:
    """The machine's score as long as nobody changed a status; after that 100 less what the present faults cost."""
    if judgement["verdict"] == "not_monitored":
        return None
    unchanged = all(each.machine_status == each.finding.status for each in deciding)
    if unchanged and judgement["score"] is not None:
        return float(judgement["score"])
    points = book_points(store, judgement["book"])
    return points_left(_cost(each.finding.status, points.get(each.finding.rule)) for each in deciding)


def _cost(status: Status, points: Points | None) -> float:
    return cost(status, points.fault, points.late) if points else cost(status, None, None)
