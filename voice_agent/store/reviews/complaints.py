"""监督举报: complaints of the public, by telephone, network, letter box or supervisor of the service; about whom, until when, with what outcome."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from voice_agent.errors import NotInStore, StoreError
from voice_agent.store.calls.calls import find_call
from voice_agent.store.database import Row, Store
from voice_agent.store.people.tree import UNITS_UNDER, read_lines

Outcome = Literal["founded", "partly", "unfounded"]
OUTCOMES: Mapping[str, str] = {"founded": "属实", "partly": "部分属实", "unfounded": "不属实"}
SOURCES = ("举报监督电话", "网络", "意见箱", "社会监督员", "来电中反映", "上级转办", "其他")
_HEADINGS = ("收到日期", "来源", "单位", "窗口", "工号", "通话", "内容", "办结期限")


@dataclass(frozen=True)
class Complaint:
    """One complaint; ``call`` is the store's number of the call that it is about, None when none is known. Times unix seconds."""

    id: int
    received: date
    source: str
    unit: str
    window: str
    clerk: str
    clerk_name: str
    call: int | None
    call_id: str
    text: str
    due: date
    made_by_name: str
    made_at: float
    outcome: Outcome | Literal[""]
    answer: str
    closed_by_name: str
    closed_at: float | None

    def late(self, today: date) -> bool:
        """Still open on the day after it was due."""
        return not self.outcome and today > self.due


@dataclass(frozen=True)
class Filed:
    """What somebody enters; what a call tells (clerk, unit, window) need not be entered."""

    received: date
    source: str
    text: str
    due: date
    unit: str = ""
    window: str = ""
    clerk: str = ""
    call: str = ""


@dataclass(frozen=True)
class ComplaintFilter:
    """A choice of complaints; None means any. ``open``: without an outcome; ``since``/``until`` are days of receipt."""

    open: bool | None = None
    unit: str | None = None
    node: str | None = None
    since: date | None = None
    until: date | None = None


_SELECT = """SELECT m.*, coalesce(k.name, '') AS clerk_name, coalesce(c.call_id, '') AS call_id, u.name AS made_by_name,
    coalesce(d.name, '') AS closed_by_name FROM complaints m JOIN users u ON u.id = m.made_by LEFT JOIN users d ON d.id = m.closed_by
    LEFT JOIN calls c ON c.id = m.call LEFT JOIN clerks k ON k.job_number = m.clerk AND m.clerk <> ''"""


def file_complaint(store: Store, filed: Filed, user: int, *, today: date, now: float | None = None) -> int:
    """Register a complaint; a call gives clerk, unit and window where they were left empty. Returns the number.

    Raises StoreError naming the field.
    """
    if not filed.text.strip():
        raise StoreError("请写明投诉内容")
    if filed.source not in SOURCES:
        raise StoreError(f"来源应为 {'、'.join(SOURCES)}")
    if filed.received > today:
        raise StoreError("收到日期不能晚于今天")
    if filed.due < filed.received:
        raise StoreError("办结期限不能早于收到日期")
    call = find_call(store, filed.call) if filed.call else None
    unit = filed.unit or (call.unit if call else "")
    if not unit:
        raise StoreError("请填写单位，或被投诉的通话")
    number = store.write(
        "INSERT INTO complaints (received, source, unit, window, clerk, call, text, due, made_by, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            filed.received.isoformat(), filed.source, unit, filed.window or (call.window if call else ""),
            filed.clerk or (call.clerk if call else ""), call.id if call else None, filed.text.strip(), filed.due.isoformat(), user,
            time.time() if now is None else now,
        ),
    ).lastrowid  # fmt: skip
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


def close_complaint(
    store: Store, number: int, user: int, outcome: Outcome, answer: str, *, now: float | None = None
) -> None:
    """Say how it ended. Raises StoreError: closed already, or without an answer."""
    with store.transaction():
        found = get_complaint(store, number)
        if found.outcome:
            raise StoreError("这件投诉已经办结")
        if not answer.strip():
            raise StoreError("请写明办理结果")
        store.write(
            "UPDATE complaints SET outcome = ?, answer = ?, closed_by = ?, closed_at = ? WHERE id = ?",
            (outcome, answer.strip(), user, time.time() if now is None else now, number),
        )


def get_complaint(store: Store, number: int) -> Complaint:
    """One complaint. Raises NotInStore."""
    row = store.row(f"{_SELECT} WHERE m.id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的投诉")
    return _complaint(row)


def list_complaints(store: Store, chosen: ComplaintFilter, *, limit: int = 100, offset: int = 0) -> list[Complaint]:
    """Complaints, the open ones by urgency, then the closed ones, the latest first. Raises StoreError."""
    condition, values = _where(chosen)
    order = "m.outcome <> '', iif(m.outcome = '', m.due, ''), -coalesce(m.closed_at, 0), m.id"
    rows = store.rows(f"{_SELECT} WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?", [*values, limit, offset])
    return [_complaint(row) for row in rows]


def count_complaints(store: Store, chosen: ComplaintFilter) -> int:
    """How many are chosen. Raises StoreError."""
    condition, values = _where(chosen)
    return int(store.value(f"SELECT count(*) FROM complaints m WHERE {condition}", values))


def complaints_by_window(store: Store, chosen: ComplaintFilter) -> dict[tuple[str, str], int]:
    """(unit, window) → complaints that were not found groundless. Raises StoreError."""
    condition, values = _where(chosen)
    rows = store.rows(
        f"SELECT m.unit, m.window, count(*) AS number FROM complaints m WHERE {condition} AND m.outcome <> 'unfounded' GROUP BY 1, 2",
        values,
    )
    return {(row["unit"], row["window"]): row["number"] for row in rows}


def import_complaints(store: Store, text: str, user: int, *, today: date) -> list[int]:
    """Read lines of 收到日期,来源,单位,窗口,工号,通话,内容,办结期限. Returns their numbers; raises StoreError naming the line."""
    numbers = []
    with store.transaction():
        for place, line in read_lines(text, _HEADINGS):
            try:
                numbers.append(file_complaint(store, _from_line(line), user, today=today))
            except (StoreError, ValueError) as error:
                said = "日期应写作 2026-11-22" if isinstance(error, ValueError) else str(error)
                raise StoreError(f"第 {place} 行：{said}") from error
    return numbers


def _from_line(line: Mapping[str, str]) -> Filed:
    received, due = date.fromisoformat(line["收到日期"]), date.fromisoformat(line["办结期限"])
    return Filed(received, line["来源"], line["内容"], due, line["单位"], line["窗口"], line["工号"], line["通话"])


def _where(chosen: ComplaintFilter) -> tuple[str, list[Any]]:
    wanted = {
        "m.unit = ?": chosen.unit, f"m.unit IN ({UNITS_UNDER})": chosen.node,
        "m.received >= ?": chosen.since and chosen.since.isoformat(), "m.received <= ?": chosen.until and chosen.until.isoformat(),
    }  # fmt: skip
    narrowed = {condition: value for condition, value in wanted.items() if value is not None}
    state = [] if chosen.open is None else ["m.outcome = ''" if chosen.open else "m.outcome <> ''"]
    return " AND ".join([*narrowed, *state]) or "1", list(narrowed.values())


def _complaint(row: Row) -> Complaint:
    values = {name: row[name] for name in Complaint.__dataclass_fields__}
    days = {name: date.fromisoformat(row[name]) for name in ("received", "due")}
    return Complaint(**values | days)
