"""Lists of calls: the queue of reviewers, all calls of supervisors, one's own of staff."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

from starlette.responses import Response

from voice_agent.store import CallFilter, Store
from voice_agent.store.calls.calls import Sort, list_calls
from voice_agent.store.learning.offers import offers
from voice_agent.store.people.charges import charges_of
from voice_agent.store.people.directory import list_clerks, list_places, list_units
from voice_agent.store.people.tree import list_nodes, scope
from voice_agent.store.people.users import User, list_users
from voice_agent.store.people.views import list_views
from voice_agent.store.reviews.claims import claim_next
from voice_agent.store.reviews.draw_work import claim_in_draw
from voice_agent.store.reviews.reminders import reminders
from voice_agent.web.doors.ownership import within
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.queue.listing import PER_PAGE, Listing, page_number
from voice_agent.working_days import last_due_before

#: Nobody reviews more in a day: a longer queue is not counted to its end. Other lists prove figures, so they are.
MOST_COUNTED = 1000
_SORTS: tuple[Sort, ...] = get_args(Sort)


def read_filter(visit: Visit) -> CallFilter:
    """The filter in the address, narrowed to what this person may see. Raises StoreError naming the field."""
    return within(visit, CallFilter.from_params(given(visit)))


def given(visit: Visit, form: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the address (or a form) asks for; ``place`` names a window with its unit (``1号窗口@甲局``), because names recur."""
    params = dict(visit.query if form is None else form)
    window, _, unit = params.get("place", "").rpartition("@")
    return params | {"window": window, "unit": unit} if window else params


def choices(store: Store, user: User) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer, as far as this person may see: value and words."""
    seen = scope(store, user)

    def ours(unit: str) -> bool:
        return seen is None or unit in seen

    return place_choices(store, user) | {
        "clerks": [(one.job_number, f"{one.job_number} {one.name}".strip()) for one in list_clerks(store) if ours(one.unit)],
        "places": [(f"{window}@{unit}", f"{unit} {window}".strip()) for unit, window in list_places(store) if ours(unit)],
    }  # fmt: skip


def place_choices(store: Store, user: User) -> dict[str, list[tuple[str, str]]]:
    """Nodes and units alone, for pages that do not ask for clerks: there may be thousands."""
    seen = scope(store, user)
    return {
        "nodes": [] if user.unit else [(node.code, f"{'　' * node.depth}{node.name}") for node in list_nodes(store, under=user.node)],
        "units": [(unit.name, unit.name) for unit in list_units(store) if seen is None or unit.name in seen],
    }  # fmt: skip


def names(store: Store) -> Mapping[int, str]:
    """User number → name."""
    return {user.id: user.name for user in list_users(store)}


def _order(visit: Visit, default: tuple[Sort, bool]) -> tuple[Sort, bool]:
    asked = visit.query.get("sort", "")
    sort = next((name for name in _SORTS if name == asked), default[0])
    order = visit.query.get("order", "")
    return sort, order != "asc" if order else default[1] if sort == default[0] else sort == "started"


def _list(visit: Visit, path: str, chosen: CallFilter, default: tuple[Sort, bool], **words: Any) -> Response:
    sort, descending = _order(visit, default)
    page = page_number(visit.query.get("page"))
    found = list_calls(
        visit.store, chosen, sort=sort, descending=descending, limit=PER_PAGE, offset=(page - 1) * PER_PAGE,
        most=MOST_COUNTED if path == "/queue" else None,
    )  # fmt: skip
    shown = replace(CallFilter.from_params(given(visit)), review=None if path == "/queue" else chosen.review)
    listing = Listing(path, shown.as_params(), sort, descending, page, found.total, *default, more=found.more)
    return visit.show(
        "calls.html", listing=listing, calls=found.calls, chosen=shown, choices=choices(visit.store, visit.user),
        names=names(visit.store), saved_views=list_views(visit.store, visit.user.id, path[1:]),
        **{"reminders": [], "overdue": "", "has_charges": False, "decided": None, "days": 0, "offers": [], **words},
    )  # fmt: skip


def show_queue(visit: Visit) -> Response:
    """待复核: flagged calls, the probable serious faults first, then what is undecided, then by score."""
    chosen = replace(read_filter(visit), review="waiting")
    empty = ("没有待复核的通话", "换一个筛选条件，或到“抽查”里随机抽取通话。")
    remark = "可能严重的在最前，其次是无法判定的，再按得分" if visit.query.get("sort") in (None, "", "urgency") else ""
    days, today = visit.site.config.review.review_days, datetime.now(visit.store.timezone).date()
    return _list(
        visit, "/queue", chosen, ("urgency", False), heading="待复核", remark=remark, empty=empty,
        reminders=reminders(visit.store, visit.user, review_days=days), overdue=last_due_before(today, days).isoformat(),
        has_charges=bool(charges_of(visit.store, visit.user.id)), decided=_decided(visit), days=days,
        offers=offers(visit.store, chosen, visit.site.config.review.learning_share, now=time.time()),
    )  # fmt: skip


def _decided(visit: Visit) -> tuple[str, str] | None:
    """What a batch just did, as the address says: findings and calls."""
    found = re.fullmatch(r"(\d{1,4})-(\d{1,4})", visit.query.get("decided", ""))
    return (found[1], found[2]) if found else None


def show_calls(visit: Visit) -> Response:
    """All calls with every filter: what stands behind a figure of the statistics."""
    empty = ("没有符合条件的通话", "放宽日期或清除筛选再试。")
    return _list(visit, "/calls", read_filter(visit), ("started", True), heading="通话", remark="", empty=empty)


def show_mine(visit: Visit) -> Response:
    """A clerk's own calls."""
    days = visit.site.config.review.objection_days
    empty = ("这里还没有您的通话", f"工号 {visit.user.job_number} 的通话判定后会出现在这里；没有看到请与主管核对工号。")
    remark = f"对判定有异议，可在结果公布后 {days} 天内提出申诉"
    return _list(visit, "/mine", read_filter(visit), ("started", True), heading="我的通话", remark=remark, empty=empty)


def take_next(visit: Visit, draw: int | None = None) -> Response:
    """Claim the first free call that the filter in the address chooses, or the next of its (or the given) draw, and open it."""
    seconds, chosen = visit.site.config.review.claim_minutes * 60.0, read_filter(visit)
    query = f"?{visit.request.url.query}" if visit.request.url.query else ""
    draw = draw or chosen.draw
    if draw is not None:
        number, nothing = claim_in_draw(visit.store, draw, visit.user.id, seconds=seconds), f"/draws/{draw}"
        query = f"?draw={draw}"
    else:
        number, nothing = claim_next(visit.store, visit.user.id, chosen, seconds=seconds), f"/queue{query}"
    if number is None:
        return visit.go(nothing)
    visit.note("claim", f"call {number}")
    return visit.go(f"/calls/{number}{query}")


PAGES = (
    Page("queue", "GET", "/queue", show_queue),
    Page("next", "POST", "/queue/next", take_next),
    Page("calls", "GET", "/calls", show_calls),
    Page("mine", "GET", "/mine", show_mine),
)
