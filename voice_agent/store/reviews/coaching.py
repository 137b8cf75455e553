"""辅导: what a reviewer or supervisor tells a clerk about a call, and that the clerk has read it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from voice_agent.errors import AccessError, NotInStore, StoreError
from voice_agent.store.database import Store
from voice_agent.store.people.users import get_user


@dataclass(frozen=True)
class Note:
    """A note for a clerk about a call; ``acknowledged_at`` unix seconds, None while unread."""

    id: int
    clerk: str
    call: int
    call_id: str
    text: str
    author: str
    made_at: float
    acknowledged_at: float | None


def add_note(store: Store, call: int, clerk: str, user: int, text: str, *, now: float | None = None) -> int:
    """Tell a clerk of the call something. Raises StoreError: nothing, or a clerk who was not on the call."""
    if not text.strip():
        raise StoreError("辅导意见不能为空")
    if not store.value("SELECT 1 FROM call_clerks WHERE call = ? AND clerk = ? AND clerk <> ''", (call, clerk)):
        raise StoreError("这通电话没有这名坐席")
    number = store.write(
        "INSERT INTO coaching (clerk, call, text, made_by, made_at) VALUES (?, ?, ?, ?, ?)",
        (clerk, call, text.strip(), user, time.time() if now is None else now),
    ).lastrowid
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


def acknowledge(store: Store, number: int, user: int, *, now: float | None = None) -> None:
    """The clerk has read it. Raises AccessError when it is for somebody else, NotInStore."""
    clerk = store.value("SELECT clerk FROM coaching WHERE id = ?", (number,))
    if clerk is None:
        raise NotInStore(f"没有编号为 {number} 的辅导")
    if clerk != get_user(store, user).job_number:
        raise AccessError("只能确认给自己的辅导")
    store.write(
        "UPDATE coaching SET acknowledged_at = ? WHERE id = ? AND acknowledged_at IS NULL",
        (time.time() if now is None else now, number),
    )


def notes(store: Store, *, clerk: str | None = None, call: int | None = None, limit: int = 100) -> list[Note]:
    """Notes (for one clerk, about one call), unread ones first, then the latest. Raises StoreError."""
    rows = store.rows(
        "SELECT n.id, n.clerk, n.call, c.call_id, n.text, u.name, n.made_at, n.acknowledged_at FROM coaching n"
        " JOIN calls c ON c.id = n.call JOIN users u ON u.id = n.made_by WHERE (?1 IS NULL OR n.clerk = ?1)"
        " AND (?2 IS NULL OR n.call = ?2) ORDER BY n.acknowledged_at IS NOT NULL, n.id DESC LIMIT ?3",
        (clerk, call, limit),
    )
    return [Note(*row) for row in rows]
