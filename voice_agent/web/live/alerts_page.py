"""提醒: what calls in progress gave cause for; somebody takes note of each, and the queue of what is sent can be seen."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.store.live.alerts import Alert, acknowledge, get_alert, list_alerts
from voice_agent.store.people.tree import scope
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.queue.call_lists import names


def show_alerts(visit: Visit) -> Response:
    """The latest alerts of these units; ``?state=open`` only those that nobody acknowledged. Raises StoreError."""
    only_open = visit.query.get("state") == "open"
    found = list_alerts(visit.store, scope(visit.store, visit.user), only_open=only_open)
    return visit.show(
        "alerts.html",
        alerts=found,
        only_open=only_open,
        names=names(visit.store),
        rules=visit.site.config.alerts,
    )


def acknowledge_alert(visit: Visit) -> Response:
    """Take note of one, with a few words if one likes; kept in the audit log. Raises HTTPException 404, StoreError."""
    alert = _the_alert(visit)
    note = visit.form.get("note", "").strip()[:500]
    acknowledge(visit.store, alert.id, visit.user.id, note)
    visit.note("acknowledge", f"alert {alert.id}")
    return visit.go(f"/alerts#alert-{alert.id}")


def _the_alert(visit: Visit) -> Alert:
    """The alert that the address names, if its unit is this person's to see."""
    wanted = visit.number()
    found = get_alert(visit.store, wanted) if wanted < 2**63 else None
    seen = scope(visit.store, visit.user)
    if found is None or (seen is not None and found.unit not in seen):
        raise HTTPException(404)
    return found


PAGES = (
    Page("alerts", "GET", "/alerts", show_alerts),
    Page("acknowledge", "POST", "/alerts/{number:int}/acknowledge", acknowledge_alert),
)
