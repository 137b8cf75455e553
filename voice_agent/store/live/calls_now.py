"""The calls that go on, written by ``listen`` and read by ``serve``: each change has a number, so that nothing is missed."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voice_agent.store.database import Row, Store

#: Calls that are over stay so long (seconds) for pages that were asleep.
KEPT_SECONDS = 3600.0


@dataclass(frozen=True)
class LiveCall:
    """A call as it stands. ``unit`` and ``clerk`` ('' unknown) are those of who has it now; ``ended``: unix seconds, None while it goes on."""

    uniqueid: str
    unit: str
    clerk: str
    started: float
    ended: float | None
    state: Mapping[str, Any]
    system: str = ""
    version: int = 0


@dataclass(frozen=True)
class LiveStatus:
    """``version`` of the newest change, ``cleared``: changes up to this one may be gone; ``at``: when the hearing last said how it is (0: never)."""

    version: int
    cleared: int
    at: float
    told: Mapping[str, Any]


def in_a_hurry(store: Store) -> None:
    """This connection waits for no disk: what it writes is passing, and a power cut may cost its last moments. Raises StoreError."""
    store.write("PRAGMA synchronous = NORMAL")


def save_live(store: Store, calls: Sequence[LiveCall]) -> None:
    """Write how these calls stand, in one transaction. Raises StoreError."""
    if not calls:
        return
    with store.transaction():
        version = int(store.value("SELECT version FROM live_status"))
        store.write_many(
            "INSERT OR REPLACE INTO live_calls (system, uniqueid, version, unit, clerk, started, ended, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (one.system, one.uniqueid, version + place, one.unit, one.clerk, one.started, one.ended, json.dumps(one.state, ensure_ascii=False))
                for place, one in enumerate(calls, 1)
            ],
        )  # fmt: skip
        store.write("UPDATE live_status SET version = ?", (version + len(calls),))


def end_all(store: Store, now: float | None = None) -> int:
    """Whatever still stands as going on is over: nobody follows it any more. How many that were. Raises StoreError."""
    moment = time.time() if now is None else now
    with store.transaction():
        rows = store.rows("SELECT * FROM live_calls WHERE ended IS NULL ORDER BY version")
        going = [_call(row) for row in rows]
        save_live(store, [_ended(one, moment) for one in going])
    return len(going)


def _ended(one: LiveCall, moment: float) -> LiveCall:
    return LiveCall(one.uniqueid, one.unit, one.clerk, one.started, moment, {}, one.system)


def clear_ended(store: Store, *, before: float) -> None:
    """Forget calls that were over before ``before`` (unix seconds). Raises StoreError."""
    with store.transaction():
        newest = store.value("SELECT max(version) FROM live_calls WHERE ended < ?", (before,))
        if newest is not None:
            store.write("DELETE FROM live_calls WHERE ended < ?", (before,))
            store.write("UPDATE live_status SET cleared = max(cleared, ?)", (newest,))


def changed_since(store: Store, version: int) -> list[LiveCall]:
    """The calls that changed after ``version``, in the order of their change. Raises StoreError."""
    return [_call(row) for row in store.rows("SELECT * FROM live_calls WHERE version > ? ORDER BY version", (version,))]


def save_status(store: Store, told: Mapping[str, Any], now: float | None = None) -> None:
    """How the hearing is; also the sign that it lives. Raises StoreError."""
    moment = time.time() if now is None else now
    store.write("UPDATE live_status SET at = ?, told = ?", (moment, json.dumps(told, ensure_ascii=False)))


def live_status(store: Store) -> LiveStatus:
    """Where the changes stand, and how the hearing is. Raises StoreError."""
    row = store.row("SELECT version, cleared, at, told FROM live_status")
    assert row is not None  # noqa: S101 - the migration puts it there
    return LiveStatus(row["version"], row["cleared"], row["at"], json.loads(row["told"]))


def _call(row: Row) -> LiveCall:
    return LiveCall(
        row["uniqueid"],
        row["unit"],
        row["clerk"],
        row["started"],
        row["ended"],
        json.loads(row["state"]),
        row["system"],
        row["version"],
    )
