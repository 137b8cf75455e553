"""Calls that wait to be judged. A job is worked under a lease: if its worker dies, the lease runs out and another takes over.

    waiting ──lease──▶ leased ──begin──▶ (hearing) ──complete──▶ done
       ▲ ▲               │  ╲──fail, tries left──▶ waiting (later)
       │ └──release, lease ran out          ╲──fail, no tries left──▶ failed (call is not_monitored)
       └──retry (dead_set.py)───────────────────────────────────────────┘

Every arrow is one transaction, so a kill -9 at any moment loses no call and judges none twice. Faults of the recording (``attempts``)
and crashes of ours (``crashes``) are counted apart, and a lease that ran out counts only if hearing had begun.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, replace
from typing import Literal

from voice_agent.errors import JobError
from voice_agent.store.calls.unmonitored import Cause, not_monitored
from voice_agent.store.database import Row, Store

State = Literal["waiting", "leased", "done", "failed"]
#: Seconds before the second try; doubled for each one after, never above the limit.
FIRST_DELAY = 30.0
LONGEST_DELAY = 3600.0
#: So often may hearing a call end without a word (a kill, a power cut) before the call is given up: far more than chance explains.
DEATHS = 10
#: Deaths after which the job waits longer each time, lest one recording keeps a machine restarting.
_SUSPICIOUS = 3


@dataclass(frozen=True)
class Job:
    """A call leased to a worker: ``token`` proves it, ``lease_until`` is unix seconds.

    ``attempts``: tries before this one that found fault with the recording; ``crashes``: tries that we did not survive.
    """

    id: int
    call: int
    attempts: int
    worker: str
    token: str
    lease_until: float
    crashes: int = 0


@dataclass(frozen=True)
class JobRow:
    """A job as a list shows it."""

    id: int
    call: int
    state: State
    attempts: int
    not_before: float
    worker: str | None
    lease_until: float | None
    error: str


def enqueue(store: Store, call: int, *, not_before: float | None = None, now: float | None = None) -> int:
    """Let a call be judged (from ``not_before`` on); a call that has a job keeps it. Returns the job's number."""
    moment = _now(now)
    store.write(
        "INSERT OR IGNORE INTO jobs (call, state, not_before, created) VALUES (?, 'waiting', ?, ?)",
        (call, moment if not_before is None else not_before, moment),
    )
    return int(store.value("SELECT id FROM jobs WHERE call = ?", (call,)))


def lease(store: Store, worker: str, seconds: float, *, deaths: int = DEATHS, now: float | None = None) -> Job | None:
    """Take the job that is due longest, for ``seconds``; None when nothing is due.

    A call over which hearing died ``deaths`` times without a word is not tried again (it may be what kills us): it becomes
    ``not_monitored``. Raises StoreError.
    """
    moment = _now(now)
    with store.transaction():
        while (row := _due(store, moment)) is not None:
            if row["state"] == "waiting":
                return _take(store, row, worker, seconds, moment)
            _bury(store, row, deaths, moment)
    return None


def _due(store: Store, now: float) -> Row | None:
    return store.row(
        "SELECT * FROM jobs WHERE (state = 'waiting' AND not_before <= ?1) OR (state = 'leased' AND lease_until <= ?1)"
        " ORDER BY not_before, id LIMIT 1",
        (now,),
    )


def _bury(store: Store, row: Row, deaths: int, now: float) -> None:
    """Whoever held the lease is gone: a death if hearing had begun, else as if the job had never been taken."""
    crashes = row["crashes"] + (row["begun"] is not None)
    store.write("UPDATE jobs SET crashes = ? WHERE id = ?", (crashes, row["id"]))
    if crashes >= deaths:
        reason = f"检查过程 {crashes} 次中途退出" + (f"；最近的错误：{row['error']}" if row["error"] else "")
        _give_up(store, row["id"], row["call"], cause="failure", reason=reason, now=now)
    else:
        wait = delay(crashes - _SUSPICIOUS) if row["begun"] is not None and crashes > _SUSPICIOUS else 0.0
        _set_waiting(store, row["id"], now + wait, row["error"])


def _take(store: Store, row: Row, worker: str, seconds: float, now: float) -> Job:
    token, until = secrets.token_hex(8), now + seconds
    store.write(
        "UPDATE jobs SET state = 'leased', begun = NULL, worker = ?, token = ?, lease_until = ? WHERE id = ?",
        (worker, token, until, row["id"]),
    )
    return Job(row["id"], row["call"], row["attempts"], worker, token, until, row["crashes"])


def begin(store: Store, job: Job, *, now: float | None = None) -> None:
    """Hearing begins now: from here on a death counts. Raises JobError when the job is no longer ours."""
    with store.transaction():
        check_lease(store, job)
        store.write("UPDATE jobs SET begun = ? WHERE id = ?", (_now(now), job.id))


def renew(store: Store, job: Job, seconds: float, *, now: float | None = None) -> Job:
    """Keep a job for ``seconds`` more. Raises JobError when it is no longer ours."""
    until = _now(now) + seconds
    with store.transaction():
        check_lease(store, job)
        store.write("UPDATE jobs SET lease_until = ? WHERE id = ?", (until, job.id))
    return replace(job, lease_until=until)


def release(store: Store, job: Job) -> None:
    """Give a job back untried, for a clean stop: the try does not count. Raises JobError when it is no longer ours."""
    with store.transaction():
        check_lease(store, job)
        _set_waiting(store, job.id, None, "")


def postpone(store: Store, job: Job, seconds: float, reason: str, *, now: float | None = None) -> None:
    """Give a job back for a while without counting the try, such as while its recording still grows. Raises JobError."""
    with store.transaction():
        check_lease(store, job)
        _set_waiting(store, job.id, _now(now) + seconds, reason)


def fail(
    store: Store,
    job: Job,
    error: str,
    *,
    attempts: int = 5,
    final: bool = False,
    crash: bool = False,
    cause: Cause = "failure",
    now: float | None = None,
) -> State:
    """A try failed: wait longer each time, after ``attempts`` tries (or ``final``) the call is ``not_monitored`` with the error.

    ``error`` is Chinese and shown to people. ``crash``: we failed (no model, a hearing process died), not the recording; such tries
    are counted apart. Returns the job's new state. Raises JobError when it is no longer ours.
    """
    moment = _now(now)
    tries = (job.crashes if crash else job.attempts) + 1
    with store.transaction():
        check_lease(store, job)
        counted = "crashes" if crash else "attempts"
        store.write(f"UPDATE jobs SET {counted} = ?, cause = ? WHERE id = ?", (tries, cause, job.id))  # noqa: S608 - one of two words
        if final or tries >= attempts:
            _give_up(store, job.id, job.call, cause=cause, reason=error, now=moment)
            return "failed"
        _set_waiting(store, job.id, moment + delay(tries), error)
        return "waiting"


def delay(attempts: int) -> float:
    """Seconds to wait after so many failed tries."""
    return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempts - 1, 20))


def check_lease(store: Store, job: Job) -> None:
    """Raise JobError unless the job is still this worker's. A lease that ran out but was not taken over still counts."""
    row = store.row("SELECT state, token FROM jobs WHERE id = ?", (job.id,))
    if row is None or row["state"] != "leased" or row["token"] != job.token:
        raise JobError(f"任务 {job.id} 的租约已失效，由其他进程接手；本次结果不保存")


def finish(store: Store, job: Job, *, now: float | None = None) -> None:
    """Mark a job done, inside the transaction that saves its judgement. Raises JobError when it is no longer ours."""
    check_lease(store, job)
    _close(store, job.id, "done", "", _now(now))


def leased_workers(store: Store) -> list[str]:
    """Who holds leases at present. Raises StoreError."""
    return [row["worker"] for row in store.rows("SELECT DISTINCT worker FROM jobs WHERE state = 'leased'")]


def reclaim(store: Store, worker: str) -> int:
    """Make the jobs of a worker that is known to be dead due at once; their tries count. Returns how many. Raises StoreError."""
    return store.write("UPDATE jobs SET lease_until = 0 WHERE state = 'leased' AND worker = ?", (worker,)).rowcount


def list_jobs(store: Store, *, state: State | None = None, limit: int = 100) -> list[JobRow]:
    """Jobs, those due first at the top. Raises StoreError."""
    rows = store.rows(
        "SELECT id, call, state, attempts, not_before, worker, lease_until, error FROM jobs"
        " WHERE ?1 IS NULL OR state = ?1 ORDER BY not_before, id LIMIT ?2",
        (state, limit),
    )
    return [JobRow(**dict(row)) for row in rows]


def count_jobs(store: Store) -> dict[State, int]:
    """How many jobs are in each state. Raises StoreError."""
    counts: dict[State, int] = {"waiting": 0, "leased": 0, "done": 0, "failed": 0}
    return counts | {
        row["state"]: row["n"] for row in store.rows("SELECT state, count(*) AS n FROM jobs GROUP BY state")
    }


def next_due(store: Store) -> float | None:
    """When the next job becomes due (unix seconds), None when none is open: how long a worker may sleep."""
    due: float | None = store.value(
        "SELECT min(iif(state = 'waiting', not_before, lease_until)) FROM jobs WHERE state IN ('waiting', 'leased')"
    )
    return due


def mend_clock(store: Store, *, now: float | None = None) -> int:
    """Jobs that wait for a moment beyond every delay were made by a clock that was ahead: they are due. Returns how many."""
    moment = _now(now)
    return store.write(
        "UPDATE jobs SET not_before = ?1, created = min(created, ?1) WHERE state = 'waiting' AND not_before > ?1"
        " AND (not_before > ?1 + ?2 OR created > ?1 + 1)",
        (moment, LONGEST_DELAY),
    ).rowcount


def _give_up(store: Store, job: int, call: int, *, cause: Cause, reason: str, now: float) -> None:
    store.write("UPDATE jobs SET cause = ? WHERE id = ?", (cause, job))
    _close(store, job, "failed", reason, now)
    not_monitored(store, call, cause, reason, now=now)


def _close(store: Store, job: int, state: State, error: str, now: float) -> None:
    store.write(
        "UPDATE jobs SET state = ?, error = ?, finished = ?, begun = NULL, worker = NULL, token = NULL, lease_until = NULL"
        " WHERE id = ?",
        (state, error, now, job),
    )


def _set_waiting(store: Store, job: int, not_before: float | None, error: str) -> None:
    store.write(
        "UPDATE jobs SET state = 'waiting', not_before = coalesce(?, not_before), error = ?, begun = NULL,"
        " worker = NULL, token = NULL, lease_until = NULL WHERE id = ?",
        (not_before, error, job),
    )


def _now(now: float | None) -> float:
    return time.time() if now is None else now
