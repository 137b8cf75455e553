"""What back-tests of phrase books showed: kept with the digest of the book, so that a later release can name its proof."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voice_agent.errors import NotInStore
from voice_agent.store.database import Row, Store


@dataclass(frozen=True)
class BackTest:
    """``digest`` of the tried book, ``against`` that of the book in force. ``whole``: it was not stopped. ``report``: plain data."""

    id: int
    digest: str
    against: str
    made_at: float
    calls: int
    whole: bool
    report: Mapping[str, Any]


def save_backtest(
    store: Store, digest: str, against: str, report: Mapping[str, Any], *, user: int | None, now: float | None = None
) -> int:
    """Keep a report (it holds ``calls`` and ``whole``); returns its number. Raises StoreError."""
    packed = zlib.compress(json.dumps(report, ensure_ascii=False).encode())
    number = store.write(
        "INSERT INTO backtests (digest, against, made_by, made_at, calls, whole, report) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (digest, against, user, now or time.time(), report["calls"], report["whole"], packed),
    ).lastrowid
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


def get_backtest(store: Store, number: int) -> BackTest:
    """One back-test. Raises NotInStore."""
    row = store.row("SELECT * FROM backtests WHERE id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的回测")
    return _test(row)


def backtests_of(store: Store, digest: str) -> list[BackTest]:
    """The back-tests of the book with this digest, the latest first. Raises StoreError."""
    return [_test(row) for row in store.rows("SELECT * FROM backtests WHERE digest = ? ORDER BY id DESC", (digest,))]


def _test(row: Row) -> BackTest:
    return BackTest(
        row["id"], row["digest"], row["against"], row["made_at"], row["calls"], bool(row["whole"]),
        json.loads(zlib.decompress(row["report"])),
    )  # fmt: skip
