"""Logged-in browsers. The cookie's value is never stored, only its digest."""

from __future__ import annotations

import hashlib
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass

from voice_agent.errors import StoreError
from voice_agent.store.database import Store
from voice_agent.store.people.users import User, get_user

#: Seconds after which the use of a session is written down again.
SEEN_EVERY = 60.0


@dataclass(frozen=True)
class Session:
    """An open session: ``csrf`` must come back with every change; ``expires`` unix seconds."""

    user: User
    csrf: str
    expires: float


def open_session(
    store: Store, user: int, seconds: float, *, address: str = "", browser: str = "", now: float | None = None
) -> tuple[str, Session]:
    """A new session of ``seconds``; returns the cookie's value (shown only here) and the session. Raises StoreError."""
    moment = _now(now)
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    values = (_digest(token), user, csrf, moment, moment + seconds, moment, address[:64], browser[:200])
    with store.transaction():
        store.write("DELETE FROM sessions WHERE expires <= ?", (moment,))
        store.write(
            "INSERT INTO sessions (digest, user, csrf, created, expires, seen, address, browser) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
    return token, Session(get_user(store, user), csrf, moment + seconds)


def find_session(store: Store, token: str, *, idle: float = 86400.0 * 3, now: float | None = None) -> Session | None:
    """The session of a cookie; None when unknown, run out, unused for ``idle`` seconds, or its user disabled. Raises StoreError."""
    moment = _now(now)
    row = store.row(
        "SELECT user, csrf, expires, seen FROM sessions WHERE digest = ? AND expires > ? AND seen > ?",
        (_digest(token), moment, moment - idle),
    )
    if row is None:
        return None
    user = get_user(store, row["user"])
    if user.disabled:
        return None
    if moment - row["seen"] > min(SEEN_EVERY, idle / 4):
        _seen(store, token, moment)
    return Session(user, row["csrf"], row["expires"])


def _seen(store: Store, token: str, moment: float) -> None:
    """Remember that it is used; a store that is busy must not keep anybody from reading."""
    with suppress(StoreError):
        store.write("UPDATE sessions SET seen = ? WHERE digest = ?", (moment, _digest(token)))


@dataclass(frozen=True)
class OpenSession:
    """One place where somebody is signed in. Times are unix seconds; ``own``: it is the one that asks."""

    created: float
    seen: float
    address: str
    browser: str
    own: bool


def list_sessions(
    store: Store, user: int, token: str, *, idle: float = 86400.0 * 3, now: float | None = None
) -> list[OpenSession]:
    """Where a user is signed in, the latest used first. Raises StoreError."""
    moment = _now(now)
    rows = store.rows(
        "SELECT created, seen, address, browser, digest = ? AS own FROM sessions WHERE user = ? AND expires > ? AND seen > ?"
        " ORDER BY seen DESC",
        (_digest(token), user, moment, moment - idle),
    )
    return [OpenSession(**{**dict(row), "own": bool(row["own"])}) for row in rows]


def end_other_sessions(store: Store, user: int, token: str) -> int:
    """Log a user out everywhere but here; returns how many sessions ended. Raises StoreError."""
    return store.write("DELETE FROM sessions WHERE user = ? AND digest <> ?", (user, _digest(token))).rowcount


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
