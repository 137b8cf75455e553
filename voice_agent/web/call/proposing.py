"""来电中反映: accepting or dismissing what sounded like a complaint, from the call or from the page of complaints."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store.reviews.heard_complaints import Proposal, accept, dismiss, get_proposal
from voice_agent.web.call.call_page import show_work
from voice_agent.web.call.reviewing import text_of
from voice_agent.web.doors.ownership import fetched, the_call
from voice_agent.web.doors.visit import Page, Visit


def _the_proposal(visit: Visit) -> Proposal:
    """The proposal that the address names, if its call is this person's to see. Raises HTTPException 404."""
    found = fetched(lambda: get_proposal(visit.store, min(visit.number("proposal"), 2**63 - 1)))
    the_call(visit, found.call)
    return found


def _answer(visit: Visit, found: Proposal) -> Response:
    """The findings anew for the script of the call's page, else back to the page of complaints."""
    return show_work(visit) if visit.partial and visit.number() == found.call else visit.go("/complaints")


def take(visit: Visit) -> Response:
    """It is a complaint. Raises StoreError naming the field."""
    found = _the_proposal(visit)
    try:
        due = date.fromisoformat(visit.form.get("due", ""))
    except ValueError as error:
        raise StoreError("请填写办结期限") from error
    today: Any = datetime.now(visit.store.timezone).date()
    number = accept(visit.store, found.id, visit.user.id, text_of(visit, "text"), due, today=today)
    visit.note("accept_complaint", f"call {found.call}", f"complaint {number}")
    return _answer(visit, found)


def drop(visit: Visit) -> Response:
    """It is none. Raises StoreError."""
    found = _the_proposal(visit)
    dismiss(visit.store, found.id, visit.user.id, text_of(visit, "text"))
    visit.note("dismiss_complaint", f"call {found.call}")
    return _answer(visit, found)


PAGES = (
    Page("accept_complaint", "POST", "/calls/{number:int}/heard/{proposal:int}/complaint", take),
    Page("dismiss_complaint", "POST", "/calls/{number:int}/heard/{proposal:int}/dismissal", drop),
)
