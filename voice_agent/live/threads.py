"""The threads that take jobs: each with its own store connection, all sharing the hearing processes."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from voice_agent.errors import StoreError
from voice_agent.live.worker import Desk, work_off
from voice_agent.store import Store
from voice_agent.store.calls import jobs

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0  # another process may enqueue, so look now and then
TROUBLE_SECONDS = 5.0  # a full disk or a locked store is looked at again after this
#: Threads that only wait for a recording to be completed must not keep the hearing processes idle.
WAITING_THREADS = 2


class Threads:
    """Takes and works off jobs until left. Use as a context manager; ``wake`` when a job was enqueued."""

    def __init__(self, path: Path, timezone: str, desk: Desk) -> None:
        self._path, self._timezone, self._desk = path, timezone, desk
        self._stop = threading.Event()
        self._news = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(worker_name(number),), name=f"judge-{number}")
            for number in range(desk.workers.count + WAITING_THREADS)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop: what is being heard is given back untried."""
        self._stop.set()
        self._news.set()
        self._desk.workers.close()
        for thread in self._threads:
            thread.join()

    def wake(self) -> None:
        """A job may be due now."""
        self._news.set()

    def drain(self) -> None:
        """Return when no job is open any more."""
        with self._store() as store:
            while not self._stop.is_set() and jobs.next_due(store) is not None:
                self._stop.wait(0.1)

    def _store(self) -> Store:
        return Store.open(self._path, timezone=self._timezone, create=False)

    def _run(self, name: str) -> None:
        while not self._stop.is_set():
            try:
                with self._store() as store:
                    take_over(store)
                    self._work(store, name)
            except StoreError as error:
                log.error("store trouble, trying again in %.0f s: %s", TROUBLE_SECONDS, error)
                self._stop.wait(TROUBLE_SECONDS)

    def _work(self, store: Store, name: str) -> None:
        while not self._stop.is_set():
            job = jobs.lease(store, name, self._desk.lease_seconds)
            if job is None:
                self._rest(store)
            else:
                work_off(store, job, self._desk, self._stop)

    def _rest(self, store: Store) -> None:
        due = jobs.next_due(store)
        seconds = IDLE_SECONDS if due is None else min(IDLE_SECONDS, max(0.05, due - time.time()))
        if self._news.wait(seconds):
            self._news.clear()


def take_over(store: Store) -> None:
    """Jobs that a killed process of this machine had leased are due at once, and those of a clock that was ahead. Raises StoreError."""
    if early := jobs.mend_clock(store):
        log.warning("the clock was set back: %d jobs no longer wait for its old time", early)
    for worker in filter(is_dead, jobs.leased_workers(store)):
        log.info("took over %d jobs of a process that was killed", jobs.reclaim(store, worker))


def worker_name(number: int) -> str:
    """``host:pid:thread``: who holds a lease, so that a restart can tell the dead from the living."""
    return f"{socket.gethostname()}:{os.getpid()}:{number}"


def is_dead(worker: str) -> bool:
    """Whether a lease's holder was a process of this machine that no longer runs."""
    host, _, rest = worker.partition(":")
    pid = rest.partition(":")[0]
    return host == socket.gethostname() and pid.isdigit() and not Path(f"/proc/{pid}").exists()
