"""Times when nobody listened to Asterisk: kept and shown, because what was not monitored is never compliant."""

from __future__ import annotations

from ami_bridge.events import Gap
from voice_agent.store.database import Store


def save_gap(store: Store, gap: Gap, *, system: str = "") -> None:
    """Record a gap, or its end when it was recorded open. Saving the same again changes nothing. Raises StoreError."""
    store.write(
        "INSERT INTO gaps (system, started, ended, reason) VALUES (?, ?, ?, ?) ON CONFLICT (system, started) DO UPDATE SET"
        " ended = coalesce(excluded.ended, ended), reason = excluded.reason",
        (system, gap.start, gap.end, gap.reason),
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


def save_alive(store: Store, until: float, *, system: str = "") -> None:
    """Asterisk has been followed without a gap until this moment (unix seconds). Raises StoreError."""
    store.write(
        "INSERT INTO followed VALUES (?, ?) ON CONFLICT (system) DO UPDATE SET until = max(until, excluded.until)",
        (system, until),
    )


def last_alive(store: Store, *, system: str = "") -> float | None:
    """Until when Asterisk had been followed by an earlier process; None at the very first start. Raises StoreError."""
    until: float | None = store.value("SELECT until FROM followed WHERE system = ?", (system,))
    return until
