"""Server-sent events: a page hears of changes as they happen, and after a pause of whatever length how things stand."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from starlette.responses import JSONResponse, Response, StreamingResponse

from voice_agent.store import Store
from voice_agent.store.people.sessions import find_session
from voice_agent.store.people.users import User
from voice_agent.web.doors.auth import cookie_name
from voice_agent.web.doors.visit import Visit
from voice_agent.web.live.hub import Hub

#: How often a stream says that it lives, and how often it is asked whether the visitor is still signed in, seconds.
BEAT_SECONDS, SESSION_SECONDS = 10.0, 20.0
_HEADERS = {"X-Accel-Buffering": "no"}

#: What somebody is told: (since which change, None for everything; their rights today) → what to send, None for nothing.
View = Callable[[int | None], Mapping[str, Any] | None]
#: Makes a view for a person; called again when the session is checked, because rights may have shrunk.
Viewer = Callable[[Store, User], View]


def stream(visit: Visit, viewer: Viewer) -> Response:
    """The stream of a page; ``?once=1`` gives how things stand as JSON, for desktops that cannot read streams."""
    view, hub = viewer(visit.store, visit.user), visit.site.hub
    if visit.query.get("once"):
        return _Once(hub, view)
    token = visit.request.cookies.get(cookie_name(secure=visit.site.secure), "")
    since = visit.request.headers.get("last-event-id") or visit.query.get("since", "")
    known = int(since) if since.isdigit() and len(since) < 16 else None
    return StreamingResponse(_events(hub, view, viewer, token, known), media_type="text/event-stream", headers=_HEADERS)


async def _events(hub: Hub, view: View, viewer: Viewer, token: str, known: int | None) -> AsyncIterator[str]:
    await hub.refresh()
    checked = time.monotonic()
    with hub.reading():
        version, first = hub.version, view(None if known is None or known > hub.version else -known)
        yield _event("state", first or {}, version)
        while not hub.closing:
            yield _event("hearing", {"now": time.time(), **hub.told()})
            await hub.changed(version, BEAT_SECONDS)
            if time.monotonic() - checked > SESSION_SECONDS:
                checked = time.monotonic()
                renewed = await hub.run(lambda store: _renewed(store, token, viewer))
                if renewed is None:
                    yield _event("signed-out", {})
                    return
                view = renewed
            newest = hub.version
            if newest > version and (told := view(version)) is not None:
                yield _event("change", told, newest)
            version = newest


def _renewed(store: Store, token: str, viewer: Viewer) -> View | None:
    """The view by today's rights; None when nobody is signed in any more."""
    session = find_session(store, token)
    return viewer(store, session.user) if session else None


def _event(name: str, told: Mapping[str, Any], version: int | None = None) -> str:
    number = "" if version is None else f"id: {version}\n"
    return f"{number}event: {name}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"


class _Once(JSONResponse):
    """How things stand now; the hub is asked when the answer is sent."""

    def __init__(self, hub: Hub, view: View) -> None:
        self._hub, self._view = hub, view
        super().__init__({})

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._hub.refresh()
        told = {"hearing": self._hub.told(), **(self._view(None) or {})}
        self.body = self.render(told)
        self.headers["content-length"] = str(len(self.body))
        await super().__call__(scope, receive, send)
