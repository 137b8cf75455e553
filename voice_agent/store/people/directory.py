"""Clerks, units and windows: who works where, as the configuration says. Calls keep what was true when they came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ami_bridge.events import ClerkLeg
from voice_agent.store.database import Row, Store
from voice_agent.store.people.roster import Posting, has_postings, posting_on


@dataclass(frozen=True)
class Clerk:
    """A clerk: ``job_number`` identifies, ``member`` is the queue member's name or interface that stands for this person."""

    job_number: str
    name: str = ""
    unit: str = ""
    window: str = ""
    member: str = ""


@dataclass(frozen=True)
class Unit:
    """A unit, and the queues whose calls count for it when the clerk's own unit is not known."""

    name: str
    queues: tuple[str, ...] = ()


def save_clerks(store: Store, clerks: Iterable[Clerk]) -> None:
    """Add clerks or update those known; nobody is deleted, because calls of the past still name them.

    Whom the roster on the pages knows is left as it says there. Raises StoreError.
    """
    with store.transaction():
        for clerk in clerks:
            _save_clerk(store, clerk)


def _save_clerk(store: Store, clerk: Clerk) -> None:
    store.write(
        "INSERT INTO clerks (job_number, name, unit, window, member) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (job_number) DO UPDATE SET name = excluded.name, unit = excluded.unit, window = excluded.window,"
        " member = excluded.member WHERE edited = 0",
        (clerk.job_number, clerk.name, clerk.unit, clerk.window, clerk.member),
    )
    if clerk.unit:
        store.write("INSERT OR IGNORE INTO units (name) VALUES (?)", (clerk.unit,))


def save_units(store: Store, units: Iterable[Unit]) -> None:
    """Add units and say which queues are theirs (a queue belongs to the unit named last). Raises StoreError."""
    with store.transaction():
        for unit in units:
            store.write("INSERT OR IGNORE INTO units (name) VALUES (?)", (unit.name,))
            for queue in unit.queues:
                store.write("INSERT OR REPLACE INTO unit_queues VALUES (?, ?)", (queue, unit.name))


def list_clerks(store: Store, *, unit: str | None = None) -> list[Clerk]:
    """All clerks (who sit in one unit now), by job number. Raises StoreError."""
    rows = store.rows("SELECT * FROM clerks WHERE ?1 IS NULL OR unit = ?1 ORDER BY job_number", (unit,))
    return [_clerk(row) for row in rows]


def get_clerk(store: Store, job_number: str) -> Clerk | None:
    """The clerk with this job number or None. Raises StoreError."""
    row = store.row("SELECT * FROM clerks WHERE job_number = ?", (job_number,))
    return _clerk(row) if row else None


def list_units(store: Store) -> list[Unit]:
    """All units with their queues, by name. Raises StoreError."""
    queues = store.rows("SELECT unit, queue FROM unit_queues ORDER BY queue")
    return [
        Unit(row["name"], tuple(queue["queue"] for queue in queues if queue["unit"] == row["name"]))
        for row in store.rows("SELECT name FROM units ORDER BY name")
    ]


def list_places(store: Store) -> list[tuple[str, str]]:
    """The windows that clerks sit at, each with its unit: the same name in two units is two windows. Raises StoreError."""
    rows = store.rows("SELECT DISTINCT unit, window FROM clerks WHERE window <> '' ORDER BY unit, window")
    return [(row["unit"], row["window"]) for row in rows]


def clerk_of(store: Store, leg: ClerkLeg, day: date) -> Clerk | None:
    """Who sat at a leg on a day: by job number, else by queue member or interface. An unlisted job number has no name.

    Where the roster knows somebody, the posting of that day holds; of whoever had none on that day only the number is known.
    """
    if leg.job_number:
        found = posting_on(store, day, job_number=leg.job_number)
        if found or has_postings(store, leg.job_number):
            return _posted(found) if found else Clerk(leg.job_number)
        return get_clerk(store, leg.job_number) or Clerk(leg.job_number)
    members = [member for member in (leg.member_name, leg.interface) if member]
    for member in members:
        if found := posting_on(store, day, member=member):
            return _posted(found)
        row = store.row("SELECT * FROM clerks WHERE member = ? AND member <> '' AND edited = 0", (member,))
        if row:
            return _clerk(row)
    return None


def unit_of_queue(store: Store, queue: str | None) -> str:
    """The unit that a queue belongs to, '' when none is configured."""
    return str(store.value("SELECT unit FROM unit_queues WHERE queue = ?", (queue,)) or "")


def _posted(found: Posting) -> Clerk:
    return Clerk(found.job_number, found.name, found.unit, found.window, found.member)


def _clerk(row: Row) -> Clerk:
    return Clerk(row["job_number"], row["name"], row["unit"], row["window"], row["member"])
