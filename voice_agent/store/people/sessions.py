"""Logged-in browsers. The cookie's value is never stored, only its digest."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass

from voice_agent.store.database import Store
from voice_agent.store.people.users import User, get_user


@dataclass(frozen=True)
class Session:
    """An open session: ``csrf`` must come back with every change; ``expires`` unix seconds."""

    user: User
    csrf: str
    expires: float


def open_session(store: Store, user: int, seconds: float, *, now: float | None = None) -> tuple[str, Session]:
    """A new session of ``seconds``; returns the cookie's value (shown only here) and the session. Raises StoreError."""
    moment = _now(now)
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    with store.transaction():
        store.write("DELETE FROM sessions WHERE expires <= ?", (moment,))
        store.write(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", (_digest(token), user, csrf, moment, moment + seconds)
        )
    return token, Session(get_user(store, user), csrf, moment + seconds)


def find_session(store: Store, token: str, *, now: float | None = None) -> Session | None:
    """The session of a cookie; None when unknown, run out, or its user disabled. Raises StoreError."""
    row = store.row(
        "SELECT user, csrf, expires FROM sessions WHERE digest = ? AND expires > ?", (_digest(token), _now(now))
    )
    if row is None:
        return None
    user = get_user(store, row["user"])
    return None if user.disabled else Session(user, row["csrf"], row["expires"])


def end_session(store: Store, token: str) -> None:
    """Log out. Raises StoreError."""
    store.write("DELETE FROM sessions WHERE digest = ?", (_digest(token),))


def end_sessions(store: Store, user: int) -> None:
    """Log a user out everywhere. Raises StoreError."""
    store.write("DELETE FROM sessions WHERE user = ?", (user,))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _now(now: float | None) -> float:
    return time.time() if now is None else now
