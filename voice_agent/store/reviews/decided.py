"""What people decided of the rules of a call: the truth that judges are measured by."""

from __future__ import annotations

from voice_agent.store.calls.judgements import current_findings
from voice_agent.store.database import Store
from voice_agent.values import FAULTS


def decided_rules(store: Store, call: int) -> dict[str, bool]:
    """Rule → whether it was broken, for every rule of a call about which a person decided; what nobody could judge is not in it. Raises StoreError."""
    decided: dict[str, bool] = {}
    for each in current_findings(store, call):
        status = each.finding.status
        if each.reviewed and status != "uncertain":
            decided[each.finding.rule] = decided.get(each.finding.rule, False) or status in FAULTS
    return decided
