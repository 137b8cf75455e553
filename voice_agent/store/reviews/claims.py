"""One reviewer at a time: a call is claimed while somebody reviews it; a claim that is not renewed runs out."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime

from voice_agent.errors import AccessError
from voice_agent.store.calls.calls import get_call, took_part
from voice_agent.store.calls.conditions import marks, where
from voice_agent.store.calls.filters import EVERY_CALL, CallFilter
from voice_agent.store.calls.walks import walked
from voice_agent.store.database import Store
from voice_agent.store.people.charges import charge_units
from voice_agent.store.people.users import get_user
from voice_agent.store.reviews.calibration import UNSETTLED, barred_by


def claim(store: Store, call: int, user: int, *, seconds: float = 1800.0, now: float | None = None) -> float:
    """Claim a call, or prolong one's claim; returns until when (unix seconds).

    Raises AccessError when somebody else is at it or it is the reviewer's own call, StoreError.
    """
    moment = _now(now)
    with store.transaction():
        check_free(store, call, user, now=moment)
        store.write("UPDATE calls SET claimed_by = ?, claimed_until = ? WHERE id = ?", (user, moment + seconds, call))
    return moment + seconds


def release_claim(store: Store, call: int, user: int) -> None:
    """Give a call back unreviewed; somebody else's claim is left alone. Raises StoreError."""
    store.write(
        "UPDATE calls SET claimed_by = NULL, claimed_until = NULL WHERE id = ? AND claimed_by = ?", (call, user)
    )


def claim_next(
    store: Store, user: int, chosen: CallFilter = EVERY_CALL, *, seconds: float = 1800.0, now: float | None = None
) -> int | None:
    """Claim the first call of the queue (most urgent, then worst) that is free and not one's own; its number, or None when the queue is empty.

    Where the filter names no place, the units that somebody is responsible for come before all others.
    """
    moment = _now(now)
    with store.transaction():
        number = None
        ours = charge_units(store, user) if (chosen.unit, chosen.node, chosen.clerk) == (None, None, None) else None
        if ours:
            number = _first(store, user, chosen, moment, sorted(ours))
        if number is None:
            number = _first(store, user, chosen, moment, [])
        if number is not None:
            claim(store, number, user, seconds=seconds, now=moment)
    return number


def _first(store: Store, user: int, chosen: CallFilter, now: float, units: list[str]) -> int | None:
    condition, values = where(chosen)
    waiting = walked(replace(chosen, review="waiting"))
    place = f" AND c.unit IN ({marks(units)})" if units else ""
    number: int | None = store.value(
        f"SELECT c.id FROM {waiting} WHERE c.flagged = 1 AND {condition}{place}"  # noqa: S608 - the condition holds no values
        " AND (c.claimed_until IS NULL OR c.claimed_until <= ? OR c.claimed_by = ?)"
        " AND NOT EXISTS (SELECT 1 FROM call_clerks p WHERE p.call = c.id AND p.clerk <> '' AND p.clerk = ?)"
        f" AND NOT EXISTS (SELECT 1 FROM {UNSETTLED.format(user='?', call='c.id')})"
        " ORDER BY c.urgency, c.score, c.started LIMIT 1",
        [*values, *units, now, user, get_user(store, user).job_number, user],
    )
    return number


def check_free(store: Store, call: int, user: int, *, now: float | None = None) -> None:
    """Raise AccessError unless ``user`` may work on a call: nobody else is at it, the user is not its clerk and does not review it blind."""
    found = get_call(store, call)
    if found.claimed_by not in (None, user) and (found.claimed_until or 0.0) > _now(now):
        until = datetime.fromtimestamp(found.claimed_until or 0.0, store.timezone)
        raise AccessError(f"这通电话正由 {get_user(store, found.claimed_by).name} 复核（到 {until:%H:%M}）")
    person = get_user(store, user)
    if took_part(store, call, person.job_number):
        raise AccessError("不能复核自己的通话")
    calibration = barred_by(store, call, user)
    if calibration is not None:
        raise AccessError(f"这通电话在复核校准 {calibration} 里，会商办结之前请只在校准里决定")


def _now(now: float | None) -> float:
    return time.time() if now is None else now
