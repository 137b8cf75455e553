"""Alerts: raised once for a call and rule, at most so often for a clerk; acknowledged by a person; sent until they arrive."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voice_agent.errors import StoreError
from voice_agent.store.database import Row, Store

#: Seconds until the next try after each failure; then it has failed for good.
RETRIES = (5.0, 30.0, 120.0, 600.0, 3600.0, 3600.0, 3600.0)


@dataclass(frozen=True)
class Alert:
    """``what`` and ``detail`` are Chinese for people; ``note`` what was written when it was acknowledged. Times in unix seconds."""

    id: int
    at: float
    rule: str
    uniqueid: str
    unit: str
    clerk: str
    what: str
    detail: str
    acknowledged_by: int | None = None
    acknowledged_at: float | None = None
    note: str = ""
    clerk_name: str = ""
    call: int | None = None
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """One way of telling an alert: ``webhook`` or ``mail``; ``state``: waiting, sent, failed."""

    id: int
    alert: int
    way: str
    state: str
    tries: int
    due: float
    sent_at: float | None
    error: str


def raise_alert(
    store: Store, alert: Alert, ways: Iterable[str], *, system: str = "", every_seconds: float = 0.0
) -> int | None:
    """Keep an alert and what is to be sent of it; returns its number, None when the call has it already or it came too often.

    ``every_seconds``: not more than one of this rule for this clerk within so long. Raises StoreError.
    """
    with store.transaction():
        recent = store.row(
            "SELECT 1 FROM alerts WHERE (system = ?1 AND uniqueid = ?2 AND rule = ?3)"
            " OR (rule = ?3 AND clerk = ?4 AND clerk <> '' AND at > ?5)",
            (system, alert.uniqueid, alert.rule, alert.clerk, alert.at - every_seconds),
        )
        if recent is not None:
            return None
        number = store.write(
            "INSERT INTO alerts (at, rule, system, uniqueid, unit, clerk, what, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (alert.at, alert.rule, system, alert.uniqueid, alert.unit, alert.clerk, alert.what, alert.detail),
        ).lastrowid
        assert number is not None  # noqa: S101 - an insert always has a row id
        store.write_many(
            "INSERT INTO alert_deliveries (alert, way, state, due) VALUES (?, ?, 'waiting', ?)",
            [(number, way, alert.at) for way in ways if way != "page"],
        )
    return number


_SELECT = (
    "SELECT a.*, k.name AS clerk_name, c.id AS call FROM alerts a LEFT JOIN clerks k ON k.job_number = a.clerk"
    " LEFT JOIN calls c ON c.system = a.system AND c.uniqueid = a.uniqueid"
)


def list_alerts(
    store: Store, units: frozenset[str] | None = None, *, only_open: bool = False, limit: int = 200
) -> list[Alert]:
    """The latest alerts of these units (None: all), the newest first. Raises StoreError."""
    condition, values = _of_units(units)
    still = " AND a.acknowledged_at IS NULL" if only_open else ""
    rows = store.rows(f"{_SELECT} WHERE {condition}{still} ORDER BY a.id DESC LIMIT ?", [*values, limit])
    return [_alert(store, row) for row in rows]


def alerts_of_call(store: Store, call: int) -> list[Alert]:
    """The alerts of a recorded call, in order. Raises StoreError."""
    rows = store.rows(f"{_SELECT} WHERE c.id = ? ORDER BY a.id", (call,))
    return [_alert(store, row) for row in rows]


def get_alert(store: Store, number: int) -> Alert | None:
    """One alert. Raises StoreError."""
    row = store.row(f"{_SELECT} WHERE a.id = ?", (number,))
    return _alert(store, row) if row else None


def count_open(store: Store, units: frozenset[str] | None) -> int:
    """How many nobody has acknowledged. Raises StoreError."""
    condition, values = _of_units(units)
    return int(store.value(f"SELECT count(*) FROM alerts a WHERE a.acknowledged_at IS NULL AND {condition}", values))


def acknowledge(store: Store, number: int, user: int, note: str, now: float | None = None) -> None:
    """Somebody has taken note. Raises StoreError when somebody else was first."""
    moment = time.time() if now is None else now
    done = store.write(
        "UPDATE alerts SET acknowledged_by = ?, acknowledged_at = ?, note = ? WHERE id = ? AND acknowledged_at IS NULL",
        (user, moment, note, number),
    )
    if not done.rowcount:
        raise StoreError("这条提醒已经有人确认过了")


def due_deliveries(store: Store, now: float, limit: int = 20) -> list[tuple[Delivery, Alert]]:
    """What is to be sent now, oldest first. Raises StoreError."""
    rows = store.rows(
        "SELECT * FROM alert_deliveries WHERE state = 'waiting' AND due <= ? ORDER BY due LIMIT ?", (now, limit)
    )
    found = [(_delivery(row), get_alert(store, row["alert"])) for row in rows]
    return [(one, alert) for one, alert in found if alert is not None]


def delivered(store: Store, number: int, now: float) -> None:
    """It arrived. Raises StoreError."""
    store.write(
        "UPDATE alert_deliveries SET state = 'sent', tries = tries + 1, sent_at = ?, error = '' WHERE id = ?",
        (now, number),
    )


def not_delivered(store: Store, one: Delivery, error: str, now: float) -> None:
    """It did not arrive: tried again later, or given up after the last of ``RETRIES``. Raises StoreError."""
    again = one.tries < len(RETRIES)
    due = now + RETRIES[one.tries] if again else one.due
    store.write(
        "UPDATE alert_deliveries SET state = ?, tries = tries + 1, due = ?, error = ? WHERE id = ?",
        ("waiting" if again else "failed", due, error[:300], one.id),
    )


def _of_units(units: frozenset[str] | None) -> tuple[str, Sequence[str]]:
    if units is None:
        return "1", ()
    return f"a.unit IN ({', '.join('?' * len(units))})", sorted(units)


def _alert(store: Store, row: Row) -> Alert:
    deliveries = store.rows("SELECT * FROM alert_deliveries WHERE alert = ? ORDER BY id", (row["id"],))
    return Alert(
        row["id"], row["at"], row["rule"], row["uniqueid"], row["unit"], row["clerk"], row["what"], row["detail"], row["acknowledged_by"],
        row["acknowledged_at"], row["note"], row["clerk_name"] or "", row["call"], tuple(map(_delivery, deliveries)),
    )  # fmt: skip


def _delivery(row: Row) -> Delivery:
    names = ("id", "alert", "way", "state", "tries", "due", "sent_at", "error")
    return Delivery(*(row[name] for name in names))
