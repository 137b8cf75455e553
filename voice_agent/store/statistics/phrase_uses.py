"""How often the mandated phrases are said, and by whom: kept per call, because reading all transcripts again takes minutes."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from voice_agent.store.calls.conditions import where
from voice_agent.store.calls.filters import EVERY_CALL, CallFilter
from voice_agent.store.database import Row, Store
from voice_agent.store.people.directory import list_clerks
from voice_agent.store.statistics import phrase_sums

By = Literal["clerk", "unit"]


@dataclass(frozen=True)
class PhraseUse:
    """A phrase: in how many calls it was said, how often in all, by how many clerks."""

    phrase: str
    calls: int
    times: int
    clerks: int


@dataclass(frozen=True)
class UserLine:
    """A clerk or unit: of ``calls`` that were read, in how many the phrase was said (``used``), and how often (``times``)."""

    key: str
    label: str
    calls: int
    used: int
    times: int

    @property
    def rate(self) -> float | None:
        """0–1; None without calls."""
        return self.used / self.calls if self.calls else None


def unread(store: Store, book: str, *, limit: int = 100) -> list[tuple[int, int]]:
    """(call, transcript) of calls that were not read with the book of this digest yet, the latest first. Raises StoreError."""
    _renew(store, book)
    rows = store.rows(
        "SELECT d.call, coalesce((SELECT max(t.id) FROM transcripts t WHERE t.call = d.call), 0) AS transcript"
        " FROM phrase_todo d ORDER BY d.call DESC LIMIT ?",
        (limit,),
    )
    return [(row["call"], row["transcript"]) for row in rows]


def count_unread(store: Store, book: str) -> int:
    """How many calls are still to be read. Raises StoreError."""
    _renew(store, book)
    return int(store.value("SELECT count(*) FROM phrase_todo"))


def _renew(store: Store, book: str) -> None:
    """With another book every call is to be read again."""
    if store.value("SELECT digest FROM phrase_book") == book:
        return
    with store.transaction():
        store.write("INSERT OR IGNORE INTO phrase_todo SELECT DISTINCT call FROM transcripts")
        store.write("UPDATE phrase_book SET digest = ?", (book,))


def save_uses(store: Store, call: int, transcript: int, book: str, uses: Mapping[str, int]) -> None:
    """Write down what was said in a call; replaces what was known of it. Raises StoreError."""
    with store.transaction():
        phrase_sums.count(store, call, -1)
        store.write("DELETE FROM phrase_uses WHERE call = ?", (call,))
        store.write_many(
            "INSERT INTO phrase_uses (phrase, call, times) VALUES (?, ?, ?)",
            [(name, call, times) for name, times in uses.items()],
        )
        store.write("INSERT OR REPLACE INTO phrase_reads VALUES (?, ?, ?)", (call, transcript, book))
        store.write("DELETE FROM phrase_todo WHERE call = ?", (call,))
        phrase_sums.count(store, call, 1)


def phrase_uses(store: Store, chosen: CallFilter = EVERY_CALL) -> list[PhraseUse]:
    """Every phrase that was said in the chosen calls. Raises StoreError."""
    if phrase_sums.answers(chosen):
        clerks = phrase_sums.clerks(store, chosen)
        rows = phrase_sums.sums(store, chosen, "unit", "''")
        return [
            PhraseUse(row["phrase"], row["calls"], row["times"], clerks.get(row["phrase"], 0))
            for row in rows
            if row["phrase"]
        ]
    condition, values = where(replace(chosen, phrase=None))
    rows = store.rows(
        f"""SELECT u.phrase, count(*) AS calls, sum(u.times) AS times, count(DISTINCT c.clerk) AS clerks
        FROM calls c JOIN phrase_uses u ON u.call = c.id WHERE {condition} GROUP BY u.phrase""",
        values,
    )
    return [PhraseUse(**dict(row)) for row in rows]


def read_calls(store: Store, chosen: CallFilter = EVERY_CALL) -> int:
    """How many of the chosen calls have been read: the denominator. Raises StoreError."""
    if phrase_sums.answers(chosen):
        return sum(row["calls"] for row in phrase_sums.sums(store, chosen, "unit", "''", [phrase_sums.READ]))
    condition, values = where(replace(chosen, phrase=None))
    return int(
        store.value(f"SELECT count(*) FROM calls c JOIN phrase_reads r ON r.call = c.id WHERE {condition}", values)
    )


def users_of(store: Store, phrase: str, chosen: CallFilter = EVERY_CALL, by: By = "clerk") -> list[UserLine]:
    """Who says a phrase, the most faithful first; a call counts for its first clerk. Raises StoreError."""
    found = _summed_users(store, phrase, chosen, by) if phrase_sums.answers(chosen) else _counted_users(store, phrase, chosen, by)  # fmt: skip
    return sorted(found, key=lambda line: (-(line.rate or 0.0), line.key))


def _summed_users(store: Store, phrase: str, chosen: CallFilter, by: By) -> list[UserLine]:
    rows = phrase_sums.sums(store, chosen, by, by, [phrase_sums.READ, phrase])
    names = {one.job_number: one.name for one in list_clerks(store)} if by == "clerk" else {}
    uses = {row["key"]: row for row in rows if row["phrase"]}
    return [
        UserLine(row["key"], names.get(row["key"]) or row["key"], row["calls"], *_used(uses.get(row["key"])))
        for row in rows
        if not row["phrase"] and row["key"]
    ]


def _used(row: Row | None) -> tuple[int, int]:
    return (row["calls"], row["times"]) if row else (0, 0)


def _counted_users(store: Store, phrase: str, chosen: CallFilter, by: By) -> list[UserLine]:
    condition, values = where(replace(chosen, phrase=None))
    name = "coalesce(max(k.name), '')" if by == "clerk" else "c.unit"
    rows = store.rows(
        f"""SELECT c.{by} AS key, {name} AS label, count(*) AS calls, count(u.call) AS used, total(u.times) AS times
        FROM calls c JOIN phrase_reads r ON r.call = c.id LEFT JOIN phrase_uses u ON u.call = c.id AND u.phrase = ?
        LEFT JOIN clerks k ON k.job_number = c.clerk WHERE {condition} AND c.{by} <> '' GROUP BY c.{by}""",
        [phrase, *values],
    )
    return [
        UserLine(row["key"], row["label"] or row["key"], row["calls"], row["used"], int(row["times"])) for row in rows
    ]
