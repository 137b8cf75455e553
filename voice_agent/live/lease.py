"""Keeps a lease alive while a long call is heard, so that short leases (quick recovery after a crash) do not lose long calls."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from voice_agent.errors import JobError, StoreError
from voice_agent.store import Store
from voice_agent.store.calls import jobs
from voice_agent.store.calls.jobs import Job

log = logging.getLogger(__name__)


@contextmanager
def kept(store: Store, job: Job, seconds: float) -> Iterator[None]:
    """Renew ``job`` every third of ``seconds`` from a thread with its own connection, until the block ends."""
    done = threading.Event()
    keeper = threading.Thread(target=_keep, args=(store, job, seconds, done), name=f"lease-{job.id}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _keep(store: Store, job: Job, seconds: float, done: threading.Event) -> None:
    while not done.wait(seconds / 3):
        try:
            with Store.open(store.path, timezone=store.timezone.key, create=False) as own:
                jobs.renew(own, job, seconds)
        except (JobError, StoreError) as error:  # completing the job will find out; a busy store gets two more tries
            log.warning("could not renew the lease of job %d: %s", job.id, error)
