"""常用筛选: filters that a person gave a name, each on the page where it belongs."""

from __future__ import annotations

import time
from dataclasses import dataclass

from voice_agent.errors import NotInStore, StoreError
from voice_agent.store.database import Store

#: Saved filters of one person on one page, and the longest name of one.
MOST, LONGEST = 20, 30


@dataclass(frozen=True)
class View:
    """A named filter: ``query`` is what stands behind the question mark of ``page``."""

    id: int
    page: str
    name: str
    query: str


def save_view(store: Store, user: int, page: str, name: str, query: str, *, now: float | None = None) -> None:
    """Give a filter a name; a name that is there already means the new filter. Raises StoreError."""
    words = " ".join(name.split())
    if not words or len(words) > LONGEST:
        raise StoreError(f"请给筛选起个名字，最多 {LONGEST} 个字符")
    with store.transaction():
        others = store.value(
            "SELECT count(*) FROM views WHERE user = ? AND page = ? AND name <> ?", (user, page, words)
        )
        if others >= MOST:
            raise StoreError(f"每个页面最多存 {MOST} 个常用筛选，请先删去不用的")
        store.write(
            "INSERT INTO views (user, page, name, query, made_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (user, page, name) DO UPDATE SET query = excluded.query, made_at = excluded.made_at",
            (user, page, words, query, time.time() if now is None else now),
        )


def list_views(store: Store, user: int, page: str) -> list[View]:
    """Somebody's filters of a page, by name. Raises StoreError."""
    rows = store.rows("SELECT id, page, name, query FROM views WHERE user = ? AND page = ? ORDER BY name", (user, page))
    return [View(*row) for row in rows]


def remove_view(store: Store, user: int, number: int) -> View:
    """Forget one of one's own filters; returns it. Raises NotInStore."""
    with store.transaction():
        row = store.row("SELECT id, page, name, query FROM views WHERE id = ? AND user = ?", (number, user))
        if row is None:
            raise NotInStore(f"没有编号为 {number} 的常用筛选")
        store.write("DELETE FROM views WHERE id = ?", (number,))
    return View(*row)
