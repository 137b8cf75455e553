"""The one list of figures: each column of the kept sums with what it counts. Tables, statements and results are made from it.

A figure is added here, to the dataclass of ``figures.py``, and to the table by a migration.
"""

from __future__ import annotations

from collections.abc import Mapping

from voice_agent.values import FAULTS

#: GB/T 33358-2016: a call is answered within 15 s.
LATE_ANSWER_SECONDS = 15

_KINDS = ("missing", "late", "mismatch", "violated")
#: Of a rule: column → what one finding ``f`` that decides for it adds to it.
RULE_COLUMNS: Mapping[str, str] = {
    "met": "f.status = 'met'",
    "faults": f"f.status IN ({', '.join(repr(kind) for kind in sorted(FAULTS))})",
    "uncertain": "f.status = 'uncertain'",
    "not_applicable": "f.status = 'not_applicable'",
    **{kind: f"f.status = '{kind}'" for kind in _KINDS},
}
#: Of calls: column → what one call ``c`` adds to it.
CALL_COLUMNS: Mapping[str, str] = {
    "calls": "1",
    **{coverage: f"c.coverage = '{coverage}'" for coverage in ("unanswered", "pending")},
    **{verdict: f"coalesce(c.verdict, '') = '{verdict}'" for verdict in ("compliant", "non_compliant", "needs_review")},
    **{cause: f"c.cause = '{cause}'" for cause in ("gap", "no_recording", "bad_recording", "failure")},
    "scored": "c.score IS NOT NULL",
    "score_sum": "coalesce(c.score, 0)",
    "ring_sum": "iif(c.answered IS NULL, 0, c.ring_seconds)",
    "late_answers": f"c.answered IS NOT NULL AND c.ring_seconds > {LATE_ANSWER_SECONDS}",
    "flagged": "c.flagged",
}


def counted(columns: Mapping[str, str]) -> str:
    """``sum(…) AS name`` of every column, for a query over the calls or findings themselves."""
    return ", ".join(f"sum({what}) AS {name}" for name, what in columns.items())


def signed(columns: Mapping[str, str]) -> str:
    """``:sign * sum(…)`` of every column, to be added to or taken from the kept sums."""
    return ", ".join(f":sign * sum({what})" for what in columns.values())


def added(columns: Mapping[str, str]) -> str:
    """How a row that is there already takes up another."""
    return ", ".join(f"{name} = {name} + excluded.{name}" for name in columns)
