"""kill -9 at any moment: real processes on one store are killed again and again; no call is lost, none judged twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.store.makers import ended
from voice_agent.store import Store
from voice_agent.store.calls import calls, jobs

WORKER = """
import sys, time
from pathlib import Path
from tests.store.makers import book, judgement
from voice_agent.store import Store
from voice_agent.store.calls import jobs
from voice_agent.store.calls.completion import complete
with Store.open(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    while True:
        job = jobs.lease(store, "worker", 0.05, deaths=10_000)
        if job is None:
            time.sleep(0.005)
        else:
            complete(store, job, judgement({"closing": "missing"}), book=book())
"""

WRITER = """
import sys
from pathlib import Path
from tests.store.makers import ended
from voice_agent.store import Store
from voice_agent.store.calls import calls
with Store.open(Path(sys.argv[1])) as store:
    for n in range(int(sys.argv[2]), 1_000_000):
        calls.record_call(store, ended(f"{sys.argv[2]}.{n}"))
        print(f"{sys.argv[2]}.{n}", flush=True)
"""


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    """A child process on the store, its standard output readable."""
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def kill(child: subprocess.Popen[str]) -> str:
    """SIGKILL, and what it had said so far."""
    child.send_signal(signal.SIGKILL)
    said, _ = child.communicate(timeout=30)
    return said


def test_killed_workers_lose_and_double_nothing(tmp_path: Path) -> None:
    """Two workers killed over and over while they judge: every call ends with exactly one judgement."""
    path, number, dice = tmp_path / "store.db", 80, random.Random(12333)
    with Store.open(path) as store:
        for n in range(number):
            calls.record_call(store, ended(f"1.{n}"))
        for _ in range(3):
            workers = [start(WORKER, str(path)) for _ in range(2)]
            for worker in workers:
                assert worker.stdout is not None
                assert worker.stdout.readline() == "ready\n"
            time.sleep(dice.uniform(0.01, 0.15))
            for worker in workers:
                kill(worker)
            assert store.value("PRAGMA integrity_check") == "ok"
        last = start(WORKER, str(path))
        give_up = time.monotonic() + 60
        while jobs.count_jobs(store)["done"] < number and time.monotonic() < give_up:
            time.sleep(0.05)
        kill(last)
        assert jobs.count_jobs(store) == {"waiting": 0, "leased": 0, "done": number, "failed": 0}
        per_call = store.rows("SELECT count(*) AS n FROM judgements GROUP BY call")
        assert [row["n"] for row in per_call] == [1] * number
        assert store.value("SELECT sum(calls) FROM call_tally WHERE cube = 'unit_day'") == number
        assert store.value("PRAGMA integrity_check") == "ok"
        assert store.rows("PRAGMA foreign_key_check") == []


def test_killed_writers_keep_what_they_reported(tmp_path: Path) -> None:
    """Two processes write into one store and are killed: whatever they had reported as recorded is there, with its job."""
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        writers = [start(WRITER, str(path), str(n)) for n in (1, 2)]
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()  # both are at it
        time.sleep(0.3)
        reported = [name for writer in writers for name in kill(writer).split("\n")[:-1]]
        stored = {row["call_id"] for row in store.rows("SELECT call_id FROM calls")}
        assert len(reported) > 0
        assert set(reported) <= stored
        assert store.value("SELECT count(*) FROM jobs") == len(stored)
        assert store.value("PRAGMA integrity_check") == "ok"
