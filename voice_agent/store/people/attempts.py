"""How often somebody may guess. A guess is counted before it is looked at, so that guesses in parallel gain nothing.

Wrong guesses are counted for a name from one address, apart for each browser from which that person signed in before, and for an
address over all names. Nobody can shut out somebody else: guesses from elsewhere count elsewhere, and a known browser for itself.
"""

from __future__ import annotations

import hashlib
import secrets
import time

from voice_agent.store.database import Store

#: Seconds for which a wrong guess counts; guesses at one name from one place, and at all names from one address.
WINDOW, EACH, ALL = 900.0, 5, 50
#: Seconds for which a browser is known.
KNOWN = 180 * 86400.0


def begin_attempt(store: Store, name: str, address: str, device: str = "", *, now: float | None = None) -> int | None:
    """Count a guess before it is looked at; None when there were too many. ``device`` is a known browser's token. Raises StoreError."""
    moment = time.time() if now is None else now
    known = _is_known(store, name, device, moment)
    bucket = digest(f"device {name.casefold()} {device}" if known else f"name {name.casefold()} {address}")
    # What comes from a known browser does not fill the address's share, nor is it held up by strangers at the same address.
    place = "" if known else digest(f"address {address}")
    with store.transaction():
        store.write("DELETE FROM attempts WHERE at <= ?", (moment - WINDOW,))
        own = store.value("SELECT count(*) FROM attempts WHERE bucket = ?", (bucket,))
        all_here = store.value("SELECT count(*) FROM attempts WHERE address = ?", (place,)) if place else 0
        if own >= EACH or all_here >= ALL:
            return None
        values = (bucket, place, moment)
        return store.write("INSERT INTO attempts (bucket, address, at) VALUES (?, ?, ?)", values).lastrowid


def attempt_succeeded(store: Store, attempt: int) -> None:
    """It was no guess; what was mistyped before from there is forgotten, too. Raises StoreError."""
    store.write("DELETE FROM attempts WHERE bucket = (SELECT bucket FROM attempts WHERE id = ?)", (attempt,))


def remember_device(store: Store, user: int, device: str, *, now: float | None = None) -> str:
    """The token by which a browser is known from now on: the one it has, or a new one. Raises StoreError."""
    token, moment = device or secrets.token_urlsafe(32), time.time() if now is None else now
    with store.transaction():
        store.write("DELETE FROM devices WHERE at <= ?", (moment - KNOWN,))
        store.write("INSERT OR REPLACE INTO devices VALUES (?, ?, ?)", (digest(token), user, moment))
    return token


def forget_devices(store: Store, user: int) -> None:
    """No browser is known any more. Raises StoreError."""
    store.write("DELETE FROM devices WHERE user = ?", (user,))


def _is_known(store: Store, name: str, device: str, moment: float) -> bool:
    sql = "SELECT 1 FROM devices d JOIN users u ON u.id = d.user WHERE d.digest = ? AND u.username = ? AND d.at > ?"
    return bool(device) and bool(store.value(sql, (digest(device), name.strip(), moment - KNOWN)))


def digest(text: str) -> str:
    """What is kept of a token or a name."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
