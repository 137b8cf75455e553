"""What can go wrong, each as a function of the site and the dice. They return when the fault is over or runs on by itself."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.chaos.site import Site

Fault = Callable[[Site, random.Random], None]


def kill_listen(site: Site, dice: random.Random) -> None:
    """kill -9 at any moment; it comes back at once or after a while. No worker outlives it for long."""
    workers = site.hearing()
    site.stop_listener(signal.SIGKILL)
    down = dice.choice([0.0, 0.0, dice.uniform(0, 4)])
    began = time.monotonic()
    if down:
        site.place(dice.randrange(3))
    while any(map(_lives, workers)):
        assert time.monotonic() - began < 20.0, (
            f"orphans: {workers}"
        )  # two seconds where nobody else wants the processor
        time.sleep(0.05)
    site.longest_orphan = max(site.longest_orphan, time.monotonic() - began if workers else 0.0)
    time.sleep(max(0.0, down - (time.monotonic() - began)))
    site.start_listener()


def stop_listen(site: Site, dice: random.Random) -> None:
    """SIGTERM, as an upgrade does."""
    site.stop_listener(signal.SIGTERM)
    time.sleep(dice.choice([0.0, dice.uniform(0, 3)]))
    site.start_listener()


def kill_hearing(site: Site, dice: random.Random) -> None:
    """kill -9 of a hearing worker, loading or hearing."""
    if workers := site.hearing():
        site.kills["SIGKILL of a hearing worker"] += 1
        with contextlib.suppress(ProcessLookupError):
            os.kill(dice.choice(workers), signal.SIGKILL)


def kill_serve(site: Site, dice: random.Random) -> None:
    """kill -9 of the pages; no rendered sound is left."""
    del dice
    if site.server is not None:
        site.kills["SIGKILL of serve"] += 1
        site.server.kill()
        site.server.wait()
        site.server = None
        assert not list(site.store.parent.glob("calls.db-sound/*")), "rendered sound was left behind"
    site.start_server()


def freeze_asterisk(site: Site, dice: random.Random) -> None:
    """SIGSTOP: sockets stay open, nothing is said."""
    site.asterisk.freeze()
    time.sleep(dice.uniform(0.5, 6.0))
    site.asterisk.thaw()


def restart_asterisk(site: Site, dice: random.Random) -> None:
    """With calls in progress, cleanly or as in a power cut."""
    site.restart_asterisk(at_once=dice.random() < 0.7)


def cut_line(site: Site, dice: random.Random) -> None:
    """The connection breaks, and for a while nobody gets through or nothing passes."""
    site.proxy.mode = dice.choice(["open", "refuse", "silent"])
    if site.proxy.mode != "silent":
        site.proxy.cut()
    time.sleep(dice.uniform(0.0, 5.0))
    if site.proxy.mode == "silent":
        site.proxy.cut()
    site.proxy.mode = "open"


def lock_store(site: Site, dice: random.Random) -> None:
    """Somebody else writes for long."""
    with contextlib.closing(sqlite3.connect(site.store, isolation_level=None, timeout=20)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(dice.uniform(1.0, 14.0))
        other.execute("ROLLBACK")


def fill_disk(site: Site, dice: random.Random) -> None:
    """No file of the listener may grow (RLIMIT_FSIZE), not even by what waits; sometimes it is killed while that is so."""
    if site.listener is None:
        return
    size = dice.choice([0, 4096, site.store.stat().st_size])
    with contextlib.suppress(ProcessLookupError):
        resource.prlimit(site.listener.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        time.sleep(dice.uniform(1.0, 8.0))
        if dice.random() < 0.3:
            kill_listen(site, dice)
        else:
            resource.prlimit(site.listener.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def step_clock(site: Site, dice: random.Random) -> None:
    """The listener's clock is set, and set right some time later; sometimes it is killed in between."""
    site.clock.set(dice.choice([-7200, -60, -5, 5, 60, 7200]) + dice.randrange(3))
    time.sleep(dice.uniform(1.0, 6.0))
    if dice.random() < 0.4:
        kill_listen(site, dice)
        time.sleep(dice.uniform(0.0, 6.0))
    site.clock.set(0.0)


def damage_recording(site: Site, dice: random.Random) -> None:
    """The newest recording is cut, emptied, or overwritten with rubbish."""
    files = sorted(site.asterisk.monitor_folder.glob("*-tx.wav"), key=lambda path: path.stat().st_mtime)
    if files:
        _damage(files[-1], dice)


def _damage(path: Path, dice: random.Random) -> None:
    data = path.read_bytes()
    way = dice.randrange(3)
    path.write_bytes(b"" if way == 0 else data[: len(data) // 2] if way == 1 else dice.randbytes(len(data)))


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


#: Each fault with how often it is chosen.
FAULTS: Mapping[Fault, int] = {
    kill_listen: 10, kill_hearing: 6, stop_listen: 2, kill_serve: 2, freeze_asterisk: 2, restart_asterisk: 2, cut_line: 4, lock_store: 2,
    fill_disk: 2, step_clock: 3, damage_recording: 3,
}  # fmt: skip
