"""Findings → the verdict and the points of a call: the only place, for the machine's findings and for what people made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from phrasebook.model import PhraseBook
from voice_agent.values import FAULTS, Finding, Status, Verdict

#: What a fault costs when a book does not value its rule.
UNVALUED = 5.0


def verdict_of(statuses: Iterable[Status]) -> Verdict:
    """Any fault: non-compliant; else anything uncertain: to be reviewed; else compliant (rules.md)."""
    known = set(statuses)
    if known & FAULTS:
        return "non_compliant"
    return "needs_review" if "uncertain" in known else "compliant"


def cost(status: Status, fault: float | None, late: float | None) -> float:
    """Points that a status takes off where a fault costs ``fault`` and being late ``late`` (None: the book does not say)."""
    if status not in FAULTS:
        return 0.0
    points = late if status == "late" else fault
    return UNVALUED if points is None else points


def points_left(costs: Iterable[float]) -> float:
    """100 less what the faults cost; never below 0."""
    return max(0.0, round(100.0 - sum(costs), 1))


def points_of(findings: Sequence[Finding], book: PhraseBook) -> float | None:
    """The points of a call; none as long as something is undecided and nothing is a fault (it enters no mean)."""
    if verdict_of(finding.status for finding in findings) == "needs_review":
        return None
    return points_left(_cost(finding, book) for finding in findings)


def _cost(finding: Finding, book: PhraseBook) -> float:
    rule = book.rules.get(finding.rule)
    return cost(finding.status, rule.points, rule.late_points) if rule else cost(finding.status, None, None)


def reason_of(verdict: Verdict, findings: Sequence[Finding]) -> str:
    """One Chinese sentence for people: what led to the verdict."""
    told = [f.reason for f in findings if f.status in FAULTS or (verdict == "needs_review" and f.status == "uncertain")]
    return "；".join(told) or "各项应做到的都做到了"
