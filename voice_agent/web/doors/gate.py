"""Every page's gate: who is it, may this role ask for it, and did the request come from our own page?"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from voice_agent.store.people.sessions import find_session
from voice_agent.web.doors.auth import cookie_name
from voice_agent.web.doors.permissions import MAY
from voice_agent.web.doors.security import is_foreign, same
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.failures import own_address
from voice_agent.web.site import Site

#: What somebody may do before the first password has been changed.
_BEFORE_CHANGE = frozenset({"password", "change_password", "logout"})


def admitted(site: Site, page: Page, request: Request, form: Mapping[str, str], nonce: str) -> Response:
    """The page's own answer, or why not. Raises HTTPException 403."""
    token = request.cookies.get(cookie_name(secure=site.secure), "")
    session = find_session(site.store(), token) if token else None
    if session is None:
        return _sign_in_first(request)
    if session.user.must_change and page.name not in _BEFORE_CHANGE:
        return RedirectResponse("/password", 303)
    if session.user.role not in MAY[page.name]:
        raise HTTPException(403)
    if page.method == "POST" and (is_foreign(request) or not same(form.get("csrf", ""), session.csrf)):
        raise HTTPException(403, "这个请求不是从本站页面发出的，没有执行。请返回页面，刷新后重试。")
    return page.answer(Visit(request, page.name, site, site.store(), session.user, session, form, nonce))


def _sign_in_first(request: Request) -> Response:
    """To the sign-in page, and back afterwards; an update within a page or a file says so instead."""
    if "x-part" in request.headers or "text/html" not in request.headers.get("accept", "text/html"):
        return PlainTextResponse("登录已过期，刚才的操作没有保存。请重新登录后再做一次。", 401)
    if request.method == "GET":
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(path, safe='')}", 303)
    # What was to be done is lost, but not the place where it was to be done.
    return RedirectResponse(f"/login?next={quote(own_address(request), safe='')}&lost=1", 303)
