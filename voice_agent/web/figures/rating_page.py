"""服务对象评价: how callers rated clerks, windows and units, and what follows from low ratings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store import CallFilter
from voice_agent.store.people.tree import scope
from voice_agent.store.people.users import User, list_users
from voice_agent.store.reviews.follow_ups import (
    FOLLOW_UP_OUTCOMES,
    FollowUp,
    FollowUpFilter,
    FollowUpOutcome,
    assign,
    close_follow_up,
    count_follow_ups,
    get_follow_up,
    list_follow_ups,
)
from voice_agent.store.statistics.rating_figures import RatedBy, RatingLine, rating_lines
from voice_agent.web.call.reviewing import text_of
from voice_agent.web.doors.ownership import fetched
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures.periods import address, narrowed
from voice_agent.web.figures.statistics_page import chosen_period
from voice_agent.web.queue.call_lists import choices
from voice_agent.web.queue.listing import PER_PAGE, Listing, page_number

STATES = (("open", "待回访"), ("closed", "已办结"), ("all", "全部"))
_BY: tuple[tuple[RatedBy, str], ...] = (("unit", "按单位"), ("window", "按窗口"), ("clerk", "按坐席"))


def _today(visit: Visit) -> date:
    return datetime.now(visit.store.timezone).date()


def show_ratings(visit: Visit) -> Response:
    """Rates with the numbers behind them, broken down; the follow-ups of low ratings. Raises StoreError."""
    chosen = replace(chosen_period(visit), rating=None)
    staff = visit.user.role == "staff"
    by: RatedBy = "clerk" if staff else next((name for name, _ in _BY if name == visit.query.get("by")), "unit")
    whole = rating_lines(visit.store, chosen, "total")
    lines = rating_lines(visit.store, chosen, by)
    params = chosen.as_params()
    return visit.show(
        "ratings.html", chosen=chosen, by=by, whole=whole[0] if whole else RatingLine("", "", "", 0, {}, 0),
        lines=[(one, _link(visit, _narrowed(chosen, by, one)) if one.key else "") for one in lines], levels=_levels(visit, lines), all_link=_link(visit, chosen),
        views=[(name, text, address("/ratings", params, by=name)) for name, text in _BY], choices=choices(visit.store, visit.user),
        address=address, **_follow_ups(visit, chosen),
    )  # fmt: skip


def _narrowed(chosen: CallFilter, by: RatedBy, line: RatingLine) -> CallFilter:
    return narrowed(chosen, "clerk" if by == "clerk" else "window" if by == "window" else "unit", line.key, line.unit)


def _link(visit: Visit, chosen: CallFilter) -> str:
    """The calls behind a figure, without saying which ratings."""
    return f"{'/mine' if visit.user.role == 'staff' else '/calls'}?{urlencode(chosen.as_params())}"


def _levels(visit: Visit, lines: list[RatingLine]) -> list[str]:
    """The columns: the levels of today, the best first, then those of the past that still count."""
    known = list(visit.site.config.rating.levels.values())
    return known + [
        label for label in dict.fromkeys(label for one in lines for label in one.levels) if label not in known
    ]


def _follow_ups(visit: Visit, seen: CallFilter) -> dict[str, Any]:
    """Those of the place that is looked at, whenever they were rated."""
    state = visit.query.get("state", "open")
    state, user = state if state in dict(STATES) else "open", visit.user
    chosen = FollowUpFilter({"open": True, "closed": False}.get(state), seen.clerk, seen.unit, seen.node)
    place = {name: value for name, value in seen.as_params().items() if name in ("clerk", "unit", "node")}
    page = page_number(visit.query.get("page"))
    found = list_follow_ups(visit.store, chosen, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    listing = Listing(
        "/ratings", {"state": state, **place}, "", False, page, count_follow_ups(visit.store, chosen), "", False, "项"
    )
    people = [] if user.role == "staff" else [(str(one.id), one.name) for one in _able(visit)]
    return {
        "follow_ups": [(one, one.late(_today(visit))) for one in found], "listing": listing, "state": state, "states": STATES,
        "outcomes": FOLLOW_UP_OUTCOMES, "people": people, "waiting": count_follow_ups(visit.store, replace(chosen, open=True)), "place": place,
    }  # fmt: skip


def _able(visit: Visit) -> list[User]:
    """Who may be asked to follow up: reviewers and supervisors who see something of what this person sees."""
    mine = scope(visit.store, visit.user)
    return [
        one
        for one in list_users(visit.store)
        if one.role in ("reviewer", "supervisor")
        and not one.disabled
        and (mine is None or (theirs := scope(visit.store, one)) is None or theirs & mine)
    ]


def _the_follow_up(visit: Visit) -> FollowUp:
    """The follow-up that the address names, if it is this person's to see. Raises HTTPException 404."""
    found = fetched(lambda: get_follow_up(visit.store, min(visit.number(), 2**63 - 1)))
    seen = scope(visit.store, visit.user)
    if seen is not None and found.unit not in seen:
        raise HTTPException(404)
    return found


def give(visit: Visit) -> Response:
    """Say who follows up until when. Raises StoreError."""
    found, person = _the_follow_up(visit), visit.form.get("assignee", "")
    if person not in {str(one.id) for one in _able(visit)}:
        raise StoreError("请选择谁来回访")
    try:
        until = date.fromisoformat(visit.form.get("due", ""))
    except ValueError as error:
        raise StoreError("请填写回访期限") from error
    assign(visit.store, found.id, int(person), until, today=_today(visit))
    visit.note("assign_follow_up", f"follow-up {found.id}", person)
    return visit.go(f"/ratings?state=open#follow-up-{found.id}")


def close(visit: Visit) -> Response:
    """Say what came of it. Raises StoreError."""
    found, outcome = _the_follow_up(visit), visit.form.get("outcome", "")
    if outcome not in FOLLOW_UP_OUTCOMES:
        raise StoreError("请选择回访结果")
    close_follow_up(visit.store, found.id, visit.user.id, cast(FollowUpOutcome, outcome), text_of(visit, "text"))
    visit.note("close_follow_up", f"follow-up {found.id}", outcome)
    return visit.go(f"/ratings?state=closed#follow-up-{found.id}")


PAGES = (
    Page("ratings", "GET", "/ratings", show_ratings),
    Page("give_follow_up", "POST", "/ratings/{number:int}/assignee", give),
    Page("close_follow_up", "POST", "/ratings/{number:int}/outcome", close),
)
