"""The present state of a call, derived anew from its current judgement and the reviews after every change.

``calls.states`` keeps the present status of every rule as one short text, so that lists filter by it without joining findings:
each rule has a place that never changes (new ones are added at the end), each status a letter; ``-`` is a rule without a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from voice_agent.rules.verdict import cost, points_left, verdict_of
from voice_agent.store.calls.books import Points, book_points
from voice_agent.store.calls.findings import StoredFinding, findings_of
from voice_agent.store.database import Row, Store
from voice_agent.values import FAULTS, Status, Verdict

PLACES: tuple[str, ...] = (
    "greeting", "identity", "job_number", "need_inquiry", "hold_notice", "hold_return", "referral",
    "callback", "absent_message", "wrong_number", "closing", "one_time_notice", "prohibited",
    "rating_request", "complaint_registered", "legal_basis", "result_told",
)  # fmt: skip
#: Places that are always written, as released stores hold them; those of optional rules only as far as one was judged.
_ALWAYS = 13
LETTERS: Mapping[Status, str] = {
    "met": "m", "missing": "x", "late": "l", "mismatch": "w", "violated": "v", "not_applicable": "n", "uncertain": "u",
}  # fmt: skip

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


def states_of(deciding: Sequence[StoredFinding]) -> str:
    """``"mm-x…"``: the statuses of the findings that decide for their rules; empty for a call without findings."""
    if not deciding:
        return ""
    letters = {each.finding.rule: LETTERS[each.finding.status] for each in deciding}
    states = "".join(letters.get(rule, "-") for rule in PLACES)
    return states[:_ALWAYS] + states[_ALWAYS:].rstrip("-")


def read_states(states: str) -> list[tuple[str, Status]]:
    """The inverse of ``states_of``: (rule, status) in the order of the rules."""
    names: dict[str, Status] = {letter: status for status, letter in LETTERS.items()}
    return [(rule, names[letter]) for rule, letter in zip(PLACES, states, strict=False) if letter in names]


def has_status(rule: str | None, statuses: Sequence[Status]) -> tuple[str, list[Any]]:
    """The condition that ``rule`` (any rule, when None) has one of ``statuses``; a rule that nobody knows has none."""
    letters = [LETTERS[status] for status in statuses]
    if rule is None:
        return "c.states GLOB ?", [f"*[{''.join(letters)}]*"]
    if rule not in PLACES:
        return "0", []
    return f"substr(c.states, ?, 1) IN ({', '.join('?' * len(letters))})", [PLACES.index(rule) + 1, *letters]
