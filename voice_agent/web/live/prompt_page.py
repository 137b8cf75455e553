"""通话提示: a clerk's own current call, for the page and for a site's agent desktop. It disappears with the call."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from voice_agent.config.model import LiveConfig
from voice_agent.store.live.calls_now import LiveCall
from voice_agent.store.people.users import User
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.live.hub import Hub
from voice_agent.web.live.prompts import QUIET_SECONDS, prompt_of
from voice_agent.web.live.stream import View, stream


def show_prompt(visit: Visit) -> Response:
    """The page; ``?small=1`` without the bar, for a narrow window beside the desktop."""
    small = visit.query.get("small") == "1"
    return visit.show("prompt.html", small=small, quiet_seconds=QUIET_SECONDS)


def prompt_stream(visit: Visit) -> Response:
    """The current call of this clerk, whichever desktop asks; nothing while there is none."""
    hub, live = visit.site.hub, visit.site.config.live
    return stream(visit, lambda _store, user: _view(hub, user, live))


def _view(hub: Hub, user: User, live: LiveConfig) -> View:
    last: list[Any] = [()]

    def view(since: int | None) -> Mapping[str, Any] | None:
        mine = [one for one in hub.rows.values() if one.ended is None and one.clerk == user.job_number and one.clerk]
        call: LiveCall | None = max(mine, key=_taken, default=None)
        prompt = None
        if call is not None:
            prompt = {"id": call.uniqueid, **prompt_of(call.state, live.prompts, live.prompt_seconds)}
        if since is not None and since >= 0 and prompt == last[0]:
            return None
        last[0] = prompt
        return {"now": time.time(), "prompt": prompt}

    return view


def _taken(one: LiveCall) -> float:
    """When the clerk took the call: the latest is the one on the line."""
    return float(one.state.get("since") or one.started)


PAGES = (
    Page("prompt", "GET", "/mine/now", show_prompt),
    Page("prompt_stream", "GET", "/mine/now/stream", prompt_stream),
)
