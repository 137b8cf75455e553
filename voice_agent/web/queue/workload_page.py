"""工作量: what each reviewer has open, done and overdue, for what units and with which quota; a supervisor changes both."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import cast

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store import CallFilter
from voice_agent.store.people.charges import MOST_A_DAY, Charge, charges_of, set_charges
from voice_agent.store.people.tree import list_nodes, scope
from voice_agent.store.people.users import User
from voice_agent.store.reviews.objections import ObjectionFilter, count_objections
from voice_agent.store.reviews.reminders import reminders
from voice_agent.store.reviews.workload import loads
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.queue.call_lists import choices
from voice_agent.web.queue.drawing import reviewers_of
from voice_agent.working_days import last_due_before


def show_workload(visit: Visit) -> Response:
    """Everybody's work (a reviewer's own); ``?who=`` opens one reviewer with what is due and, for supervisors, the charges."""
    supervisor = visit.user.role == "supervisor"
    people = reviewers_of(visit, left=True) if supervisor else [visit.user]
    first, last = _period(visit)
    days, today = visit.site.config.review.review_days, datetime.now(visit.store.timezone).date()
    found, free = loads(visit.store, people, first, last, review_days=days)
    # Who was barred stands here only with work that somebody else has to take over.
    found = [one for one in found if one.assigned or not one.user.disabled]
    who = next((one for one in found if str(one.user.id) == visit.query.get("who", "")), None)
    who = who if supervisor else found[0]
    known = {node.code: node.name for node in list_nodes(visit.store)}
    return visit.show(
        "workload.html", objections=_objections(visit), loads=found, free=free, since=first, until=last, who=who, choices=choices(visit.store, visit.user), days=days,
        reminders=reminders(visit.store, who.user, review_days=days) if who else [], most=MOST_A_DAY, supervisor=supervisor, may_assign=who is not None and _is_ours(visit, who.user),
        named=lambda charge: known.get(charge.name, charge.name) if charge.kind == "node" else charge.name, overdue=last_due_before(today, days),
    )  # fmt: skip


def _objections(visit: Visit) -> tuple[int, int]:
    """Open objections that this person sees, and how many of them are overdue: anybody of the reviewers may take them."""
    user = visit.user
    return count_objections(
        visit.store,
        ObjectionFilter(state="open", unit=user.unit or None, node=None if user.unit else user.node or None),
    )


def _period(visit: Visit) -> tuple[date, date]:
    """The days in the address, else this week until today. Raises StoreError."""
    today = datetime.now(visit.store.timezone).date()
    asked = CallFilter.from_params({name: visit.query.get(name, "") for name in ("since", "until")})
    last = asked.until or today
    first = asked.since or min(last, today - timedelta(days=today.weekday()))
    if last < first or (last - first).days > 800:
        raise StoreError("起始日期不能晚于截止日期，期间最长两年")
    return first, last


def _reviewer(visit: Visit) -> User:
    """The reviewer that the address names, if this supervisor sees everything that the reviewer does. Raises HTTPException 404."""
    found = next((one for one in reviewers_of(visit) if one.id == visit.number()), None)
    if found is None or not _is_ours(visit, found):
        raise HTTPException(404)
    return found


def _is_ours(visit: Visit, person: User) -> bool:
    """Whose work somebody may set: those who see no more than this supervisor."""
    ours, theirs = scope(visit.store, visit.user), scope(visit.store, person)
    return visit.user.role == "supervisor" and (ours is None or (theirs is not None and theirs <= ours))


def assign(visit: Visit) -> Response:
    """Set a quota, add a unit or node to a reviewer's charges, or take one away. Raises StoreError, HTTPException 404."""
    person, form = _reviewer(visit), visit.form
    charges, quota = charges_of(visit.store, person.id), person.quota
    if form.get("action") == "quota":
        text = form.get("quota", "")
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise StoreError(f"每天的定额应为 0–{MOST_A_DAY} 通")
        quota = int(text)
    elif form.get("action") in ("add", "remove"):
        charge = _charge(visit)
        charges = [one for one in charges if one != charge] + ([charge] if form["action"] == "add" else [])
    else:
        raise StoreError("没有选择操作")
    set_charges(visit.store, person.id, charges, quota)
    visit.note(
        "assign",
        f"user {person.id}",
        f"{person.username} 定额 {quota}，{'、'.join(one.name for one in charges) or '不分单位'}"[:400],
    )
    return visit.go(f"/workload?who={person.id}#who")


def _charge(visit: Visit) -> Charge:
    """The unit or node of the form; one of this supervisor's. Raises StoreError, HTTPException 404."""
    kind, _, name = visit.form.get("charge", "").partition(":")
    ours = choices(visit.store, visit.user)
    known = {value for value, _ in ours["nodes" if kind == "node" else "units"]}
    if kind not in ("node", "unit"):
        raise StoreError("请选择层级或单位")
    if visit.form.get("action") == "add" and name not in known:
        raise HTTPException(404)
    return Charge(cast("object", kind), name)  # type: ignore[arg-type]  # checked above


PAGES = (
    Page("workload", "GET", "/workload", show_workload),
    Page("assign", "POST", "/workload/{number:int}", assign),
)
