"""Models that a site taught: kept with what they were measured by; one counts only after a person adopted it, until it is revoked."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voice_agent.errors import NotInStore, StoreError
from voice_agent.store.database import Row, Store
from voice_agent.store.people.audit import log_act


@dataclass(frozen=True)
class SiteModel:
    """``base``: digest of the shipped model it stands on; ``calls``: numbers of the calls it learnt from. Times are unix seconds."""

    id: int
    base: str
    digest: str
    worth: Mapping[str, Mapping[str, float]]
    report: Mapping[str, Any]
    calls: tuple[int, ...]
    made_at: float
    adopted_by_name: str
    adopted_at: float | None
    revoked_at: float | None

    @property
    def adopted(self) -> bool:
        """Does a person answer for it now?"""
        return self.adopted_at is not None and self.revoked_at is None


def save_model(
    store: Store,
    *,
    base: str,
    digest: str,
    layer: bytes,
    worth: Mapping[str, Mapping[str, float]],
    report: Mapping[str, Any],
    calls: Sequence[int],
    user: int | None,
    now: float | None = None,
) -> int:
    """Keep a model that nobody uses yet; returns its number. Raises StoreError."""
    number = store.write(
        "INSERT INTO site_models (base, digest, layer, worth, report, calls, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            base, digest, layer, json.dumps(worth), zlib.compress(json.dumps(report, ensure_ascii=False).encode()),
            json.dumps(sorted(calls)), user, now or time.time(),
        ),
    ).lastrowid  # fmt: skip
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


_SELECT = (
    "SELECT m.*, coalesce(u.name, '') AS adopted_by_name FROM site_models m LEFT JOIN users u ON u.id = m.adopted_by"
)


def list_models(store: Store) -> list[SiteModel]:
    """All models, the latest first. Raises StoreError."""
    return [_model(row) for row in store.rows(f"{_SELECT} ORDER BY m.id DESC")]


def get_model(store: Store, number: int) -> SiteModel:
    """One model. Raises NotInStore."""
    row = store.row(f"{_SELECT} WHERE m.id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的本地模型")
    return _model(row)


def adopted_number(store: Store, base: str) -> int | None:
    """The number of the model in force above the shipped one with digest ``base``; None: the shipped one judges. Raises StoreError."""
    found: int | None = store.value(
        "SELECT id FROM site_models WHERE base = ? AND adopted_at IS NOT NULL AND revoked_at IS NULL ORDER BY adopted_at DESC, id DESC LIMIT 1",
        (base,),
    )
    return found


def layer_of(store: Store, number: int) -> tuple[bytes, Mapping[str, Mapping[str, float]]]:
    """The last layer (npz) and what sources are worth. Raises NotInStore."""
    row = store.row("SELECT layer, worth FROM site_models WHERE id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的本地模型")
    return row["layer"], json.loads(row["worth"])


def adopt_model(
    store: Store, number: int, user: int, *, base: str, username: str = "", now: float | None = None
) -> None:
    """Judge by it from now on. Raises StoreError: it stands on another shipped model, or was adopted already."""
    moment = time.time() if now is None else now
    with store.transaction():
        found = get_model(store, number)
        if found.base != base:
            raise StoreError("这个模型是在另一版自带模型上学的，不能启用；请重新学习")
        if found.adopted:
            raise StoreError("这个模型已经启用")
        store.write(
            "UPDATE site_models SET adopted_by = ?, adopted_at = ?, revoked_by = NULL, revoked_at = NULL WHERE id = ?",
            (user, moment, number),
        )
        log_act(store, "adopt_model", f"model {number}", user=user, username=username, detail=found.digest, now=moment)


def revoke_model(store: Store, number: int, user: int, *, username: str = "", now: float | None = None) -> None:
    """Judge by it no longer. Raises NotInStore."""
    moment = time.time() if now is None else now
    with store.transaction():
        if not get_model(store, number).adopted:
            raise NotInStore(f"没有编号为 {number} 的启用中的模型")
        store.write("UPDATE site_models SET revoked_by = ?, revoked_at = ? WHERE id = ?", (user, moment, number))
        log_act(store, "revoke_model", f"model {number}", user=user, username=username, now=moment)


def _model(row: Row) -> SiteModel:
    return SiteModel(
        row["id"], row["base"], row["digest"], json.loads(row["worth"]), json.loads(zlib.decompress(row["report"])),
        tuple(json.loads(row["calls"])), row["made_at"], row["adopted_by_name"], row["adopted_at"], row["revoked_at"],
    )  # fmt: skip
