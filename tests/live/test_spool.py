"""A store that cannot be written stops nobody: events wait on disk in order, survive kills, and nothing is written twice."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ami_bridge.events import Alive, CallEnded, Gap, Hold, Recording, Step, Stretch
from tests.conftest import REPOSITORY
from tests.store.makers import MORNING, ended
from voice_agent.live import listener
from voice_agent.live.listener import Keeper, listen
from voice_agent.live.spool import Spool, count_waiting, spool_of
from voice_agent.live.worker import Desk
from voice_agent.store import Store
from voice_agent.store.calls import calls, gaps

RICH = replace(
    ended("1.1", gaps=(Gap(MORNING, None, "x"),)), holds=(Hold(1.0, 2.0),), story=(Step(1.0, "began", "谁", "d"),), queues=("a", "b"),
    recordings=(Recording("/r.wav", "caller", 1.0, 2.0, (Stretch(1.0, 1.5),), (Stretch(1.0, 2.0),)),),
)  # fmt: skip
EVENTS = (RICH, Gap(1.0, 2.0, "cut"), Alive(3.0, 4))


def test_events_come_back_as_they_were(tmp_path: Path) -> None:
    """Everything that the bridge tells, through the file, equal in every part; the file is private."""
    spool = Spool(tmp_path / "s.db")
    for event in EVENTS:
        spool.add(event)
    assert count_waiting(tmp_path / "s.db") == 3
    assert spool_of(tmp_path / "s.db").stat().st_mode & 0o777 == 0o600
    taken: list[object] = []
    Spool(tmp_path / "s.db").empty_into(taken.append)
    assert tuple(taken) == EVENTS
    assert not spool_of(tmp_path / "s.db").exists()


def test_a_cut_line_ends_what_is_known_and_is_overwritten(tmp_path: Path) -> None:
    """A kill in the middle of writing: what stood before is kept, the torn line is gone, what comes later is readable."""
    spool = Spool(tmp_path / "s.db")
    spool.add(EVENTS[1])
    with spool_of(tmp_path / "s.db").open("ab") as file:
        file.write(b'{"kind":"Alive","at":9')
    again = Spool(tmp_path / "s.db")
    assert len(again) == 1
    again.add(EVENTS[2])
    taken: list[object] = []
    Spool(tmp_path / "s.db").empty_into(taken.append)
    assert tuple(taken) == EVENTS[1:]


def test_a_full_disk_keeps_the_order(tmp_path: Path) -> None:
    """While not even the file can grow, events stay in memory; the heartbeat is never on disk before a call that came earlier."""
    program = (
        "import resource, signal, sys; from pathlib import Path; from tests.live.test_spool import EVENTS\n"
        "from voice_agent.live.spool import Spool\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "spool = Spool(Path(sys.argv[1])); spool.add(EVENTS[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200, resource.RLIM_INFINITY))\n"
        "spool.add(EVENTS[0]); spool.add(EVENTS[2])\n"
        "print(len(spool), len(Spool(Path(sys.argv[1]))))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "spool.add(EVENTS[2]); print(len(Spool(Path(sys.argv[1]))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "s.db")], cwd=REPOSITORY, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    assert done.stdout.split() == ["3", "1", "4"], done.stderr


def locked(path: Path) -> sqlite3.Connection:
    """Another process that writes and does not finish."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


def test_a_locked_store_is_outwaited_and_nothing_is_lost_or_doubled(
    store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty calls come while somebody else holds the store: each is taken at once, and all are there when the store is free."""
    monkeypatch.setattr(listener, "PATIENCE", 0.05)
    other, seen = locked(store.path), []

    def events() -> Iterator[CallEnded | Alive]:
        for number in range(40):
            yield ended(f"1.{number}")
        yield Alive(MORNING, 0)
        seen.append((calls.count_calls(store), count_waiting(store.path)))
        other.execute("ROLLBACK")
        time.sleep(listener.RETRY_SECONDS)
        yield ended("1.0")

    stop = threading.Event()
    listen(events(), store, desk, stop=stop)
    other.close()
    assert seen == [(0, 41)]
    assert calls.count_calls(store) == 40
    assert gaps.last_alive(store) == MORNING
    assert count_waiting(store.path) == 0


def test_what_waited_is_kept_over_a_kill(store: Store, desk: Desk) -> None:
    """The next process writes it first, before anything new."""
    spool = Spool(store.path)
    for number in range(5):
        spool.add(ended(f"1.{number}"))
    keeper = Keeper(store, desk, "", threading.Event(), Spool(store.path))
    keeper.take(ended("1.9"))
    assert [call.call_id for call in calls.list_calls(store, descending=False).calls][-1] == "1.9"
    assert calls.count_calls(store) == 6


def test_writers_of_one_process_take_turns(tmp_path: Path) -> None:
    """Six threads that write as fast as they can: none gives up although each would wait for two seconds only."""
    path, failures = tmp_path / "store.db", []
    Store.open(path).close()
    until = time.monotonic() + 4

    def write(thread: int) -> None:
        try:
            with Store.open(path, busy_seconds=2.0) as own:
                number = 0
                while time.monotonic() < until:
                    calls.record_call(own, ended(f"{thread}.{number}"))
                    number += 1
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
