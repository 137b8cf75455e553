"""One request of a person who is signed in, as the pages see it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from voice_agent.errors import StoreError
from voice_agent.store import Store
from voice_agent.store.people.audit import log_act
from voice_agent.store.people.news import news
from voice_agent.store.people.sessions import Session
from voice_agent.store.people.users import User
from voice_agent.web.doors.permissions import ways
from voice_agent.web.doors.proxies import browser_address
from voice_agent.web.site import Reading, Site

#: SQLite's largest number has nineteen.
_DIGITS = 18


@dataclass(frozen=True)
class Visit:
    """Who asks for what. ``form`` holds the fields of a POST; ``nonce`` is this answer's; times are unix seconds."""

    request: Request
    page: str
    site: Site
    store: Store
    user: User
    session: Session
    form: Mapping[str, str]
    nonce: str

    @property
    def partial(self) -> bool:
        """Does a script ask for a part of the page only?"""
        return "x-part" in self.request.headers

    @property
    def query(self) -> Mapping[str, str]:
        """What stands behind the question mark."""
        return self.request.query_params

    @property
    def address(self) -> str:
        """The network address of the browser, for the audit log."""
        return browser_address(self.site.config.web, self.request)

    def number(self, name: str = "number") -> int:
        """A number in the path; the route lets nothing but digits through."""
        return int(self.request.path_params[name])

    def whole(self, name: str, default: int = 0) -> int:
        """A number in the form; ``default`` for whatever is none, or none that any row could have."""
        text = self.form.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else default

    def note(self, action: str, target: str = "", detail: str = "") -> None:
        """Write to the audit log."""
        who = self.user
        log_act(self.store, action, target, user=who.id, username=who.username, detail=detail, address=self.address)

    def note_reading(self, action: str, target: str, detail: str = "") -> None:
        """Write down that personal data are shown; of a call once for a while of work on it.

        A store that somebody else is writing to keeps nobody from reading: then it is written with the next one.
        """
        if target and not self.site.reading.is_new((self.user.id, action), target, time.time()):
            return
        who = self.user
        self.site.readings.append(Reading(action, target, detail, who.id, who.username, self.address, time.time()))
        with suppress(StoreError):
            self.site.write_readings(self.store)

    def show(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from its template."""
        everything = {
            "user": self.user, "csrf": self.session.csrf, "ways": ways(self.user.role), "news": news(self.store, self.user, review_days=self.site.config.review.review_days), "here": self.page, "nonce": self.nonce,
            "now": time.time(), "today": datetime.now(self.store.timezone).date().isoformat(), "demo": self.site.demo, **values,
        }  # fmt: skip
        return HTMLResponse(self.site.templates.get_template(template).render(everything), status)

    def go(self, address: str) -> Response:
        """Send the browser on after something was done."""
        return RedirectResponse(address, 303)


Handler = Callable[[Visit], Response]


@dataclass(frozen=True)
class Page:
    """A page: its name in ``permissions.MAY``, how it is asked for, and what answers."""

    name: str
    method: str
    path: str
    answer: Handler
