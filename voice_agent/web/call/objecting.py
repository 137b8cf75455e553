"""申诉: a clerk objects, another reviewer decides, on appeal the supervisor finally; everybody concerned sees how it stands."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, cast, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store.calls.calls import get_call
from voice_agent.store.calls.findings import get_finding
from voice_agent.store.people.news import seen
from voice_agent.store.people.users import User
from voice_agent.store.reviews.appeals import Appeal, appealable_until, appeals_of, decide_appeal, file_appeal
from voice_agent.store.reviews.objections import (
    Objection,
    ObjectionFilter,
    ObjectionState,
    count_objections,
    decide_objection,
    file_objection,
    list_objections,
    withdraw_objection,
)
from voice_agent.store.reviews.reviews import review_history
from voice_agent.store.statistics.objection_figures import outcomes_by_reviewer, outcomes_by_rule
from voice_agent.values import Evidence
from voice_agent.web.call.call_page import is_hidden, may_decide, show_work
from voice_agent.web.call.call_view import masked
from voice_agent.web.call.reviewing import status_of, text_of
from voice_agent.web.doors.ownership import the_call, the_finding, the_objection
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.queue.listing import PER_PAGE, Listing, page_number
from voice_agent.web.words import spoken

STATES = (
    ("open", "待裁定"), ("appealed", "复议中"), ("upheld", "申诉成立"), ("rejected", "维持原判"), ("withdrawn", "已撤回"), ("all", "全部"),
)  # fmt: skip


@dataclass(frozen=True)
class ObjectionView:
    """An objection as the list shows it; ``own_review``: this reviewer looked first.

    ``evidence`` is what was heard; ``appeal`` the second level; ``appeal_until`` unix seconds, 0 when this person may not appeal.
    """

    objection: Objection
    call_id: str
    may_decide: bool
    may_withdraw: bool
    own_review: bool
    evidence: tuple[Evidence, ...]
    reason: str
    appeal: Appeal | None
    appeal_until: float
    may_settle: bool


def show_objections(visit: Visit) -> Response:
    """Open or closed objections, a page at a time: staff see their own, others those of the calls they may see."""
    wanted = visit.query.get("state", _usual(visit))
    state = cast(ObjectionState, wanted) if wanted in get_args(ObjectionState) else None
    chosen = replace(_mine(visit.user, state), appealed=wanted == "appealed")
    page = page_number(visit.query.get("page"))
    found = list_objections(visit.store, chosen, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    total, late = count_objections(visit.store, chosen)
    shown = wanted if wanted in dict(STATES) else "all"
    listing = Listing("/objections", {"state": shown}, "", False, page, total, "", False, "项")
    remark = f"{total} 项" + (f"，其中 {late} 项已超期" if late else "")
    appeals = appeals_of(visit.store, [one.id for one in found])
    answer = visit.show(
        "objections.html", objections=[_view(visit, one, appeals.get(one.id)) for one in found], listing=listing, state=shown,
        states=STATES, remark=remark, decision_days=visit.site.config.review.decision_days, **_outcomes(visit),
    )  # fmt: skip
    if visit.user.role == "staff":
        seen(visit.store, visit.user.id)
    return answer


def _usual(visit: Visit) -> str:
    """What somebody comes to see: a clerk everything of one's own, a supervisor what waits for the second level."""
    return {"staff": "all", "supervisor": "appealed"}.get(visit.user.role, "open")


def _outcomes(visit: Visit) -> dict[str, Any]:
    """For supervisors: how objections ended, by rule and by whoever had judged before."""
    if visit.user.role != "supervisor":
        return {"by_rule": [], "by_reviewer": []}
    everything = _mine(visit.user, None)
    return {
        "by_rule": outcomes_by_rule(visit.store, everything),
        "by_reviewer": outcomes_by_reviewer(visit.store, everything),
    }


def _mine(user: User, state: ObjectionState | None) -> ObjectionFilter:
    if user.role == "staff":
        return ObjectionFilter(state=state, user=user.id)
    return ObjectionFilter(state=state, unit=user.unit or None, node=None if user.unit else user.node or None)


def _view(visit: Visit, one: Objection, appeal: Appeal | None) -> ObjectionView:
    call = get_call(visit.store, one.call)
    hidden = is_hidden(visit, call)
    may = may_decide(visit, call, review_history(visit.store, call.id), one)
    reviewer = visit.user.role == "reviewer" and one.state == "open"
    found = get_finding(visit.store, one.finding)
    own = one.user == visit.user.id
    until = appealable_until(visit.store, one, visit.site.config.review.appeal_days) if own and appeal is None else 0.0
    settle = (
        visit.user.role == "supervisor"
        and appeal is not None
        and appeal.state == "open"
        and visit.user.id != one.decided_by
    )
    evidence = found.finding.evidence if found else ()
    return ObjectionView(
        masked(one, hidden=hidden), call.call_id, may, own and one.state == "open", reviewer and not may,
        tuple(replace(part, text=spoken(part.text, hidden=hidden)) for part in evidence),
        spoken(found.own_reason, hidden=hidden) if found else "", _masked_appeal(appeal, hidden),
        until if until >= time.time() else 0.0, settle,
    )  # fmt: skip


def _masked_appeal(appeal: Appeal | None, hidden: bool) -> Appeal | None:
    if appeal is None:
        return None
    return replace(appeal, text=spoken(appeal.text, hidden=hidden), answer=spoken(appeal.answer, hidden=hidden))


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


def appeal(visit: Visit) -> Response:
    """Ask the supervisor after an objection was rejected. Raises AccessError and StoreError."""
    objection, terms = the_objection(visit), visit.site.config.review
    file_appeal(
        visit.store,
        objection.id,
        visit.user.id,
        text_of(visit, "text"),
        days=terms.appeal_days,
        decision_days=terms.decision_days,
    )
    visit.note("appeal", f"call {objection.call}", objection.rule)
    return visit.go(f"/objections?state=all#objection-{objection.id}")


def settle_appeal(visit: Visit) -> Response:
    """Decide finally. Raises AccessError and StoreError."""
    objection, outcome = the_objection(visit), visit.form.get("outcome", "")
    found = appeals_of(visit.store, [objection.id]).get(objection.id)
    if outcome not in ("upheld", "rejected"):
        raise StoreError("没有选择复议结果")
    if found is None:
        raise HTTPException(404)
    answer = text_of(visit, "answer")
    decide_appeal(
        visit.store, found.id, visit.user.id, upheld=outcome == "upheld", answer=answer, status=status_of(visit)
    )
    visit.note("decide_appeal", f"call {objection.call}", f"{objection.rule} {outcome}")
    return visit.go(f"/objections?state=all#objection-{objection.id}")


PAGES = (
    Page("objections", "GET", "/objections", show_objections),
    Page("object", "POST", "/calls/{number:int}/findings/{finding:int}/objection", file),
    Page("withdraw", "POST", "/objections/{number:int}/withdraw", withdraw),
    Page("decide", "POST", "/objections/{number:int}/decision", decide),
    Page("appeal", "POST", "/objections/{number:int}/appeal", appeal),
    Page("decide_appeal", "POST", "/objections/{number:int}/appeal/decision", settle_appeal),
)
