"""正在通话: what goes on in the units somebody is responsible for. Looking at it is logged once in ten minutes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

from voice_agent.store import Store
from voice_agent.store.live.calls_now import LiveCall
from voice_agent.store.people.tree import scope
from voice_agent.store.people.users import User
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.live.hub import Hub
from voice_agent.web.live.stream import View, stream

#: In ``Lately`` calls have numbers from 1 on; the board is none of them.
_THE_BOARD = 0


def show_board(visit: Visit) -> Response:
    """The page; its rows come by the stream."""
    if visit.site.heard.is_new(visit.user.id, _THE_BOARD, time.time()):
        visit.note("watch live")
    return visit.show("live.html")


def board_stream(visit: Visit) -> Response:
    """Every call of these units, as it changes."""
    hub = visit.site.hub
    return stream(visit, lambda store, user: _view(hub, store, user))


def _view(hub: Hub, store: Store, user: User) -> View:
    units = scope(store, user)
    sent: set[str] = set()

    def visible(one: LiveCall) -> bool:
        return units is None or one.unit in units

    def view(since: int | None) -> Mapping[str, Any] | None:
        """All for None and after a pause (a negative number: since then), else what changed."""
        whole = since is None or since < 0 or (since == 0 and not sent)
        rows = hub.newer(0 if since is None or whole else since)
        going = [one for one in rows if one.ended is None and visible(one)]
        gone = [one.uniqueid for one in rows if one.uniqueid in sent and (one.ended is not None or not visible(one))]
        sent.difference_update(gone)
        sent.update(one.uniqueid for one in going)
        told = {"now": time.time(), "calls": [_told(one) for one in going], "gone": gone}
        if whole:
            told["missed"] = _missed(one for one in rows if since is not None and one.version > -since and visible(one))
            return told
        return told if going or gone else None

    return view


def _told(one: LiveCall) -> dict[str, Any]:
    return {**one.state, "id": one.uniqueid, "unit": one.unit, "clerk": one.clerk, "start": one.started}


def _missed(rows: Iterable[LiveCall]) -> list[dict[str, Any]]:
    """Calls that ended while the browser slept, with what there was to look at."""
    return [
        {"id": one.uniqueid, "clerk": one.clerk, "clerk_name": one.state.get("clerk_name", ""), "ended": one.ended, "warnings": one.state.get("warnings", [])}
        for one in rows
        if one.ended is not None
    ]  # fmt: skip


PAGES = (
    Page("live", "GET", "/live", show_board),
    Page("live_stream", "GET", "/live/stream", board_stream),
)
