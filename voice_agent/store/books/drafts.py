"""Drafts of the phrase book: a site's whole folder as text, made by one person and never changed; a better one is another draft."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from voice_agent.errors import NotInStore, StoreError
from voice_agent.store.database import Row, Store

#: Characters of all files of a draft together.
LARGEST = 400_000


@dataclass(frozen=True)
class Draft:
    """``files``: name → text of a site's folder. ``digest`` of the book they make; ``made_by`` a user, ``made_at`` unix seconds."""

    id: int
    version: str
    effective: date
    digest: str
    note: str
    files: Mapping[str, str]
    made_by: int
    made_by_name: str
    made_at: float


def save_draft(
    store: Store,
    files: Mapping[str, str],
    *,
    version: str,
    effective: date,
    digest: str,
    note: str,
    user: int,
    now: float | None = None,
) -> int:
    """Keep a draft; returns its number. ``version``, ``effective`` and ``digest`` are those of the book that the files make. Raises StoreError."""
    if sum(map(len, files.values())) > LARGEST:
        raise StoreError(f"草稿的文件太大，合计不能超过 {LARGEST} 个字符")
    number = store.write(
        "INSERT INTO drafts (version, effective, digest, note, files, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (version, effective.isoformat(), digest, note.strip(), _packed(files), user, now or time.time()),
    ).lastrowid
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


_SELECT = "SELECT d.*, u.name AS made_by_name FROM drafts d JOIN users u ON u.id = d.made_by"


def get_draft(store: Store, number: int) -> Draft:
    """One draft. Raises NotInStore."""
    row = store.row(f"{_SELECT} WHERE d.id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的草稿")
    return _draft(row)


def list_drafts(store: Store) -> list[Draft]:
    """All drafts, the latest first. Raises StoreError."""
    return [_draft(row) for row in store.rows(f"{_SELECT} ORDER BY d.id DESC")]


def _packed(files: Mapping[str, str]) -> bytes:
    return zlib.compress(json.dumps(dict(sorted(files.items())), ensure_ascii=False).encode())


def _draft(row: Row) -> Draft:
    return Draft(
        row["id"], row["version"], date.fromisoformat(row["effective"]), row["digest"], row["note"],
        json.loads(zlib.decompress(row["files"])), row["made_by"], row["made_by_name"], row["made_at"],
    )  # fmt: skip
