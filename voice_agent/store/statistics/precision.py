"""How often people agree with the machine: each rule's real precision, from the reviewers' own decisions."""

from __future__ import annotations

from dataclasses import replace

from voice_agent.store.calls.conditions import where
from voice_agent.store.calls.filters import EVERY_CALL, CallFilter
from voice_agent.store.database import Store
from voice_agent.store.statistics.figures import Precision
from voice_agent.values import EVERY_RULE

# From the decisions outwards (CROSS JOIN keeps that order): they are few where calls and findings are millions.
# Only the latest decision on a finding counts, and only where it was made: repeating it on a rejudgement is no new evidence.
_LATEST = """FROM reviews r CROSS JOIN findings f ON f.id = r.finding CROSS JOIN calls c ON c.id = r.call
    WHERE r.carried_from IS NULL AND r.id = (SELECT max(l.id) FROM reviews l WHERE l.finding = r.finding)"""


def precision(store: Store, chosen: CallFilter = EVERY_CALL) -> list[Precision]:
    """For each rule with decisions, how often a fault that the machine found was confirmed or overruled. Raises StoreError.

    ``chosen.rule`` narrows the lines to that rule.
    """
    condition, values = where(replace(chosen, rule=None))
    rows = store.rows(
        f"""SELECT f.rule AS rule,
            sum({_FAULT} AND r.status = f.machine_status) AS confirmed,
            sum({_FAULT} AND r.status NOT IN (f.machine_status, 'uncertain')) AS overruled,
            sum({_FAULT} AND r.status = 'uncertain') AS cannot_judge,
            sum(NOT {_FAULT} AND r.status IN ('missing', 'late', 'mismatch', 'violated')) AS added
            {_LATEST} AND (? IS NULL OR f.rule = ?) AND {condition} GROUP BY f.rule""",
        [chosen.rule, chosen.rule, *values],
    )
    found = [Precision(**dict(row)) for row in rows]
    return sorted(found, key=lambda each: EVERY_RULE.index(each.rule) if each.rule in EVERY_RULE else len(EVERY_RULE))


_FAULT = "coalesce(f.machine_status IN ('missing', 'late', 'mismatch', 'violated'), 0)"
