"""服务对象评价: what callers pressed after the call, kept with its call however late it comes; a low rating opens a follow-up."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ami_bridge.events import CallEnded, Rated
from voice_agent.store.database import Row, Store
from voice_agent.working_days import due

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scale:
    """What keys mean: ``levels`` key → words, the best first; ``low`` the keys that are followed up within ``days`` working days."""

    levels: Mapping[str, str] = field(
        default_factory=lambda: {"1": "非常满意", "2": "满意", "3": "基本满意", "4": "不满意", "5": "非常不满意"}
    )
    low: frozenset[str] = frozenset({"4", "5"})
    days: int = 5

    def grade(self, keys: str) -> int:
        """1 for the best level, 2 for the next …; 0 for keys without meaning."""
        places = {key: place for place, key in enumerate(self.levels, 1)}
        return places.get(keys, 0)


@dataclass(frozen=True)
class Rating:
    """A rating: ``label`` says what ``keys`` meant then, ``grade`` 1 is the best, 0 a key without meaning. ``at`` unix seconds."""

    id: int
    call: int | None
    clerk: str
    unit: str
    window: str
    keys: str
    grade: int
    label: str
    low: bool
    at: float
    source: str


def save_rating(store: Store, rated: Rated, scale: Scale, *, system: str = "") -> int | None:
    """Keep a rating; the last key that a caller pressed counts. Returns the call it belongs to, None while that is not recorded.

    Raises StoreError.
    """
    label = scale.levels.get(rated.keys, f"按键 {rated.keys}（没有约定含义）")
    with store.transaction():
        store.write(
            "INSERT INTO ratings (system, uniqueid, linkedid, keys, grade, label, low, days, at, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (system, uniqueid) DO UPDATE SET keys = excluded.keys, grade = excluded.grade, label = excluded.label,"
            " low = excluded.low, days = excluded.days, at = excluded.at, source = excluded.source WHERE excluded.at >= at",
            (
                system, rated.uniqueid, rated.linkedid, rated.keys, scale.grade(rated.keys), label, rated.keys in scale.low, scale.days,
                rated.at, rated.source,
            ),
        )  # fmt: skip
        number = store.value("SELECT id FROM ratings WHERE system = ? AND uniqueid = ?", (system, rated.uniqueid))
        call = _call_of(store, system, rated)
        if call is None:
            log.info("a rating came before its call, or for one that is not known")
            return None
        _belongs(store, number, call)
    return call


def attach_ratings(store: Store, call: int, ended: CallEnded, *, system: str = "") -> None:
    """Ratings that came before their call was recorded now belong to it. Raises StoreError."""
    rows = store.rows(
        "SELECT id FROM ratings WHERE call IS NULL AND system = ? AND linkedid IN (?, ?) ORDER BY at",
        (system, ended.linkedid, ended.uniqueid),
    )
    for row in rows:
        _belongs(store, row["id"], call)


def ratings_of_call(store: Store, call: int) -> list[Rating]:
    """The ratings of a call, as a rule one at most. Raises StoreError."""
    return [rating_from(row) for row in store.rows("SELECT * FROM ratings WHERE call = ? ORDER BY at", (call,))]


def rating_from(row: Row) -> Rating:
    """A row of ``ratings``."""
    values = {name: row[name] for name in Rating.__dataclass_fields__}
    return Rating(**values | {"low": bool(row["low"])})


def _call_of(store: Store, system: str, rated: Rated) -> int | None:
    """The call of the channel that was rated, else the one that its legs belong to."""
    found: int | None = store.value(
        "SELECT id FROM calls WHERE system = ? AND uniqueid = ?", (system, rated.uniqueid)
    ) or store.value(
        "SELECT id FROM calls WHERE system = ? AND linkedid = ? ORDER BY id LIMIT 1", (system, rated.linkedid)
    )
    return found


def _belongs(store: Store, rating: int, call: int) -> None:
    """Write down whose call it was – whoever talked last was rated – and open or take back the follow-up."""
    store.write(
        """UPDATE ratings SET call = ?1, day = c.day, clerk = coalesce(p.clerk, c.clerk), unit = coalesce(p.unit, c.unit),
        window = coalesce(p.window, c.window)
        FROM calls c LEFT JOIN call_clerks p ON p.call = c.id
            AND p.position = (SELECT max(position) FROM call_clerks WHERE call = c.id AND clerk <> '')
        WHERE c.id = ?1 AND ratings.id = ?2""",
        (call, rating),
    )
    row = store.row("SELECT * FROM ratings WHERE id = ?", (rating,))
    assert row is not None  # noqa: S101 - it was there a line ago
    if row["low"]:
        last = datetime.fromtimestamp(due(row["at"], row["days"], store.timezone) - 1, store.timezone).date()
        store.write(
            "INSERT OR IGNORE INTO follow_ups (rating, due, opened_at) VALUES (?, ?, ?)",
            (rating, last.isoformat(), time.time()),
        )
    else:
        # The caller pressed a better key in the end; what nobody has begun is not owed.
        store.write("DELETE FROM follow_ups WHERE rating = ? AND outcome = '' AND assignee IS NULL", (rating,))
