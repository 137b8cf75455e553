"""Judgements and findings as everybody may read them: what is personal in them is masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from voice_agent.masking import mask
from voice_agent.privacy.talk import private_texts
from voice_agent.store import Store
from voice_agent.store.calls.transcripts import load_transcript
from voice_agent.values import Evidence, Finding, Judgement


def hidden_judgement(judgement: Judgement, known: Sequence[str]) -> Judgement:
    """The judgement with masked words; ``known`` is what was found personal in its call."""
    findings = tuple(hidden_finding(one, known) for one in judgement.findings)
    return replace(judgement, findings=findings, reason=mask(judgement.reason, known))


def hidden_finding(finding: Finding, known: Sequence[str]) -> Finding:
    """The finding with its reason and evidence masked."""
    evidence = tuple(hidden_evidence(one, known) for one in finding.evidence)
    return replace(finding, evidence=evidence, reason=mask(finding.reason, known))


def hidden_evidence(evidence: Evidence, known: Sequence[str]) -> Evidence:
    """The evidence with its words masked."""
    return replace(evidence, text=mask(evidence.text, known, evidence.channel))


class Known:
    """What was found personal in a call; lines of one call follow each other, so the last one is kept."""

    def __init__(self, store: Store) -> None:
        self._store, self._call, self._texts = store, -1, list[str]()

    def of(self, call: int) -> list[str]:
        """The texts found in the call's transcript, longest first. Raises StoreError."""
        if call != self._call:
            self._call, self._texts = call, private_texts(load_transcript(self._store, call))
        return self._texts
