"""未能检查: calls that were given up, why, and the button that lets them be heard again. Administrators see no word of a call here."""

from __future__ import annotations

from starlette.responses import Response

from voice_agent.store.calls.dead_set import count_dead, list_dead, retry, retry_all
from voice_agent.web.doors.visit import Page, Visit

#: Calls on one page; with more than this something is wrong with all of them.
MOST = 500


def show_dead(visit: Visit) -> Response:
    """The dead set, the latest first."""
    return visit.show("dead.html", dead=list_dead(visit.store, limit=MOST), total=count_dead(visit.store))


def hear_again(visit: Visit) -> Response:
    """One call (``call``), or all. Raises StoreError with the reason why one cannot be heard again."""
    if name := visit.form.get("call", ""):
        visit.note("retry", f"call {retry(visit.store, name)}")
    else:
        visit.note("retry", "all", f"{retry_all(visit.store)} calls")
    return visit.go("/failed")


PAGES = (Page("dead", "GET", "/failed", show_dead), Page("retry", "POST", "/failed", hear_again))
