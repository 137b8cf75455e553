"""服务日志基础台账: a line for every call – what it was about, how it ended, what followed – and who corrected it when."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from voice_agent.errors import StoreError
from voice_agent.matters import HeardMatter
from voice_agent.store.calls.conditions import marks, where
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.calls.present_state import has_status
from voice_agent.store.calls.walks import walked
from voice_agent.store.database import Row, Store
from voice_agent.values import Status

Field = Literal["matter", "outcome"]
#: How a call may have ended; the machine chooses one of the first, people any.
OUTCOMES = (
    "当场答复",
    "转接其他坐席",
    "告知去处（转办）",
    "待回电",
    "代为留言",
    "拨错电话",
    "未接听",
    "不详",
    "已登记待办",
    "未能答复",
)
_LONGEST = 40


@dataclass(frozen=True)
class LedgerLine:
    """One call's line. ``heard`` are the terms by which the machine knew the matter; ``matter`` '' where it did not.

    ``followed`` says what followed (Chinese words → number). ``changes`` are corrections, the latest first.
    """

    call: int
    call_id: str
    started: float
    clerk: str
    clerk_name: str
    unit: str
    window: str
    caller_number: str | None
    talk_seconds: float
    matter: str
    heard: str
    outcome: str
    followed: Mapping[str, int]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Change:
    """A correction: ``field`` was ``before`` until ``name`` wrote ``after`` at ``at`` (unix seconds)."""

    field: Field
    before: str
    after: str
    name: str
    at: float


@dataclass(frozen=True)
class LedgerFilter:
    """A choice of lines: the calls of ``calls`` with this matter ('' none known) and outcome; None means any."""

    calls: CallFilter
    matter: str | None = None
    outcome: str | None = None


def note_matter(store: Store, call: int, heard: HeardMatter | None) -> None:
    """Write down what the machine heard, unless a person has said what the call was about. Raises StoreError."""
    store.write(
        "INSERT INTO ledger (call, matter, heard) VALUES (?1, ?2, ?3) ON CONFLICT (call) DO UPDATE SET matter = ?2, heard = ?3"
        " WHERE by_person = 0",
        (call, heard.name if heard else "", "、".join(heard.terms) if heard else ""),
    )


def correct(store: Store, call: int, user: int, field: Field, text: str, *, now: float | None = None) -> None:
    """Say what a call was about, or how it ended; the change is kept with who and when. Raises StoreError."""
    said = text.strip()
    if not said or len(said) > _LONGEST:
        raise StoreError(f"请填写{'事项' if field == 'matter' else '办理结果'}，最多 {_LONGEST} 个字")
    with store.transaction():
        store.write("INSERT OR IGNORE INTO ledger (call) VALUES (?)", (call,))
        before = _present(store, call, field)
        if before == said:
            return
        person = ", by_person = 1, heard = ''" if field == "matter" else ""
        store.write(f"UPDATE ledger SET {field} = ?{person} WHERE call = ?", (said, call))
        store.write(
            "INSERT INTO ledger_changes (call, field, before, after, user, at) VALUES (?, ?, ?, ?, ?, ?)",
            (call, field, before, said, user, time.time() if now is None else now),
        )


def list_lines(store: Store, chosen: LedgerFilter, *, limit: int = 50, offset: int = 0) -> list[LedgerLine]:
    """Lines, the latest first. Raises StoreError."""
    condition, values = _where(chosen)
    inner = f"SELECT c.id FROM {_source(chosen)} WHERE {condition} ORDER BY c.started DESC LIMIT ? OFFSET ?"
    sql, more = _select()
    rows = store.rows(f"{sql} WHERE c.id IN ({inner}) ORDER BY c.started DESC", [*more, *values, limit, offset])
    return _lines(store, rows)


def each_line(store: Store, chosen: LedgerFilter) -> Iterator[LedgerLine]:
    """All chosen lines in order of time, for an export. Raises StoreError."""
    condition, values = _where(chosen)
    numbers = [
        row["id"]
        for row in store.rows(f"SELECT c.id FROM {_source(chosen)} WHERE {condition} ORDER BY c.started, c.id", values)
    ]
    sql, more = _select()
    for begin in range(0, len(numbers), 200):
        some = numbers[begin : begin + 200]
        yield from _lines(
            store, store.rows(f"{sql} WHERE c.id IN ({marks(some)}) ORDER BY c.started, c.id", [*more, *some])
        )


def count_lines(store: Store, chosen: LedgerFilter) -> int:
    """How many are chosen. Raises StoreError."""
    condition, values = _where(chosen)
    return int(store.value(f"SELECT count(*) FROM {_source(chosen)} WHERE {condition}", values))


def matters_of(store: Store, chosen: LedgerFilter) -> list[tuple[str, int]]:
    """Matter ('' unknown) and number of calls, the most frequent first. Raises StoreError."""
    condition, values = _where(chosen)
    rows = store.rows(
        f"SELECT coalesce(l.matter, '') AS matter, count(*) AS number FROM {_source(chosen)} WHERE {condition} GROUP BY 1 ORDER BY 2 DESC, 1",
        values,
    )
    return [(row["matter"], row["number"]) for row in rows]


def _source(chosen: LedgerFilter) -> str:
    return f"{walked(chosen.calls, 'started')} LEFT JOIN ledger l ON l.call = c.id"


def _where(chosen: LedgerFilter) -> tuple[str, list[Any]]:
    condition, values = where(chosen.calls)
    parts = [condition]
    if chosen.matter is not None:
        parts.append("coalesce(l.matter, '') = ?")
        values.append(chosen.matter)
    if chosen.outcome is not None:
        sql, more = _outcome()
        parts.append(f"{sql} = ?")
        values += [*more, chosen.outcome]
    return " AND ".join(parts), values


def _outcome() -> tuple[str, list[Any]]:
    """How a call ended: what a person wrote, else what is known of it."""
    applies: tuple[Status, ...] = ("met", "missing", "late", "mismatch")
    cases: list[tuple[str, list[Any], str]] = [
        ("c.answered IS NULL", [], "未接听"),
        ("c.transferred = 1", [], "转接其他坐席"),
    ]
    for rule, words in (
        ("wrong_number", "拨错电话"), ("absent_message", "代为留言"), ("referral", "告知去处（转办）"), ("callback", "待回电"),
    ):  # fmt: skip
        sql, values = has_status(rule, applies)
        cases.append((sql, values, words))
    cases.append(("c.states <> ''", [], "当场答复"))
    whens = " ".join(f"WHEN {sql} THEN ?" for sql, _, _ in cases)
    values = [value for _, own, words in cases for value in (*own, words)]
    return f"CASE WHEN coalesce(l.outcome, '') <> '' THEN l.outcome {whens} ELSE '不详' END", values


def _select() -> tuple[str, list[Any]]:
    outcome, values = _outcome()
    return (
        f"""SELECT c.id AS call, c.call_id, c.started, c.clerk, coalesce(k.name, '') AS clerk_name, c.unit, c.window, c.caller_number,
        c.talk_seconds, coalesce(l.matter, '') AS matter, coalesce(l.heard, '') AS heard, {outcome} AS outcome
        FROM calls c LEFT JOIN ledger l ON l.call = c.id LEFT JOIN clerks k ON k.job_number = c.clerk""",
        values,
    )


def _present(store: Store, call: int, field: Field) -> str:
    sql, values = ("coalesce(l.matter, '')", []) if field == "matter" else _outcome()
    return str(
        store.value(f"SELECT {sql} FROM calls c LEFT JOIN ledger l ON l.call = c.id WHERE c.id = ?", [*values, call])
    )


#: What may follow from a call: words, and the calls of it.
_FOLLOWED = {
    "整改": "SELECT DISTINCT f.call AS call, x.rectification AS id FROM rectification_findings x JOIN findings f ON f.id = x.finding WHERE f.call IN ({})",
    "投诉": "SELECT call, id FROM complaints WHERE call IN ({})",
    "差评回访": "SELECT r.call, f.id FROM follow_ups f JOIN ratings r ON r.id = f.rating WHERE r.call IN ({})",
    "申诉": "SELECT call, id FROM objections WHERE call IN ({})",
    "辅导": "SELECT call, id FROM coaching WHERE call IN ({})",
}


def _lines(store: Store, rows: Sequence[Row]) -> list[LedgerLine]:
    numbers = [row["call"] for row in rows]
    followed: dict[int, dict[str, int]] = {number: {} for number in numbers}
    changes: dict[int, list[Change]] = {number: [] for number in numbers}
    if numbers:
        for words, sql in _FOLLOWED.items():
            for row in store.rows(sql.format(marks(numbers)), numbers):
                followed[row["call"]][words] = followed[row["call"]].get(words, 0) + 1
        for row in store.rows(
            f"SELECT g.*, u.name FROM ledger_changes g JOIN users u ON u.id = g.user WHERE g.call IN ({marks(numbers)}) ORDER BY g.at DESC, g.id DESC",
            numbers,
        ):
            changes[row["call"]].append(Change(row["field"], row["before"], row["after"], row["name"], row["at"]))
    return [
        LedgerLine(**dict(row), followed=followed[row["call"]], changes=tuple(changes[row["call"]])) for row in rows
    ]
