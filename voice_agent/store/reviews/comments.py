"""Remarks that people leave on a call."""

from __future__ import annotations

import time
from dataclasses import dataclass

from voice_agent.errors import StoreError
from voice_agent.store.database import Store


@dataclass(frozen=True)
class Comment:
    """A remark; ``name`` is its author's."""

    id: int
    call: int
    user: int
    name: str
    at: float
    text: str


def add_comment(store: Store, call: int, user: int, text: str, *, now: float | None = None) -> None:
    """Leave a remark. Raises StoreError when it is empty."""
    if not text.strip():
        raise StoreError("备注不能为空")
    store.write(
        "INSERT INTO comments (call, user, at, text) VALUES (?, ?, ?, ?)",
        (call, user, time.time() if now is None else now, text.strip()),
    )


def list_comments(store: Store, call: int) -> list[Comment]:
    """The remarks on a call in order of time. Raises StoreError."""
    rows = store.rows(
        "SELECT m.id, m.call, m.user, u.name, m.at, m.text FROM comments m JOIN users u ON u.id = m.user WHERE m.call = ? ORDER BY m.id",
        (call,),
    )
    return [Comment(*row) for row in rows]
