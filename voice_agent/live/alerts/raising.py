"""From a call's state to alerts on record."""

from __future__ import annotations

import time
from collections.abc import Sequence

from voice_agent.config.model import AlertConfig
from voice_agent.live.alerts.rules import causes
from voice_agent.masking import mask
from voice_agent.store import Store
from voice_agent.store.live.alerts import Alert, raise_alert
from voice_agent.store.live.calls_now import LiveCall


def raise_alerts(store: Store, rules: Sequence[AlertConfig], call: LiveCall) -> list[str]:
    """Put on record what this call gives cause for and is not on record yet; the names of the rules. Raises StoreError."""
    now, raised = time.time(), []
    known = set(call.state.get("alerts", ()))
    for cause in causes([rule for rule in rules if rule.name not in known], call.unit, call.state, now):
        rule = cause.rule
        alert = Alert(0, now, rule.name, call.uniqueid, call.unit, call.clerk, cause.what, mask(cause.detail)[:200])
        if (
            raise_alert(store, alert, rule.tell, system=call.system, every_seconds=60.0 * rule.every_minutes)
            is not None
        ):
            raised.append(rule.name)
    return raised
