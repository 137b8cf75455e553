"""登录与安全: where one is signed in, signing out elsewhere, the second factor."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store.people.attempts import attempt_succeeded, begin_attempt
from voice_agent.store.people.second_factor import codes_left, drop_secret, propose_secret, secret_of
from voice_agent.store.people.sessions import end_other_sessions, list_sessions
from voice_agent.web.doors.auth import cookie_name
from voice_agent.web.doors.totp import confirm, is_code, new_secret, picture
from voice_agent.web.doors.visit import Page, Visit


def _token(visit: Visit) -> str:
    return visit.request.cookies.get(cookie_name(secure=visit.site.secure), "")


def show_account(visit: Visit, message: str = "", codes: list[str] | None = None) -> Response:
    """Sessions and second factor; fresh recovery codes are shown once."""
    idle = visit.site.config.web.idle_minutes * 60
    values: dict[str, Any] = {
        "sessions": list_sessions(visit.store, visit.user.id, _token(visit), idle=idle), "message": message, "codes": codes or [],
        "active": bool(secret_of(visit.store, visit.user.id)), "left": codes_left(visit.store, visit.user.id),
        "needed": visit.user.role in visit.site.config.web.totp_roles, "secret": "", "picture": "", "idle": visit.site.config.web.idle_minutes,
    }  # fmt: skip
    if pending := secret_of(visit.store, visit.user.id, pending=True):
        values |= {
            "secret": " ".join(pending[at : at + 4] for at in range(0, len(pending), 4)),
            "picture": picture(pending, visit.user.username),
        }
    return visit.show("account.html", status=400 if message else 200, **values)


def end_others(visit: Visit) -> Response:
    """Sign out everywhere but here."""
    number = end_other_sessions(visit.store, visit.user.id, _token(visit))
    visit.note("end_sessions", f"user {visit.user.id}", f"{number} 处")
    return visit.go("/account")


def second_factor(visit: Visit) -> Response:
    """Begin, confirm or end the second factor. Raises StoreError."""
    action, code, user = visit.form.get("action", ""), visit.form.get("code", "").replace(" ", ""), visit.user.id
    if action == "begin":
        propose_secret(visit.store, user, new_secret())
        return visit.go("/account")
    if action not in ("confirm", "off"):
        raise StoreError("没有选择操作")
    # A stolen session must not guess at the code.
    attempt = begin_attempt(visit.store, f"totp {user}", "")
    if attempt is None:
        return show_account(visit, "尝试次数太多，请等 15 分钟。")
    if action == "confirm":
        if not (codes := confirm(visit.store, user, code)):
            return show_account(visit, "验证码不对。请核对手机时间，再输入新显示的 6 位数字。")
        attempt_succeeded(visit.store, attempt)
        visit.note("set_totp", f"user {user}")
        end_other_sessions(visit.store, user, _token(visit))
        return show_account(visit, codes=codes)
    if not is_code(visit.store, user, code):
        return show_account(visit, "验证码不对，两步验证没有停用。")
    attempt_succeeded(visit.store, attempt)
    drop_secret(visit.store, user)
    visit.note("drop_totp", f"user {user}")
    return visit.go("/account")


PAGES = (
    Page("account", "GET", "/account", show_account),
    Page("end_others", "POST", "/account/others", end_others),
    Page("totp", "POST", "/account/totp", second_factor),
)
