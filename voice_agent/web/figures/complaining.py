"""监督举报与重点督查: complaints with their deadline and outcome, and the windows to look at first, from which a draw is one click."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store import CallFilter
from voice_agent.store.people.tree import scope
from voice_agent.store.reviews.complaints import (
    OUTCOMES,
    SOURCES,
    Complaint,
    ComplaintFilter,
    Filed,
    Outcome,
    close_complaint,
    count_complaints,
    file_complaint,
    get_complaint,
    import_complaints,
    list_complaints,
)
from voice_agent.store.reviews.heard_complaints import ACT_NAMES, ProposalFilter, count_proposals, list_proposals
from voice_agent.store.statistics.watch import watched
from voice_agent.web.call.call_page import usual_due
from voice_agent.web.call.reviewing import text_of
from voice_agent.web.doors.ownership import fetched, the_call, within
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures.periods import calls_link
from voice_agent.web.figures.statistics_page import chosen_period
from voice_agent.web.queue.call_lists import choices, given
from voice_agent.web.queue.listing import PER_PAGE, Listing, page_number

STATES = (("open", "待办结"), ("closed", "已办结"), ("all", "全部"))
#: Calls drawn of a watched window for each reason.
CALLS_EACH = 5
#: Calls of a weighted draw over all windows, unless somebody writes another number.
MANY = 30


def _today(visit: Visit) -> date:
    return datetime.now(visit.store.timezone).date()


def _chosen(visit: Visit, state: str) -> ComplaintFilter:
    seen = within(visit, CallFilter())
    return ComplaintFilter(open={"open": True, "closed": False}.get(state), unit=seen.unit, node=seen.node)


def show_complaints(visit: Visit) -> Response:
    """Complaints by state, a form for a new one and for many at once."""
    state = visit.query.get("state", "open")
    state = state if state in dict(STATES) else "open"
    chosen, page = _chosen(visit, state), page_number(visit.query.get("page"))
    found = list_complaints(visit.store, chosen, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    listing = Listing(
        "/complaints", {"state": state}, "", False, page, count_complaints(visit.store, chosen), "", False, "件"
    )
    waiting = ProposalFilter("proposed", unit=chosen.unit, node=chosen.node)
    return visit.show(
        "complaints.html", complaints=[(one, one.late(_today(visit))) for one in found], listing=listing, state=state, states=STATES,
        sources=[(name, name) for name in SOURCES], outcomes=OUTCOMES, choices=choices(visit.store, visit.user),
        call=visit.query.get("call", "")[:64], usual=usual_due(visit), acts=ACT_NAMES, heard=list_proposals(visit.store, waiting, limit=20),
        heard_count=count_proposals(visit.store, waiting),
    )  # fmt: skip


def _day(visit: Visit, name: str, words: str) -> date:
    try:
        return date.fromisoformat(visit.form.get(name, ""))
    except ValueError as error:
        raise StoreError(f"请填写{words}") from error


def register(visit: Visit) -> Response:
    """Register a complaint about a place or a call that this person may see. Raises StoreError naming the field."""
    form, place = visit.form, given(visit, visit.form)
    filed = Filed(
        _day(visit, "received", "收到日期"), form.get("source", ""), text_of(visit, "text"), _day(visit, "due", "办结期限"),
        place.get("unit", ""), place.get("window", ""), form.get("clerk", ""), form.get("call", "").strip(),
    )  # fmt: skip
    with visit.store.transaction():
        number = file_complaint(visit.store, filed, visit.user.id, today=_today(visit))
        _check(visit, get_complaint(visit.store, number))
        visit.note("complaint", f"complaint {number}", filed.source)
    return visit.go("/complaints")


def _check(visit: Visit, found: Complaint) -> None:
    """About what this person sees. Raises HTTPException 404."""
    seen = scope(visit.store, visit.user)
    if seen is not None and found.unit not in seen:
        raise HTTPException(404)
    if found.call is not None:
        the_call(visit, found.call)


def read_complaints(visit: Visit) -> Response:
    """Take the pasted CSV. Raises StoreError naming the line, HTTPException 404 for units of others; then nothing has changed."""
    with visit.store.transaction():
        numbers = import_complaints(visit.store, visit.form.get("text", ""), visit.user.id, today=_today(visit))
        for number in numbers:
            _check(visit, get_complaint(visit.store, number))
        visit.note("import_complaints", "", f"{len(numbers)} 件")
    return visit.go("/complaints")


def close(visit: Visit) -> Response:
    """Say how a complaint ended. Raises StoreError, HTTPException 404."""
    found = fetched(lambda: get_complaint(visit.store, min(visit.number(), 2**63 - 1)))
    _check(visit, found)
    outcome = visit.form.get("outcome", "")
    if outcome not in OUTCOMES:
        raise StoreError("请选择是否属实")
    close_complaint(visit.store, found.id, visit.user.id, cast(Outcome, outcome), text_of(visit, "answer"))
    visit.note("close_complaint", f"complaint {found.id}", outcome)
    return visit.go("/complaints?state=closed")


def show_watch(visit: Visit) -> Response:
    """The windows to look at, with the figures that put them there and a draw for each."""
    chosen = chosen_period(visit)
    found = [
        (one, calls_link(chosen, unit=one.unit, window=one.window), one.weight * CALLS_EACH)
        for one in watched(visit.store, chosen)
    ]
    return visit.show("watch.html", chosen=chosen, choices=choices(visit.store, visit.user), windows=found, many=MANY)


PAGES = (
    Page("complaints", "GET", "/complaints", show_complaints),
    Page("complaint", "POST", "/complaints", register),
    Page("import_complaints", "POST", "/complaints/import", read_complaints),
    Page("close_complaint", "POST", "/complaints/{number:int}/outcome", close),
    Page("watch", "GET", "/watch", show_watch),
)
