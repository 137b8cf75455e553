"""Whether a sign-in is right. Wrong name, wrong password, wrong code, too many guesses, disabled: one answer for all of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from starlette.responses import Response

from voice_agent.store import Store
from voice_agent.store.people.attempts import attempt_succeeded, begin_attempt
from voice_agent.store.people.second_factor import secret_of
from voice_agent.store.people.users import User, find_user, password_hash, set_password
from voice_agent.web.doors.passwords import hash_password, is_password, nobody, weakness
from voice_agent.web.doors.totp import is_code

#: The same for everybody, so that nobody learns who has an account, or that a password was right.
REFUSED = "没有登录：用户名、密码或动态验证码不对，或者尝试次数太多。请核对后再试；仍不行请等 15 分钟，或联系管理员。"
#: Hashing takes 64 MB each time: no more at once than a small machine has room for.
_HASHING = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Credentials:
    """What somebody typed and from where; ``device`` is the token of a browser that was here before ('' none)."""

    username: str
    password: str
    code: str = ""
    address: str = ""
    device: str = ""


def check_login(store: Store, given: Credentials) -> User | None:
    """The user who may sign in. Whatever is wrong sounds and lasts alike; a guess is counted before it is looked at. Raises StoreError."""
    attempt = begin_attempt(store, given.username.strip(), given.address, given.device)
    user = find_user(store, given.username)
    with _HASHING:
        matches = is_password(password_hash(store, user.id) if user else nobody(), given.password)
    if attempt is None or user is None or not matches or user.disabled:
        return None
    if secret_of(store, user.id) and not is_code(store, user.id, given.code):
        return None
    attempt_succeeded(store, attempt)
    return user


def change_password(store: Store, user: User, old: str, new: str, again: str) -> str:
    """Set a new password; returns '' or a Chinese sentence why not. Every session of the user ends."""
    attempt = begin_attempt(store, user.username, "password form")
    with _HASHING:
        right = is_password(password_hash(store, user.id), old)
    if attempt is None or not right:
        return "现在的密码不对，或者尝试次数太多（请等 15 分钟）。"
    attempt_succeeded(store, attempt)
    if new != again:
        return "两次输入的新密码不一样。"
    if new == old:
        return "新密码不能与原密码相同。"
    if why := weakness(new, user.username, user.name, user.job_number):
        return f"{why}。"
    set_password(store, user.id, hash_password(new))
    return ""


def cookie_name(*, secure: bool) -> str:
    """``__Host-`` makes browsers refuse a cookie that came without TLS or from another host; it only works with TLS."""
    return "__Host-voice-agent" if secure else "voice-agent"


def set_cookie(response: Response, name: str, value: str, *, secure: bool, seconds: float | None = None) -> None:
    """A cookie that scripts cannot read and other sites cannot send."""
    age = None if seconds is None else int(seconds)
    response.set_cookie(name, value, max_age=age, path="/", secure=secure, httponly=True, samesite="strict")
