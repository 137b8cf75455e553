"""整改与辅导: what follows from a confirmed fault: who does what until when, with which proof, accepted by whom; and notes for the clerk."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store import CallFilter
from voice_agent.store.people.tree import scope
from voice_agent.store.reviews.coaching import acknowledge, add_note, notes
from voice_agent.store.reviews.rectifications import (
    Item,
    ItemFilter,
    ItemState,
    calls_of_item,
    count_items,
    decide_item,
    get_item,
    list_items,
    open_item,
    submit,
)
from voice_agent.store.reviews.repeated import Escalation, bundles, escalation, save_escalation
from voice_agent.web.call.call_page import show_work
from voice_agent.web.call.reviewing import text_of
from voice_agent.web.doors.ownership import fetched, the_call, the_finding, within
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.queue.listing import PER_PAGE, Listing, page_number

STATES = (("open", "待整改"), ("submitted", "待验收"), ("accepted", "已验收"), ("all", "全部"))


def _today(visit: Visit) -> date:
    return datetime.now(visit.store.timezone).date()


def _mine(visit: Visit, state: ItemState | None) -> ItemFilter:
    """Staff see their own items, others those of their part of the hierarchy."""
    if visit.user.role == "staff":
        return ItemFilter(state=state, clerk=visit.user.job_number)
    seen = within(visit, CallFilter())
    return ItemFilter(state=state, unit=seen.unit, node=seen.node)


def show_items(visit: Visit) -> Response:
    """Items by state; for a clerk also the notes, for others what could be bundled and what has been repeated."""
    wanted = visit.query.get("state", "all" if visit.user.role == "staff" else "open")
    state = cast(ItemState, wanted) if wanted in get_args(ItemState) else None
    page, chosen = page_number(visit.query.get("page")), _mine(visit, state)
    found = list_items(visit.store, chosen, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    listing = Listing(
        "/rectifications", {"state": state or "all"}, "", False, page, count_items(visit.store, chosen), "", False, "项"
    )
    items = [(one, calls_of_item(visit.store, one.id), one.late(_today(visit))) for one in found]
    return visit.show(
        "rectifications.html", items=items, listing=listing, state=state or "all", states=STATES, **_beside(visit)
    )


def _beside(visit: Visit) -> dict[str, Any]:
    if visit.user.role == "staff":
        return {"notes": notes(visit.store, clerk=visit.user.job_number), "bundles": [], "rule": None}
    found = bundles(visit.store, within(visit, CallFilter()), today=_today(visit))
    return {"notes": [], "bundles": found, "rule": escalation(visit.store)}


def _the_item(visit: Visit) -> Item:
    """The item that the address names, if it is this person's to see. Raises HTTPException 404."""
    found = fetched(lambda: get_item(visit.store, min(visit.number(), 2**63 - 1)))
    seen = scope(visit.store, visit.user)
    own = found.clerk == visit.user.job_number if visit.user.role == "staff" else seen is None or found.unit in seen
    if not own:
        raise HTTPException(404)
    return found


def _due(visit: Visit) -> date:
    try:
        return date.fromisoformat(visit.form.get("due", ""))
    except ValueError as error:
        raise StoreError("请填写整改期限") from error


def rectify(visit: Visit) -> Response:
    """Open an item for one confirmed fault. Raises StoreError."""
    call = the_call(visit)
    finding = the_finding(visit, call)
    number = open_item(
        visit.store, [finding.id], visit.user.id, text_of(visit, "text"), due=_due(visit), today=_today(visit)
    )
    visit.note("rectify", f"call {call.id}", f"整改 {number}")
    return show_work(visit)


def bundle(visit: Visit) -> Response:
    """Open one item for all confirmed faults of a clerk and rule that nothing followed from. Raises StoreError."""
    key = tuple(visit.form.get(name, "") for name in ("clerk", "unit", "rule"))
    found = bundles(visit.store, within(visit, CallFilter()), today=_today(visit), limit=10_000)
    chosen = next((one for one in found if (one.clerk, one.unit, one.rule) == key), None)
    if chosen is None:
        raise StoreError("这些问题已经列入整改，请刷新页面")
    number = open_item(
        visit.store, chosen.findings, visit.user.id, text_of(visit, "text"), due=_due(visit), today=_today(visit)
    )
    visit.note("rectify", f"rectification {number}", f"{len(chosen.findings)} 项问题")
    return visit.go(f"/rectifications?state=open#item-{number}")


def prove(visit: Visit) -> Response:
    """Say what was done. Raises AccessError and StoreError."""
    item = _the_item(visit)
    submit(visit.store, item.id, visit.user.id, text_of(visit, "text"))
    visit.note("submit_rectification", f"rectification {item.id}")
    return visit.go(f"/rectifications?state=submitted#item-{item.id}")


def settle(visit: Visit) -> Response:
    """Accept what was done, or return it with a reason. Raises AccessError and StoreError."""
    item, outcome = _the_item(visit), visit.form.get("outcome", "")
    if outcome not in ("accepted", "returned"):
        raise StoreError("请选择验收或退回")
    decide_item(visit.store, item.id, visit.user.id, accepted=outcome == "accepted", remark=text_of(visit, "text"))
    visit.note("decide_rectification", f"rectification {item.id}", outcome)
    return visit.go(f"/rectifications?state={'accepted' if outcome == 'accepted' else 'open'}#item-{item.id}")


def change_rule(visit: Visit) -> Response:
    """When repeated faults are to be escalated, and to what. Raises StoreError."""
    numbers = [visit.form.get(name, "") for name in ("times", "days")]
    if not all(text.isascii() and text.isdigit() and len(text) < 4 for text in numbers):
        raise StoreError("次数和天数应为数字")
    save_escalation(visit.store, Escalation(int(numbers[0]), int(numbers[1]), text_of(visit, "measure")))
    visit.note("save_escalation", "", f"{numbers[0]} 次 / {numbers[1]} 天")
    return visit.go("/rectifications")


def coach(visit: Visit) -> Response:
    """Tell a clerk of the call something. Raises StoreError."""
    call = the_call(visit)
    add_note(visit.store, call.id, visit.form.get("clerk", ""), visit.user.id, text_of(visit, "text"))
    visit.note("coach", f"call {call.id}")
    return show_work(visit)


def read_note(visit: Visit) -> Response:
    """The clerk has read a note. Raises AccessError, HTTPException 404."""
    number = min(visit.number(), 2**63 - 1)
    fetched(lambda: acknowledge(visit.store, number, visit.user.id))
    return visit.go("/rectifications?state=all#notes")


PAGES = (
    Page("rectifications", "GET", "/rectifications", show_items),
    Page("rectify", "POST", "/calls/{number:int}/findings/{finding:int}/rectification", rectify),
    Page("bundle", "POST", "/rectifications", bundle),
    Page("prove", "POST", "/rectifications/{number:int}/proof", prove),
    Page("settle", "POST", "/rectifications/{number:int}/decision", settle),
    Page("escalation", "POST", "/rectifications/rule", change_rule),
    Page("coach", "POST", "/calls/{number:int}/coaching", coach),
    Page("read_note", "POST", "/coaching/{number:int}/read", read_note),
)
