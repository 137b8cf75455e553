"""Times when nobody listened to Asterisk: kept and shown, because what was not monitored is never compliant."""

from __future__ import annotations

import time
from pathlib import Path

from ami_bridge.events import Gap
from ami_bridge.gaps import is_by_clock
from voice_agent.store.database import Store

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_DAY = 86400.0


def save_gap(store: Store, gap: Gap, *, system: str = "") -> None:
    """Record a gap, or its end when it was recorded open. Saving the same again changes nothing. Raises StoreError.

    A gap that a killed process left open ends with the next one that ends later: from then on somebody listens again.
    """
    with store.transaction():
        store.write(
            "INSERT INTO gaps (system, started, ended, reason) VALUES (?, ?, ?, ?) ON CONFLICT (system, started) DO UPDATE SET"
            " ended = coalesce(excluded.ended, ended), reason = excluded.reason",
            (system, gap.start, gap.end, gap.reason),
        )
        if gap.end is not None and not is_by_clock(gap):
            store.write(
                "UPDATE gaps SET ended = ?1 WHERE system = ?2 AND ended IS NULL AND started <= ?1", (gap.end, system)
            )


def list_gaps(store: Store, *, since: float = 0.0, until: float | None = None) -> list[Gap]:
    """The gaps that touch a period (unix seconds), in order. Raises StoreError."""
    rows = store.rows(
        "SELECT started, ended, reason FROM gaps WHERE (ended IS NULL OR ended >= ?1) AND (?2 IS NULL OR started <= ?2) ORDER BY started",
        (since, until),
    )
    return [Gap(row["started"], row["ended"], row["reason"]) for row in rows]


def open_gap(store: Store, *, system: str = "") -> Gap | None:
    """The gap that has not ended: what a restarted listener must close. Raises StoreError."""
    row = store.row(
        "SELECT started, reason FROM gaps WHERE system = ? AND ended IS NULL ORDER BY started DESC LIMIT 1", (system,)
    )
    return Gap(row["started"], None, row["reason"]) if row else None


def save_alive(store: Store, until: float, *, system: str = "", now: float | None = None) -> None:
    """Asterisk has been followed without a gap until this moment (unix seconds). Raises StoreError.

    The latest word counts, even if it is an earlier moment: then the clock was set back.
    """
    boot, up = _machine_clock()
    age = max(0.0, (time.time() if now is None else now) - until)
    store.write(
        "INSERT INTO followed (system, until, boot, uptime) VALUES (?, ?, ?, ?) ON CONFLICT (system) DO UPDATE SET"
        " until = excluded.until, boot = excluded.boot, uptime = excluded.uptime",
        (system, until, boot, up - age),
    )


def last_alive(store: Store, *, system: str = "") -> float | None:
    """Until when Asterisk had been followed by an earlier process; None at the very first start. Raises StoreError."""
    until: float | None = store.value("SELECT until FROM followed WHERE system = ?", (system,))
    return until


def unwatched_since(store: Store, *, system: str = "", now: float | None = None) -> float | None:
    """Since when (unix seconds, never later than ``now``) nobody has listened; None at the very first start. Raises StoreError.

    While the machine ran on, its uptime says how long ago that was, whatever became of the clock. If it was started anew and the
    clock says that the moment is still to come, the last thing known from before now is the earliest it can have been.
    """
    row = store.row("SELECT until, boot, uptime FROM followed WHERE system = ?", (system,))
    if row is None:
        return None
    moment = time.time() if now is None else now
    since: float = row["until"]
    boot, up = _machine_clock()
    if boot and row["uptime"] is not None and row["boot"] == boot:
        return float(min(since, moment - max(0.0, up - row["uptime"]), moment))
    if since <= moment:
        return since
    known = store.value("SELECT max(ended) FROM calls WHERE ended <= ? AND system = ?", (moment, system))
    return float(known or moment - _DAY)


def _machine_clock() -> tuple[str, float]:
    """Which start of the machine this is, and for how many seconds it has been up, time asleep included."""
    boot = _BOOT.read_text(encoding="ascii").strip() if _BOOT.exists() else ""
    return boot, time.clock_gettime(time.CLOCK_BOOTTIME)
