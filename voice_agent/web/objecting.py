"""申诉: a clerk objects, another reviewer decides, everybody concerned sees how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast, get_args

from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store.calls import get_call
from voice_agent.store.objections import (
    Objection,
    ObjectionFilter,
    ObjectionState,
    count_objections,
    decide_objection,
    file_objection,
    list_objections,
    withdraw_objection,
)
from voice_agent.store.reviews import review_history
from voice_agent.store.users import User
from voice_agent.web.call_page import is_hidden, may_decide, show_work
from voice_agent.web.call_view import masked
from voice_agent.web.listing import PER_PAGE, Listing, page_number
from voice_agent.web.ownership import the_call, the_finding, the_objection
from voice_agent.web.reviewing import status_of, text_of
from voice_agent.web.visit import Page, Visit

STATES = (
    ("open", "待裁定"), ("upheld", "申诉成立"), ("rejected", "维持原判"), ("withdrawn", "已撤回"), ("all", "全部"),
)  # fmt: skip


@dataclass(frozen=True)
class ObjectionView:
    """An objection as the list shows it; ``own_review``: this reviewer looked first."""

    objection: Objection
    call_id: str
    may_decide: bool
    may_withdraw: bool
    own_review: bool


def show_objections(visit: Visit) -> Response:
    """Open or closed objections, a page at a time: staff see their own, others those of the calls they may see."""
    wanted = visit.query.get("state", "open")
    state = cast(ObjectionState, wanted) if wanted in get_args(ObjectionState) else None
    chosen, page = _mine(visit.user, state), page_number(visit.query.get("page"))
    found = list_objections(visit.store, chosen, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    total, late = count_objections(visit.store, chosen)
    listing = Listing("/objections", {"state": state or "all"}, "", False, page, total, "", False, "项")
    remark = f"{total} 项" + (f"，其中 {late} 项已超期" if late else "")
    views = [_view(visit, one) for one in found]
    return visit.show(
        "objections.html", objections=views, listing=listing, state=state or "all", states=STATES, remark=remark
    )


def _mine(user: User, state: ObjectionState | None) -> ObjectionFilter:
    if user.role == "staff":
        return ObjectionFilter(state=state, user=user.id)
    return ObjectionFilter(state=state, unit=user.unit or None, node=None if user.unit else user.node or None)


def _view(visit: Visit, one: Objection) -> ObjectionView:
    call = get_call(visit.store, one.call)
    may = may_decide(visit, call, review_history(visit.store, call.id), one)
    reviewer = visit.user.role == "reviewer" and one.state == "open"
    withdraw = one.user == visit.user.id and one.state == "open"
    shown = masked(one, hidden=is_hidden(visit, call))
    return ObjectionView(shown, call.call_id, may, withdraw, reviewer and not may)


def file(visit: Visit) -> Response:
    """Object to a finding about oneself. Raises AccessError and StoreError."""
    call = the_call(visit)
    finding, terms = the_finding(visit, call), visit.site.config.review
    file_objection(
        visit.store, finding.id, visit.user.id, text_of(visit, "text"), days=terms.objection_days,
        decision_days=terms.decision_days,
    )  # fmt: skip
    visit.note("object", f"call {call.id}", finding.finding.rule)
    return show_work(visit)


def withdraw(visit: Visit) -> Response:
    """Take one's objection back. Raises AccessError and StoreError."""
    objection = the_objection(visit)
    withdraw_objection(visit.store, objection.id, visit.user.id)
    visit.note("withdraw", f"call {objection.call}")
    return visit.go("/objections?state=withdrawn")


def decide(visit: Visit) -> Response:
    """Decide an objection. Raises AccessError for the reviewer who looked first, StoreError."""
    objection = the_objection(visit)
    outcome = visit.form.get("outcome", "")
    if outcome not in ("upheld", "rejected"):
        raise StoreError("没有选择裁定结果")
    answer = text_of(visit, "answer")
    decide_objection(
        visit.store, objection.id, visit.user.id, upheld=outcome == "upheld", answer=answer, status=status_of(visit)
    )
    visit.note("decide", f"call {objection.call}", f"{objection.rule} {outcome}")
    return visit.go(f"/objections?state={outcome}#objection-{objection.id}")


PAGES = (
    Page("objections", "GET", "/objections", show_objections),
    Page("object", "POST", "/calls/{number:int}/findings/{finding:int}/objection", file),
    Page("withdraw", "POST", "/objections/{number:int}/withdraw", withdraw),
    Page("decide", "POST", "/objections/{number:int}/decision", decide),
)
