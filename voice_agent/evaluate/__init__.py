"""How far the findings can be trusted: judge bundled calls whose truth is known and count what was found, missed and wrongly accused.

``evaluate(folder, judge)`` runs ``judge`` on every call of ``folder``; ``compare`` counts judgements that were made elsewhere (on all cores).
With a ``judge`` that hears the audio this measures the whole pipeline; with one that reads ``CallFolder.transcript`` it measures the rules alone.
"""

from __future__ import annotations

from voice_agent.evaluate.counts import Comparison, Difference, Evaluation, RuleCount, compare
from voice_agent.evaluate.folders import CallFolder, Expected, read_call, read_calls
from voice_agent.evaluate.run import Judge, evaluate
from voice_agent.evaluate.tables import differences, markdown, text

__all__ = [
    "CallFolder",
    "Comparison",
    "Difference",
    "Evaluation",
    "Expected",
    "Judge",
    "RuleCount",
    "compare",
    "differences",
    "evaluate",
    "markdown",
    "read_call",
    "read_calls",
    "text",
]
