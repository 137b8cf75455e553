"""A clerk's own outgoing call is judged by the rules that fit: who rings somebody does not ask what they need. Pure."""

from __future__ import annotations

from dataclasses import replace

from phrasebook.model import PhraseBook
from voice_agent.rules.verdict import points_of, reason_of, verdict_of
from voice_agent.values import Finding, Judgement

#: Duties of whoever is rung up.
UNFIT = frozenset({"need_inquiry", "wrong_number", "absent_message", "callback"})


def fitting(judgement: Judgement, book: PhraseBook) -> Judgement:
    """The judgement without the duties of whoever is rung up."""
    findings = tuple(_unfit(one) if one.rule in UNFIT else one for one in judgement.findings)
    verdict = verdict_of(one.status for one in findings)
    return replace(
        judgement,
        findings=findings,
        verdict=verdict,
        score=points_of(findings, book),
        reason=reason_of(verdict, findings),
    )


def _unfit(finding: Finding) -> Finding:
    return Finding(finding.rule, "not_applicable", 1.0, (), "坐席打出的电话，不适用")
