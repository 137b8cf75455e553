"""Every page's gate: who is it, may this role ask for it, and did the request come from our own page?"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from voice_agent.store.people.audit import log_act
from voice_agent.store.people.second_factor import secret_of
from voice_agent.store.people.sessions import end_session, find_session, open_session
from voice_agent.store.people.users import User, find_user
from voice_agent.web.doors.auth import cookie_name, set_cookie
from voice_agent.web.doors.permissions import MAY
from voice_agent.web.doors.proxies import browser_address, directory_user
from voice_agent.web.doors.security import is_foreign, same
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.failures import own_address
from voice_agent.web.site import Site

#: What somebody may do before the first password has been changed.
_BEFORE_CHANGE = frozenset({"password", "change_password", "logout"})

#: And before a role that needs a second factor has one.
_BEFORE_FACTOR = _BEFORE_CHANGE | {"account", "totp"}


def admitted(site: Site, page: Page, request: Request, form: Mapping[str, str], nonce: str) -> Response:
    """The page's own answer, or why not. Raises HTTPException 403."""
    store, web = site.store(), site.config.web
    token = request.cookies.get(cookie_name(secure=site.secure), "")
    session = find_session(store, token, idle=web.idle_minutes * 60) if token else None
    told = directory_user(web, request)
    if told and (session is None or session.user.username.casefold() != told.casefold()):
        return _by_directory(site, request, told)
    if session is None:
        return _sign_in_first(request)
    if session.user.must_change and not told and page.name not in _BEFORE_CHANGE:
        return RedirectResponse("/password", 303)
    if not told and page.name not in _BEFORE_FACTOR and _lacks_factor(site, session.user):
        return RedirectResponse("/account", 303)
    if session.user.role not in MAY[page.name]:
        raise HTTPException(403)
    if page.method == "POST" and (is_foreign(request) or not same(form.get("csrf", ""), session.csrf)):
        raise HTTPException(403, "这个请求不是从本站页面发出的，没有执行。请返回页面，刷新后重试。")
    return page.answer(Visit(request, page.name, site, store, session.user, session, form, nonce))


def _lacks_factor(site: Site, user: User) -> bool:
    return user.role in site.config.web.totp_roles and not secret_of(site.store(), user.id)


def _by_directory(site: Site, request: Request, told: str) -> Response:
    """The site's own directory has signed somebody in: a session for whoever has this name here. Raises HTTPException 403."""
    user = find_user(site.store(), told)
    if user is None or user.disabled:
        raise HTTPException(
            403, f"本单位目录已登录为“{told}”，但这里没有这个用户，或者已停用。请联系管理员添加同名用户。"
        )
    if request.method != "GET":
        return _sign_in_first(request)
    log_act(
        site.store(),
        "login",
        user=user.id,
        username=user.username,
        detail="本单位目录",
        address=browser_address(site.config.web, request),
    )
    # The session's cookie comes with the second answer; the same address is asked for again.
    return with_session(site, user, request, RedirectResponse(here(request), 303))


def here(request: Request) -> str:
    """The address asked for, as a path on this site."""
    return "/" + request.url.path.lstrip("/") + (f"?{request.url.query}" if request.url.query else "")


def with_session(site: Site, user: User, request: Request, response: Response) -> Response:
    """An answer that opens a fresh session, so that nobody can plant one beforehand."""
    name, seconds = cookie_name(secure=site.secure), site.config.web.session_hours * 3600
    if old := request.cookies.get(name):
        end_session(site.store(), old)
    token, _ = open_session(
        site.store(), user.id, seconds, address=browser_address(site.config.web, request), browser=request.headers.get("user-agent", ""),
    )  # fmt: skip
    set_cookie(response, name, token, secure=site.secure, seconds=seconds)
    return response


def _sign_in_first(request: Request) -> Response:
    """To the sign-in page, and back afterwards; an update within a page or a file says so instead."""
    if "x-part" in request.headers or "text/html" not in request.headers.get("accept", "text/html"):
        return PlainTextResponse("登录已过期，刚才的操作没有保存。请重新登录后再做一次。", 401)
    if request.method == "GET":
        return RedirectResponse(f"/login?next={quote(here(request), safe='')}", 303)
    # What was to be done is lost, but not the place where it was to be done.
    return RedirectResponse(f"/login?next={quote(own_address(request), safe='')}&lost=1", 303)
