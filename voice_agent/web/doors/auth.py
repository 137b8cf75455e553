"""Signing in and out: argon2 hashes, a fresh session for each sign-in, lock-out, a first password that must be changed."""

from __future__ import annotations

import secrets
import time
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store import Store
from voice_agent.store.people.users import User, find_user, login_failed, login_succeeded, password_hash, set_password

#: Characters a password must have; the norm for such systems (GB/T 22239) asks for eight.
SHORTEST = 8
#: Wrong passwords in a row before an account rests, and for how long (seconds).
TRIES, REST = 5, 900.0
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash of a password. Raises StoreError when it is too short."""
    if len(password) < SHORTEST:
        raise StoreError(f"密码至少要有 {SHORTEST} 个字符")
    return _hasher.hash(password)


def is_password(stored: str, password: str) -> bool:
    """Does the password match the stored hash?"""
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def check_login(store: Store, username: str, password: str) -> User | str:
    """The user who may sign in, or a Chinese sentence why not. Wrong name and wrong password sound and last alike."""
    user = find_user(store, username)
    matches = is_password(password_hash(store, user.id) if user else _nobody(), password)
    if user is None:
        return "用户名或密码不对。"
    if user.locked():
        return f"连续输错密码，账号暂停登录，请 {_minutes(user)} 分钟后再试，或请管理员重置密码。"
    if not matches:
        user = login_failed(store, user.id, limit=TRIES, lock_seconds=REST)
        return f"用户名或密码不对。账号已暂停登录 {_minutes(user)} 分钟。" if user.locked() else "用户名或密码不对。"
    if user.disabled:
        return "账号已停用，请联系管理员。"
    login_succeeded(store, user.id)
    return user


def _minutes(user: User) -> int:
    return max(1, round(((user.locked_until or 0.0) - time.time()) / 60))


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that nothing matches, so that an unknown name takes as long to refuse as a known one."""
    return _hasher.hash(secrets.token_urlsafe(32))


def change_password(store: Store, user: User, old: str, new: str, again: str) -> str:
    """Set a new password; returns '' or a Chinese sentence why not. Every session of the user ends."""
    if not is_password(password_hash(store, user.id), old):
        return "现在的密码不对。"
    if new != again:
        return "两次输入的新密码不一样。"
    if len(new) < SHORTEST:
        return f"新密码至少要有 {SHORTEST} 个字符。"
    if new == old or new.lower() == user.username.lower():
        return "新密码不能与原密码或用户名相同。"
    set_password(store, user.id, hash_password(new))
    return ""


def cookie_name(*, secure: bool) -> str:
    """``__Host-`` makes browsers refuse a cookie that came without TLS or from another host; it only works with TLS."""
    return "__Host-voice-agent" if secure else "voice-agent"


def set_cookie(response: Response, name: str, value: str, *, secure: bool, seconds: float | None = None) -> None:
    """A cookie that scripts cannot read and other sites cannot send."""
    age = None if seconds is None else int(seconds)
    response.set_cookie(name, value, max_age=age, path="/", secure=secure, httponly=True, samesite="strict")
