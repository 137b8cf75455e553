"""Releases: from which day on, and for which unit, a draft is the book that calls are judged by. Two people make one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from voice_agent.errors import AccessError, NotInStore, StoreError
from voice_agent.store.books.backtests import backtests_of
from voice_agent.store.books.drafts import get_draft
from voice_agent.store.database import Row, Store
from voice_agent.store.people.audit import log_act


@dataclass(frozen=True)
class Release:
    """``unit`` '' is all units; ``effective`` a local day. ``reason``: why without a back-test. Times are unix seconds."""

    id: int
    draft: int
    version: str
    unit: str
    effective: date
    drafted_by_name: str
    released_by_name: str
    released_at: float
    backtest: int | None
    reason: str
    revoked_at: float | None


def release_draft(
    store: Store,
    draft: int,
    user: int,
    *,
    effective: date,
    unit: str = "",
    reason: str = "",
    username: str = "",
    now: float | None = None,
) -> int:
    """Put a draft in force from a local day on; returns the release's number.

    A book that was not back-tested to the end needs a ``reason``, which the audit log keeps. Raises AccessError (one's own draft)
    and StoreError (a day that is past, a unit that is none, no reason).
    """
    moment = time.time() if now is None else now
    with store.transaction():
        found = get_draft(store, draft)
        if found.made_by == user:
            raise AccessError("草稿不能由起草人自己发布，请另一位管理员核对后发布")
        _check(store, effective, unit, moment)
        proof = next((test.id for test in backtests_of(store, found.digest) if test.whole), None)
        if proof is None and not reason.strip():
            raise StoreError("这份草稿没有做完回测；不回测就发布须写明理由（记入审计日志）")
        number = store.write(
            "INSERT INTO releases (draft, unit, effective, released_by, released_at, backtest, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (draft, unit, effective.isoformat(), user, moment, proof, "" if proof else reason.strip()),
        ).lastrowid
        told = f"{found.version} {effective} {unit or '全部单位'} " + (
            f"回测 {proof}" if proof else f"未回测：{reason.strip()}"
        )
        log_act(store, "release_book", f"draft {draft}", user=user, username=username, detail=told, now=moment)
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


def _check(store: Store, effective: date, unit: str, now: float) -> None:
    if effective < datetime.fromtimestamp(now, store.timezone).date():
        raise StoreError("施行日期不能早于今天：已经判定的通话不因此改变")
    if unit and store.value("SELECT 1 FROM units WHERE name = ?", (unit,)) is None:
        raise StoreError(f"没有单位 {unit}")


def revoke_release(store: Store, number: int, user: int, *, username: str = "", now: float | None = None) -> None:
    """Take a release back: calls are judged by what was in force before it. Raises NotInStore."""
    moment = time.time() if now is None else now
    with store.transaction():
        if store.value("SELECT 1 FROM releases WHERE id = ? AND revoked_at IS NULL", (number,)) is None:
            raise NotInStore(f"没有编号为 {number} 的有效发布")
        store.write("UPDATE releases SET revoked_by = ?, revoked_at = ? WHERE id = ?", (user, moment, number))
        log_act(store, "revoke_book", f"release {number}", user=user, username=username, now=moment)


def list_releases(store: Store) -> list[Release]:
    """All releases, the latest first. Raises StoreError."""
    rows = store.rows(
        "SELECT r.*, d.version, m.name AS drafted_by_name, u.name AS released_by_name FROM releases r JOIN drafts d ON d.id = r.draft"
        " JOIN users m ON m.id = d.made_by JOIN users u ON u.id = r.released_by ORDER BY r.id DESC"
    )
    return [_release(row) for row in rows]


def released_for(store: Store, day: str, unit: str) -> tuple[date, Mapping[str, str]] | None:
    """Since when and which files are in force on a local day (ISO) for a unit: its own release before one for all; None: no release."""
    row = store.row(
        "SELECT draft, effective FROM releases WHERE revoked_at IS NULL AND effective <= ? AND unit IN ('', ?)"
        " ORDER BY unit <> '' DESC, effective DESC, id DESC LIMIT 1",
        (day, unit),
    )
    return (date.fromisoformat(row["effective"]), get_draft(store, row["draft"]).files) if row else None


def _release(row: Row) -> Release:
    return Release(
        row["id"], row["draft"], row["version"], row["unit"], date.fromisoformat(row["effective"]), row["drafted_by_name"],
        row["released_by_name"], row["released_at"], row["backtest"], row["reason"], row["revoked_at"],
    )  # fmt: skip
