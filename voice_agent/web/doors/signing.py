"""The doors: signing in, signing out, changing one's password."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from voice_agent.store.people.attempts import KNOWN, remember_device
from voice_agent.store.people.audit import log_act
from voice_agent.store.people.sessions import end_session
from voice_agent.store.people.users import find_user
from voice_agent.web.doors.auth import REFUSED, Credentials, change_password, check_login, cookie_name, set_cookie
from voice_agent.web.doors.gate import with_session
from voice_agent.web.doors.passwords import RULE
from voice_agent.web.doors.permissions import HOMES
from voice_agent.web.doors.proxies import browser_address
from voice_agent.web.doors.security import is_foreign, same
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.site import Site


@dataclass(frozen=True)
class Door:
    """A page for people who are not signed in."""

    method: str
    path: str
    answer: Callable[[Site, Request, Mapping[str, str], str], Response]


def _pass_name(site: Site) -> str:
    """The cookie that proves that a sign-in form came from our own page."""
    return cookie_name(secure=site.secure) + "-form"


def show_login(site: Site, request: Request, form: Mapping[str, str], _nonce: str, message: str = "") -> Response:
    """The sign-in page."""
    token = request.cookies.get(_pass_name(site)) or secrets.token_urlsafe(32)
    wanted = form.get("next") or request.query_params.get("next", "")
    lost = "登录已过期，刚才的操作没有保存。重新登录后会回到原来的页面，写好的文字还在。"
    message = message or (lost if request.query_params.get("lost") and request.method == "GET" else "")
    values = {
        "user": None, "message": message, "token": token, "next": _inside(wanted), "username": form.get("username", ""),
        "demo": site.demo,
    }  # fmt: skip
    refused = bool(message) and request.method == "POST"
    response = HTMLResponse(site.templates.get_template("login.html").render(values), 401 if refused else 200)
    set_cookie(response, _pass_name(site), token, secure=site.secure)
    return response


def log_in(site: Site, request: Request, form: Mapping[str, str], nonce: str) -> Response:
    """Check the password; every sign-in gets a session of its own, so that nobody can plant one beforehand."""
    if is_foreign(request) or not same(form.get("csrf", ""), request.cookies.get(_pass_name(site), "")):
        return show_login(site, request, form, nonce, "登录页面已过期，请再试一次。")
    name, address = form.get("username", ""), browser_address(site.config.web, request)
    device = request.cookies.get(_device_name(site), "")
    store = site.store()
    user = check_login(store, Credentials(name, form.get("password", ""), form.get("code", ""), address, device))
    if user is None:
        # People type passwords into the field of the name: only names that exist are written down.
        known = find_user(store, name)
        log_act(store, "login_failed", username=known.username if known else "（没有这个用户）", address=address)
        return show_login(site, request, form, nonce, REFUSED)
    log_act(store, "login", user=user.id, username=user.username, address=address)
    response = with_session(site, user, request, RedirectResponse(_inside(form.get("next", "")) or "/", 303))
    token = remember_device(store, user.id, device)
    set_cookie(response, _device_name(site), token, secure=site.secure, seconds=KNOWN)
    return response


def _device_name(site: Site) -> str:
    """The cookie by which a browser is known that was here before; it opens nothing."""
    return cookie_name(secure=site.secure) + "-known"


def _inside(address: str) -> str:
    """Only a path on this site may be where a sign-in leads; anything else (``//elsewhere``, ``/\\elsewhere``) is dropped."""
    safe = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if safe else ""


def home(visit: Visit) -> Response:
    """The first page of one's role."""
    return visit.go(HOMES[visit.user.role])


def log_out(visit: Visit) -> Response:
    """End the session."""
    name = cookie_name(secure=visit.site.secure)
    end_session(visit.store, visit.request.cookies[name])
    visit.note("logout")
    response = visit.go("/login")
    response.delete_cookie(name, path="/", secure=visit.site.secure, httponly=True)
    return response


def show_password(visit: Visit, message: str = "") -> Response:
    """The form for a new password."""
    return visit.show("password.html", message=message, rule=RULE, status=400 if message else 200)


def save_password(visit: Visit) -> Response:
    """Change one's password; all other sessions end, and this browser gets a new one."""
    form = visit.form
    message = change_password(visit.store, visit.user, form.get("old", ""), form.get("new", ""), form.get("again", ""))
    if message:
        return show_password(visit, message)
    visit.note("password")
    return with_session(visit.site, visit.user, visit.request, visit.go("/"))


DOORS = (Door("GET", "/login", show_login), Door("POST", "/login", log_in))
PAGES = (
    Page("home", "GET", "/", home),
    Page("logout", "POST", "/logout", log_out),
    Page("password", "GET", "/password", show_password),
    Page("change_password", "POST", "/password", save_password),
)
