"""抽查: draws of calls that are shared out, worked through, and come to a result that can be printed. Each is recorded with its seed."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import cast, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.labels import RULE_NAMES
from voice_agent.store import CallFilter
from voice_agent.store.people.tree import list_nodes, scope
from voice_agent.store.people.users import User, list_users
from voice_agent.store.reviews.calibration import next_blind
from voice_agent.store.reviews.draw_work import drawn_calls, progress, reassign, result, shares
from voice_agent.store.reviews.draws import Draw, draw_calls, get_draw, list_draws, may_see_draw, strata_of
from voice_agent.store.reviews.inference import inferred
from voice_agent.store.reviews.lots import Per, Weights
from voice_agent.store.statistics.watch import watched
from voice_agent.web.call.reviewing import text_of
from voice_agent.web.doors.ownership import fetched, within
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.queue.call_lists import choices, given, names, take_next

#: Calls for each clerk or unit in one draw: what a team can listen to in a month.
MOST = 500
_FIELDS = ("since", "until", "node", "unit", "window", "clerk", "rule")
_WORDS = {
    "since": "自",
    "until": "至",
    "node": "层级",
    "unit": "单位",
    "window": "窗口",
    "clerk": "坐席",
    "rule": "规则",
}
PER_NAMES = {
    "clerk": "每名坐席",
    "unit": "每个单位",
    "window": "每个窗口",
    "hour": "每个时段",
    "all": "全部",
    "weighted": "按重点督查加权，共",
}


def show_draws(visit: Visit) -> Response:
    """The form for a new draw and all earlier ones; those of another unit do not show."""
    found = list_draws(visit.store, viewer=visit.user)
    done = progress(visit.store, [one.id for one in found])
    draws = [(one, describe(visit, one.chosen), *done.get(one.id, (0, 0))) for one in found]
    return visit.show(
        "draws.html",
        draws=draws,
        choices=choices(visit.store, visit.user),
        reviewers=reviewers_of(visit),
        per_names=PER_NAMES,
    )


def reviewers_of(visit: Visit, *, left: bool = False) -> list[User]:
    """Reviewers who may see what this person sees: who can be given calls of a draw. ``left``: also those who were barred."""
    ours = scope(visit.store, visit.user)
    everybody = [one for one in list_users(visit.store, role="reviewer") if left or not one.disabled]
    seen = {one.id: scope(visit.store, one) for one in everybody}
    return [one for one in everybody if ours is None or (its := seen[one.id]) is None or its & ours]


def describe(visit: Visit, chosen: CallFilter) -> str:
    """What a draw was made from, in words."""
    params, known = chosen.as_params(), {node.code: node.name for node in list_nodes(visit.store)}
    if chosen.node is not None:
        params["node"] = known.get(chosen.node, chosen.node)
    return "，".join(
        f"{_WORDS[name]} {RULE_NAMES.get(params[name], params[name])}" for name in _FIELDS if name in params
    )


def make_draw(visit: Visit) -> Response:
    """Draw and record it. Raises StoreError: nothing to draw from, or a number that makes no sense."""
    form, number = visit.form, visit.form.get("number", "")
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= MOST):
        raise StoreError(f"抽查数量应为 1–{MOST}")
    if form.get("per") not in get_args(Per):
        raise StoreError("请选择按坐席、单位、窗口、时段、全部还是加权抽取")
    seed = form.get("seed", "").strip()[:64] or secrets.token_hex(4)
    per, chosen = cast(Per, form["per"]), _range(visit)
    draw = draw_calls(
        visit.store, chosen, number=int(number), per=per, seed=seed, user=visit.user.id, purpose=text_of(visit, "purpose")[:200],
        deadline=_deadline(visit), assignees=_assignees(visit), calibration=bool(form.get("calibration")),
        weights=_weights(visit, chosen) if per == "weighted" else None,
    )  # fmt: skip
    visit.note("draw", f"draw {draw.id}", f"seed {seed}")
    return visit.go(f"/draws/{draw.id}")


def _weights(visit: Visit, chosen: CallFilter) -> Weights:
    """A call at a window of 重点督查 is drawn the likelier, the more reasons the window stands there for."""
    about = CallFilter(since=chosen.since, until=chosen.until, unit=chosen.unit, node=chosen.node)
    return {(one.unit, one.window): 1.0 + one.weight for one in watched(visit.store, about)}


def _range(visit: Visit) -> CallFilter:
    asked = given(visit, visit.form)
    return within(visit, CallFilter.from_params({name: asked.get(name, "") for name in _FIELDS}))


def _deadline(visit: Visit) -> date | None:
    """The day in the form, not before today. Raises StoreError."""
    day = CallFilter.from_params({"until": visit.form.get("deadline", "")}).until
    if day is not None and day < datetime.now(visit.store.timezone).date():
        raise StoreError("完成期限不能早于今天")
    return day


def _assignees(visit: Visit) -> list[int]:
    return [one.id for one in reviewers_of(visit) if visit.form.get(f"assignee_{one.id}")]


def the_draw(visit: Visit) -> Draw:
    """The draw that the address names, if it is this person's to see. Raises HTTPException 404."""
    draw = fetched(lambda: get_draw(visit.store, min(visit.number(), 2**63 - 1)))
    if not may_see_draw(visit.store, visit.user, draw.chosen):
        raise HTTPException(404)
    return draw


def show_draw(visit: Visit) -> Response:
    """One draw: how it was made, how far everybody is, its calls, and what it says. Raises HTTPException 404."""
    draw = the_draw(visit)
    if draw.calibration:
        return visit.go(f"/draws/{draw.id}/calibration")
    found, everybody = drawn_calls(visit.store, draw.id), shares(visit.store, draw.id)
    done = sum(one.done for one in everybody)
    mine = sum(one.drawn - one.done for one in everybody if one.user in (visit.user.id, None))
    return visit.show(
        "draw.html", draw=draw, words=describe(visit, draw.chosen), per_names=PER_NAMES, calls=found, shares=everybody, done=done, mine=mine,
        result=result(visit.store, draw.id), inferred=inferred(visit.store, draw.id), strata=strata_of(visit.store, draw.id), names=names(visit.store), reviewers=reviewers_of(visit), made=datetime.now(visit.store.timezone),
        late=draw.deadline is not None and done < len(found) and draw.deadline.isoformat() < f"{datetime.now(visit.store.timezone):%Y-%m-%d}",
    )  # fmt: skip


def work_on(visit: Visit) -> Response:
    """Open the next call of the draw, claimed for this reviewer."""
    draw = the_draw(visit)
    if draw.calibration:
        call = next_blind(visit.store, draw.id, visit.user.id)
        return visit.go(f"/draws/{draw.id}/calibration" + (f"/calls/{call}" if call else ""))
    return take_next(visit, draw=draw.id)


def hand_over(visit: Visit) -> Response:
    """Give what somebody has not done to somebody else. Raises StoreError."""
    draw, known = the_draw(visit), {str(one.id): one.id for one in reviewers_of(visit)}
    give, take = (visit.form.get(name, "") for name in ("give", "take"))
    if {give, take} - {"", *known} or give == take:
        raise StoreError("请选择转出和转入的质检员")
    if draw.calibration:
        raise StoreError("复核校准由选定的人各自盲评，不能转交")
    number = reassign(visit.store, draw.id, known.get(give), known.get(take))
    visit.note("reassign", f"draw {draw.id}", f"{number} 通")
    return visit.go(f"/draws/{draw.id}")


PAGES = (
    Page("draws", "GET", "/draws", show_draws),
    Page("make_draw", "POST", "/draws", make_draw),
    Page("draw", "GET", "/draws/{number:int}", show_draw),
    Page("draw_next", "POST", "/draws/{number:int}/next", work_on),
    Page("reassign", "POST", "/draws/{number:int}/assignees", hand_over),
)
