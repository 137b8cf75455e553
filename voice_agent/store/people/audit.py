"""Who did what, listened to what, unmasked what, when and from where. The table refuses changes and deletions."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True)
class AuditFilter:
    """Which acts: who, what, done to what, with which words in the detail, between two moments (unix seconds, the second excluded)."""

    user: int | None = None
    action: str | None = None
    target: str | None = None
    words: str | None = None
    since: float | None = None
    until: float | None = None


def list_acts(
    store: Store,
    chosen: AuditFilter = AuditFilter(),
    *,
    limit: int = 100,
    offset: int = 0,
) -> list[AuditEntry]:
    """Acts, the latest first. Raises StoreError."""
    condition, values = _where(chosen)
    rows = store.rows(f"{_SELECT} WHERE {condition} ORDER BY id DESC LIMIT ? OFFSET ?", [*values, limit, offset])
    return [AuditEntry(*row) for row in rows]


def each_act(store: Store, chosen: AuditFilter) -> Iterator[AuditEntry]:
    """All acts of a choice, the earliest first, one by one: for a file. Raises StoreError."""
    condition, values = _where(chosen)
    yield from (AuditEntry(*row) for row in store.each(f"{_SELECT} WHERE {condition} ORDER BY id", values))


_SELECT = "SELECT id, at, user, username, action, object, detail, address FROM audit"


def _where(chosen: AuditFilter) -> tuple[str, list[Any]]:
    """Only what is asked for stands in the condition, so that its index is used."""
    given = {
        "user = ?": chosen.user, "action = ?": chosen.action, "object = ?": chosen.target, "instr(detail, ?) > 0": chosen.words or None,
        "at >= ?": chosen.since, "at < ?": chosen.until,
    }  # fmt: skip
    parts = {sql: value for sql, value in given.items() if value is not None}
    return " AND ".join(parts) or "1", list(parts.values())


def count_acts(store: Store, chosen: AuditFilter = AuditFilter()) -> int:
    """How many acts are on record. Raises StoreError."""
    condition, values = _where(chosen)
    return int(store.value(f"SELECT count(*) FROM audit WHERE {condition}", values))
