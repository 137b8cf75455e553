"""Where each clerk sits and sat: postings with the days they hold. Calls keep what was true when they came."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from voice_agent.errors import StoreError
from voice_agent.store.database import Row, Store
from voice_agent.store.people.tree import read_lines

_JOB_NUMBER = re.compile(r"[0-9A-Za-z]{1,16}")
_HEADINGS = ("工号", "姓名", "单位", "窗口", "分机或成员名", "生效日期", "截止日期")


@dataclass(frozen=True)
class Posting:
    """A clerk at a window of a unit from ``since`` to ``until`` (local days, both inclusive; None: to this day)."""

    job_number: str
    name: str
    unit: str
    window: str
    member: str
    since: date
    until: date | None = None


def post(store: Store, posting: Posting, *, today: date) -> None:
    """Write down where a clerk sits from a day on; what held before ends the day before. Raises StoreError naming the field.

    A posting of the past (with ``until``) goes into the history without touching the present one.
    """
    _check(posting, today)
    with store.transaction():
        before = (posting.since - timedelta(days=1)).isoformat()
        if posting.until is None:
            store.write(
                "UPDATE postings SET until = max(?, since) WHERE job_number = ? AND until = '' AND since < ?",
                (before, posting.job_number, posting.since.isoformat()),
            )
        store.write(
            "DELETE FROM postings WHERE job_number = ? AND since = ?", (posting.job_number, posting.since.isoformat())
        )
        store.write(
            "INSERT INTO postings (job_number, name, unit, window, member, since, until) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                posting.job_number, posting.name, posting.unit, posting.window, posting.member, posting.since.isoformat(),
                posting.until.isoformat() if posting.until else "",
            ),
        )  # fmt: skip
        store.write("INSERT OR IGNORE INTO units (name) VALUES (?)", (posting.unit,))
        _follow(store, posting.job_number)


def end_posting(store: Store, job_number: str, last: date) -> None:
    """A clerk leaves: ``last`` is the last day. Raises StoreError when the clerk has no present posting."""
    ended = store.write(
        "UPDATE postings SET until = ?1 WHERE job_number = ?2 AND until = '' AND since <= ?1",
        (last.isoformat(), job_number),
    )
    if not ended.rowcount:
        raise StoreError(f"工号 {job_number} 没有在岗的记录，或截止日期早于生效日期")


def _follow(store: Store, job_number: str) -> None:
    """The directory names where the clerk sits now."""
    store.write(
        "INSERT INTO clerks (job_number, name, unit, window, member, edited) SELECT job_number, name, unit, window, member, 1"
        " FROM postings WHERE job_number = ? ORDER BY until = '' DESC, since DESC LIMIT 1"
        " ON CONFLICT (job_number) DO UPDATE SET name = excluded.name, unit = excluded.unit, window = excluded.window,"
        " member = excluded.member, edited = 1",
        (job_number,),
    )


def postings(store: Store, *, job_number: str | None = None) -> list[Posting]:
    """All postings (of one clerk), by clerk, the latest first. Raises StoreError."""
    rows = store.rows(
        "SELECT * FROM postings WHERE ?1 IS NULL OR job_number = ?1 ORDER BY job_number, since DESC", (job_number,)
    )
    return [_posting(row) for row in rows]


def posting_on(store: Store, day: date, *, job_number: str = "", member: str = "") -> Posting | None:
    """The posting that held on a day, by job number or queue member; None when none did. Raises StoreError."""
    column, value = ("job_number", job_number) if job_number else ("member", member)
    row = store.row(
        f"SELECT * FROM postings WHERE {column} = ?1 AND {column} <> '' AND since <= ?2 AND (until = '' OR until >= ?2)"  # noqa: S608 - one of two names
        " ORDER BY since DESC LIMIT 1",
        (value, day.isoformat()),
    )
    return _posting(row) if row else None


def has_postings(store: Store, job_number: str) -> bool:
    """Is anything written down about this job number? Raises StoreError."""
    return bool(store.value("SELECT 1 FROM postings WHERE job_number = ? LIMIT 1", (job_number,)))


def import_roster(store: Store, text: str, *, today: date) -> int:
    """Read lines of 工号,姓名,单位,窗口,分机或成员名,生效日期,截止日期. Returns how many; raises StoreError naming the line."""
    with store.transaction():
        number = 0
        for place, line in read_lines(text, _HEADINGS):
            try:
                post(store, _from_line(line, today), today=today)
            except (StoreError, ValueError) as error:
                said = "日期应写作 2026-11-22" if isinstance(error, ValueError) else str(error)
                raise StoreError(f"第 {place} 行：{said}") from error
            number += 1
    return number


def _from_line(line: object, today: date) -> Posting:
    assert isinstance(line, dict)  # noqa: S101 - read_lines gives nothing else
    since, until = line["生效日期"], line["截止日期"]
    return Posting(
        line["工号"], line["姓名"], line["单位"], line["窗口"], line["分机或成员名"], date.fromisoformat(since) if since else today,
        date.fromisoformat(until) if until else None,
    )  # fmt: skip


def _check(posting: Posting, today: date) -> None:
    if not _JOB_NUMBER.fullmatch(posting.job_number):
        raise StoreError("工号只能用数字和字母，最多 16 位")
    if not posting.unit or any(len(text) > 64 for text in (posting.name, posting.unit, posting.window, posting.member)):
        raise StoreError("请填写单位；姓名、单位、窗口和成员名最多 64 个字符")
    if posting.since > today:
        raise StoreError("生效日期不能晚于今天")
    if posting.until is not None and posting.until < posting.since:
        raise StoreError("截止日期不能早于生效日期")


def _posting(row: Row) -> Posting:
    until = date.fromisoformat(row["until"]) if row["until"] else None
    return Posting(
        row["job_number"],
        row["name"],
        row["unit"],
        row["window"],
        row["member"],
        date.fromisoformat(row["since"]),
        until,
    )
