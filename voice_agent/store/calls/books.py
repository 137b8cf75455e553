"""The phrase books that judgements were made with: version, effective date, digest, points and whole content."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from phrasebook.model import PhraseBook
from voice_agent.errors import NotInStore
from voice_agent.store.database import Row, Store
from voice_agent.store.failures import whole


@dataclass(frozen=True)
class StoredBook:
    """A phrase book that was in force; ``stored_at`` unix seconds of its first judgement, ``judgements`` how many it made."""

    id: int
    version: str
    effective: date
    digest: str
    stored_at: float
    judgements: int


@dataclass(frozen=True)
class Points:
    """What a fault of a rule costs (points of 100)."""

    fault: float
    late: float


def save_book(store: Store, book: PhraseBook, *, now: float | None = None) -> int:
    """The number of this book in the store; its content is kept once per digest. Raises StoreError."""
    known = store.value("SELECT id FROM books WHERE digest = ?", (book.digest,))
    if known is not None:
        return int(known)
    points = {rule.id: [rule.points, rule.late_points] for rule in book.rules.values()}
    content = zlib.compress(json.dumps(_plain(book), ensure_ascii=False).encode())
    store.write(
        "INSERT OR IGNORE INTO books (version, effective, digest, stored_at, points, content) VALUES (?, ?, ?, ?, ?, ?)",
        (book.version, book.effective.isoformat(), book.digest, now or time.time(), json.dumps(points), content),
    )
    return int(store.value("SELECT id FROM books WHERE digest = ?", (book.digest,)))


def list_books(store: Store) -> list[StoredBook]:
    """All books, the latest first: the version history. Raises StoreError."""
    rows = store.rows(
        "SELECT b.*, (SELECT count(*) FROM judgements j WHERE j.book = b.id) AS judgements FROM books b"
        " ORDER BY b.effective DESC, b.id DESC"
    )
    return [_stored(row) for row in rows]


@whole("用语库版本")
def book_content(store: Store, number: int) -> dict[str, Any]:
    """The whole content of a stored book as plain data (phrases, acts, rules, norms …). Raises StoreError."""
    content = store.value("SELECT content FROM books WHERE id = ?", (number,))
    if content is None:
        raise NotInStore(f"没有编号为 {number} 的用语库版本")
    found: dict[str, Any] = json.loads(zlib.decompress(content))
    return found


@whole("用语库版本")
def book_points(store: Store, number: int | None) -> Mapping[str, Points]:
    """Rule → points of a stored book; empty when a judgement names none. Raises StoreError."""
    text = store.value("SELECT points FROM books WHERE id = ?", (number,))
    return {rule: Points(*points) for rule, points in json.loads(text or "{}").items()}


def _stored(row: Row) -> StoredBook:
    effective = date.fromisoformat(row["effective"])
    return StoredBook(row["id"], row["version"], effective, row["digest"], row["stored_at"], row["judgements"])


def _plain(value: Any) -> Any:
    """Dataclasses, dates and (read-only) mappings as JSON knows them; ``asdict`` cannot copy a mapping proxy."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
