"""Calls that were given up, with the reason, and the way back: heard again when somebody has mended what was wrong."""
# ruff: noqa: S608 - statements are put together from this file's own words; values travel as parameters

from __future__ import annotations

import time
from dataclasses import dataclass

from voice_agent.errors import StoreError
from voice_agent.store.calls.calls import find_call
from voice_agent.store.database import Row, Store


@dataclass(frozen=True)
class Dead:
    """A call that nobody will hear again by itself. ``ended``/``finished`` are unix seconds, ``cause`` as in ``unmonitored.Cause``.

    ``attempts``: tries that found fault with the recording; ``crashes``: tries that we did not survive; ``reason`` is Chinese.
    """

    call: int
    call_id: str
    ended: float
    finished: float
    cause: str
    reason: str
    attempts: int
    crashes: int


#: Given up, or heard without anything in it: the recording may have been replaced by a better one since.
_DEAD = (
    " FROM jobs j JOIN calls c ON c.id = j.call WHERE j.state IN ('failed', 'done') AND c.coverage = 'not_monitored'"
    " AND c.cause IN ('no_recording', 'bad_recording', 'failure')"
)


def list_dead(store: Store, *, limit: int = 1000) -> list[Dead]:
    """The latest first. Raises StoreError."""
    rows = store.rows(
        "SELECT c.id, c.call_id, c.ended, j.finished, c.cause, j.error, j.attempts, j.crashes,"
        f" (SELECT reason FROM judgements WHERE id = c.judgement_id) AS reason{_DEAD} ORDER BY c.ended DESC LIMIT ?",
        (limit,),
    )
    return [_dead(row) for row in rows]


def _dead(row: Row) -> Dead:
    return Dead(
        row["id"], row["call_id"], row["ended"], row["finished"] or row["ended"], row["cause"], row["error"] or row["reason"] or "",
        row["attempts"], row["crashes"],
    )  # fmt: skip


def count_dead(store: Store) -> int:
    """How many there are. Raises StoreError."""
    return int(store.value(f"SELECT count(*){_DEAD}"))


def retry_all(store: Store, *, now: float | None = None) -> int:
    """Let every one of them be heard again. Returns how many. Raises StoreError."""
    return _retry(store, None, now)


def retry(store: Store, name: str, *, now: float | None = None) -> int:
    """Let one call (its call id or number) be heard again; its number. Until then it stays ``not_monitored``. Raises StoreError."""
    call = find_call(store, name)
    if not _retry(store, call.id, now):
        raise StoreError(f"通话 {call.call_id}：{_why_not(store, call.id, call.coverage, call.cause)}")
    return call.id


def _retry(store: Store, call: int | None, now: float | None) -> int:
    moment = time.time() if now is None else now
    return store.write(
        "UPDATE jobs SET state = 'waiting', attempts = 0, crashes = 0, cause = '', error = '', finished = NULL, not_before = ?"
        f" WHERE id IN (SELECT j.id{_DEAD} AND (?2 IS NULL OR c.id = ?2))",
        (moment, call),
    ).rowcount


def _why_not(store: Store, call: int, coverage: str, cause: str) -> str:
    if cause == "gap":
        return "通话期间监测中断，当时发生了什么已无法补听，不能重新检查"
    if coverage == "unanswered":
        return "没有人接听，没有可检查的内容"
    if coverage == "monitored":
        return "已有检查结果；要用新的用语库重新判定，请用 voice-agent rejudge"
    waiting = store.value("SELECT 1 FROM jobs WHERE call = ? AND state IN ('waiting', 'leased')", (call,))
    return "正在等待检查" if waiting else "没有可以重新检查的任务"
