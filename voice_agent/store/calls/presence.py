"""What queue members did when, as the bridge told it; and from when to when that is known at all. Nothing here is guessed."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ami_bridge.events import ClerkLeg, MemberChanged, MembersKnown, RangUnanswered
from voice_agent.store.database import Store
from voice_agent.store.people.directory import Clerk, clerk_of
from voice_agent.store.people.tree import UNITS_UNDER

PresenceState = Literal["free", "ringing", "talking", "paused", "away", "unanswered", "watched"]


@dataclass(frozen=True)
class Presence:
    """A member (of an Asterisk, ``system``) was in ``state`` from ``start`` to ``end`` (unix seconds); ``watched``: every member was known.

    ``clerk``, ``unit`` and ``window`` are '' where nobody knows who sits behind the member. ``reason`` is that of a pause.
    """

    system: str
    member: str
    name: str
    clerk: str
    unit: str
    window: str
    state: PresenceState
    reason: str
    start: float
    end: float


def save_change(store: Store, change: MemberChanged, *, system: str = "") -> None:
    """A member's state ends and the next begins. Raises StoreError."""
    with store.transaction():
        _end(store, system, change.interface, change.at)
        if change.state:
            _insert(store, system, change, change.state, change.reason, change.at, None)


def save_unanswered(store: Store, rung: RangUnanswered, *, system: str = "") -> None:
    """A member was rung and did not answer; told twice it is kept once. Raises StoreError."""
    known = store.value(
        "SELECT 1 FROM presence WHERE system = ? AND member = ? AND state = 'unanswered' AND started = ?",
        (system, rung.interface, rung.start),
    )
    if known:
        return
    _insert(store, system, rung, "unanswered", "", rung.start, rung.end)


def save_known(store: Store, known: MembersKnown, *, system: str = "") -> None:
    """From now on all members are known. Raises StoreError."""
    with store.transaction():
        # Every member there is was just told; who was not is none any more.
        store.write(
            "UPDATE presence SET ended = ?1 WHERE system = ?2 AND ended IS NULL AND (member = '' OR started < ?1 - ?3)",
            (known.at, system, _TOLD_WITHIN),
        )
        store.write(
            "INSERT INTO presence (system, member, name, clerk, unit, window, state, started) VALUES (?, '', '', '', '', '', 'watched', ?)",
            (system, known.at),
        )


def end_presence(store: Store, at: float, *, system: str = "") -> None:
    """Nobody has listened since ``at`` (unix seconds): nothing is known of any member from then on. Raises StoreError."""
    store.write("UPDATE presence SET ended = max(started, ?) WHERE system = ? AND ended IS NULL", (at, system))


def presence(
    store: Store, since: float, until: float, *, unit: str | None = None, node: str | None = None
) -> list[Presence]:
    """What touches a period, in order of time; what still lasts ends where Asterisk was last followed. Raises StoreError."""
    condition, values = _place("p.", unit, node)
    watched = store.rows(f"{_SELECT} WHERE p.member = '' AND p.started < ? ORDER BY p.started", (until,))
    rows = store.rows(
        f"{_SELECT} WHERE p.member <> '' AND p.started < ? AND p.started > ? AND {condition} ORDER BY p.started, p.id",
        (until, since - _LONGEST, *values),
    )
    return [
        Presence(
            row["system"], row["member"], row["name"], row["clerk"], row["unit"], row["window"], row["state"], row["reason"],
            max(row["started"], since), min(row["stop"], until),
        )
        for row in (*watched, *rows)
        if row["stop"] > since
    ]  # fmt: skip


#: What still lasts ends where its Asterisk was last followed.
_SELECT = (
    "SELECT p.*, max(p.started, coalesce(p.ended, (SELECT f.until FROM followed f WHERE f.system = p.system), p.started)) AS stop"
    " FROM presence p"
)


def _place(prefix: str, unit: str | None, node: str | None) -> tuple[str, list[str]]:
    places = {f"{prefix}unit = ?": unit, f"{prefix}unit IN ({UNITS_UNDER})": node}
    narrowed = {condition: value for condition, value in places.items() if value is not None}
    return " AND ".join(narrowed) or "1", list(narrowed.values())


def places_of_members(
    store: Store, until: float, *, unit: str | None = None, node: str | None = None
) -> list[tuple[str, str]]:
    """The (unit, window) at which somebody was a queue member in the weeks before ``until``: whether others are manned nobody knows.

    Raises StoreError.
    """
    condition, values = _place("k.", unit, node)
    rows = store.rows(
        f"""SELECT DISTINCT k.unit, k.window FROM clerks k WHERE k.window <> '' AND {condition} AND EXISTS (SELECT 1 FROM presence p
        WHERE p.unit = k.unit AND p.window = k.window AND p.started < ? AND p.started > ?) ORDER BY k.unit, k.window""",
        (*values, until, until - _MEMBERS_FOR),
    )
    return [(row["unit"], row["window"]) for row in rows]


def last_presence(store: Store) -> float | None:
    """Until when anything is known of members (unix seconds); None: never. Raises StoreError."""
    found: float | None = store.value(
        "SELECT max(coalesce(p.ended, f.until, p.started)) FROM (SELECT * FROM presence ORDER BY started DESC LIMIT 200) p"
        " LEFT JOIN followed f ON f.system = p.system"
    )
    return found


#: Where nobody has been a member for so long (seconds), the queue says nothing about the window any more.
_MEMBERS_FOR = 30 * 86400.0
#: Members are listed within so many seconds before all are known.
_TOLD_WITHIN = 30.0
#: A member may be away over the longest holiday; who has not moved for longer is looked for no further back (seconds).
_LONGEST = 10 * 86400.0


def _end(store: Store, system: str, member: str, at: float) -> None:
    store.write(
        "UPDATE presence SET ended = max(started, ?) WHERE system = ? AND member = ? AND ended IS NULL",
        (at, system, member),
    )


def _insert(
    store: Store, system: str, told: MemberChanged | RangUnanswered, state: str, reason: str, start: float, end: float | None
) -> None:  # fmt: skip
    day = datetime.fromtimestamp(start, store.timezone).date()
    leg = ClerkLeg(told.name or None, told.interface, told.job_number, "", "", start, start)
    who = clerk_of(store, leg, day) or Clerk("")
    store.write(
        "INSERT INTO presence (system, member, name, clerk, unit, window, state, reason, started, ended) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (system, told.interface, told.name, who.job_number, who.unit, who.window, state, reason, start, end),
    )
