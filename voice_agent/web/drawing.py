"""抽查: draw calls at random for unannounced checks, and look up what was drawn before."""

from __future__ import annotations

import secrets
from typing import cast, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.labels import RULE_NAMES
from voice_agent.store import CallFilter
from voice_agent.store.draws import Draw, Per, draw_calls, get_draw, list_draws
from voice_agent.web.call_lists import choices
from voice_agent.web.ownership import fetched, within
from voice_agent.web.visit import Page, Visit

#: Calls for each clerk or unit in one draw: what a team can listen to in a month.
MOST = 500
_FIELDS = ("since", "until", "unit", "clerk", "rule")
_WORDS = {"since": "自", "until": "至", "unit": "单位", "clerk": "坐席", "rule": "规则"}


def show_draws(visit: Visit) -> Response:
    """The form for a new draw and all earlier ones; those of another unit do not show."""
    draws = [(one, _describe(one.chosen)) for one in list_draws(visit.store, unit=visit.user.unit or None)]
    return visit.show("draws.html", draws=draws, choices=choices(visit.store, visit.user))


def _visible(visit: Visit, draw: Draw) -> bool:
    return visit.user.unit in ("", draw.chosen.unit)


def _describe(chosen: CallFilter) -> str:
    params = chosen.as_params()
    return "，".join(
        f"{_WORDS[name]} {RULE_NAMES.get(params[name], params[name])}" for name in _FIELDS if name in params
    )


def make_draw(visit: Visit) -> Response:
    """Draw and record it. Raises StoreError: nothing to draw from, or a number that makes no sense."""
    form, number = visit.form, visit.form.get("number", "")
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= MOST):
        raise StoreError(f"抽查数量应为 1–{MOST}")
    if form.get("per") not in get_args(Per):
        raise StoreError("请选择按坐席、单位还是全部抽取")
    chosen = within(visit.user, CallFilter.from_params({name: form.get(name, "") for name in _FIELDS}))
    seed = form.get("seed", "").strip()[:64] or secrets.token_hex(4)
    draw = draw_calls(
        visit.store, chosen, number=int(number), per=cast(Per, form["per"]), seed=seed, user=visit.user.id
    )
    visit.note("draw", f"draw {draw.id}", f"seed {seed}")
    return visit.go(f"/draws/{draw.id}")


def show_draw(visit: Visit) -> Response:
    """The calls of one draw, in the list that everybody knows. Raises HTTPException 404."""
    draw = fetched(lambda: get_draw(visit.store, min(visit.number(), 2**63 - 1)))
    if not _visible(visit, draw):
        raise HTTPException(404)
    return visit.go(f"/calls?draw={draw.id}")


PAGES = (
    Page("draws", "GET", "/draws", show_draws),
    Page("make_draw", "POST", "/draws", make_draw),
    Page("draw", "GET", "/draws/{number:int}", show_draw),
)
