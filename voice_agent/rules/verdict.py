"""Findings → the verdict and the points of a call."""

from __future__ import annotations

from collections.abc import Sequence

from phrasebook.model import PhraseBook
from voice_agent.values import FAULTS, Finding, Verdict

#: What a fault costs when a book has no entry for the rule.
_POINTS = 5.0


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Any fault: non-compliant; else anything uncertain: to be reviewed; else compliant (rules.md)."""
    statuses = {finding.status for finding in findings}
    if statuses & FAULTS:
        return "non_compliant"
    return "needs_review" if "uncertain" in statuses else "compliant"


def points_of(findings: Sequence[Finding], book: PhraseBook) -> float:
    """100 less what the faults cost; what is uncertain costs nothing; never below 0."""
    return max(0.0, round(100.0 - sum(_cost(finding, book) for finding in findings), 1))


def _cost(finding: Finding, book: PhraseBook) -> float:
    if finding.status not in FAULTS:
        return 0.0
    rule = book.rules.get(finding.rule)
    if rule is None:
        return _POINTS
    return rule.late_points if finding.status == "late" else rule.points


def reason_of(verdict: Verdict, findings: Sequence[Finding]) -> str:
    """One Chinese sentence for people: what led to the verdict."""
    told = [f.reason for f in findings if f.status in FAULTS or (verdict == "needs_review" and f.status == "uncertain")]
    return "；".join(told) or "各项应做到的都做到了"
