"""Who did what, listened to what, unmasked what, when and from where. The table refuses changes and deletions."""

from __future__ import annotations

import time
from dataclasses import dataclass

from voice_agent.store.database import Store


@dataclass(frozen=True)
class AuditEntry:
    """One act: ``action`` such as ``listen``, ``unmask``, ``login``; ``target`` what it was done to, such as ``call 17``."""

    id: int
    at: float
    user: int | None
    username: str
    action: str
    target: str
    detail: str
    address: str


def log_act(
    store: Store,
    action: str,
    target: str = "",
    *,
    user: int | None = None,
    username: str = "",
    detail: str = "",
    address: str = "",
    now: float | None = None,
) -> None:
    """Write one act; never put telephone numbers or passwords into ``detail``. Raises StoreError."""
    store.write(
        "INSERT INTO audit (at, user, username, action, object, detail, address) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (time.time() if now is None else now, user, username, action, target, detail, address),
    )


def list_acts(
    store: Store,
    *,
    user: int | None = None,
    action: str | None = None,
    target: str | None = None,
    since: float | None = None,
    until: float | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[AuditEntry]:
    """Acts, the latest first. Raises StoreError."""
    rows = store.rows(
        "SELECT id, at, user, username, action, object, detail, address FROM audit WHERE (?1 IS NULL OR user = ?1)"
        " AND (?2 IS NULL OR action = ?2) AND (?3 IS NULL OR object = ?3) AND (?4 IS NULL OR at >= ?4)"
        " AND (?5 IS NULL OR at < ?5) ORDER BY id DESC LIMIT ?6 OFFSET ?7",
        (user, action, target, since, until, limit, offset),
    )
    return [AuditEntry(*row) for row in rows]


def count_acts(store: Store) -> int:
    """How many acts are on record. Raises StoreError."""
    return int(store.value("SELECT count(*) FROM audit"))
