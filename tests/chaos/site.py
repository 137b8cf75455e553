"""A whole site that faults happen to: a real Asterisk, ``listen`` behind a proxy, ``serve``, and calls that are placed all the time."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import TracebackType

import soundfile

from recordings_fixtures.asterisk.server import AsteriskServer
from recordings_fixtures.asterisk.stage import Stage
from tests.chaos.clock import Clock
from tests.chaos.proxy import Proxy
from tests.chaos.witness import Witness
from tests.conftest import REPOSITORY
from voice_agent.store import Store
from voice_agent.store.calls import gaps, jobs

CONFIG = """[asterisk]
port = {port}
username = "{user}"
secret_file = "ami-secret"
ping_seconds = 1
[recordings]
folder = "{recordings}"
wait_seconds = 5
[work]
workers = 1
lease_seconds = 5
attempts = 3
[store]
path = "calls.db"
[web]
port = {web}
"""
#: The caller's and the clerk's words; without a closing, so that no call can be compliant.
WORDS = ("question", "opening")


class Born:
    """A process that the nursery started, as far as it is like a ``Popen``."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def send_signal(self, number: signal.Signals) -> None:
        """Send it, if there is somebody left."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9."""
        self.send_signal(signal.SIGKILL)

    def wait(self, seconds: float = 60.0) -> None:
        """Until it is gone. Raises TimeoutError."""
        Site.wait(lambda: not Path(f"/proc/{self.pid}").exists(), seconds, pause=0.01)


class Site:
    """Use it in ``with``. ``listener``/``server`` are the running processes, None while they are down."""

    def __init__(self, folder: Path, asterisk: AsteriskServer, *, serve: bool = True) -> None:
        self.folder, self.asterisk = folder, asterisk
        self.proxy, self.clock = Proxy((asterisk.host, asterisk.ami_port)), Clock(folder)
        self.witness, self.stage = Witness(asterisk), Stage(asterisk)
        self.listener: Born | None = None
        self.server: Born | None = None
        self._serves, self._turn, self._born_at = serve, 0, 0.0
        self.kills: Counter[str] = Counter()
        self.longest_orphan = 0.0
        self._words = [_playable(name, folder) for name in WORDS]
        (folder / "ami-secret").touch(mode=0o600)
        (folder / "ami-secret").write_text(asterisk.listener_secret, encoding="utf-8")
        text = CONFIG.format(
            port=self.proxy.port, user="resyncer", recordings=asterisk.monitor_folder, web=_free_port()
        )
        (folder / "voice-agent.toml").write_text(text, encoding="utf-8")

    @property
    def store(self) -> Path:
        """The store that everything is written into."""
        return self.folder / "calls.db"

    def __enter__(self) -> Site:
        self.proxy.__enter__()
        self._nursery = self._run("-m", "tests.chaos.nursery", log="nursery.log", **self.clock.environment)
        assert self._nursery.stdout is not None
        assert self._nursery.stdout.readline() == b"ready\n"
        self.start_listener()
        self.wait_following(90)
        self.start_server()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.asterisk.thaw()
        for process in (self.listener, self.server):
            if process is not None:
                process.kill()
                process.wait()
        self._nursery.kill()
        self._nursery.communicate()
        self.witness.close()
        self.proxy.__exit__(None, None, None)
        with contextlib.suppress(Exception):
            self.stage.__exit__(None, None, None)

    def _run(self, *arguments: str, log: str, **environment: str) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))
        with (self.folder / log).open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=output, cwd=self.folder,
                env=os.environ | {"PYTHONPATH": path} | environment,
            )  # fmt: skip

    def _born(self, *command: str, log: str) -> Born:
        line = [["--config", str(self.folder / "voice-agent.toml"), *command], str(self.folder / log)]
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(json.dumps(line).encode() + b"\n")
        self._nursery.stdin.flush()
        return Born(int(self._nursery.stdout.readline()))

    def start_listener(self) -> None:
        """``voice-agent listen``, unless it runs."""
        if self.listener is None:
            self._born_at = time.time()
            self.listener = self._born("listen", "--quiet", log="listen.log")

    def start_server(self) -> None:
        """``voice-agent serve``, unless it runs."""
        if self.server is None and self._serves:
            self.server = self._born("serve", log="serve.log")

    def state(self) -> str:
        """What the listener is doing, as far as one can see from outside."""
        now = time.time()
        if not self.store.exists() or (self.ask(gaps.last_alive) or 0.0) - self.clock.history[-1] < self._born_at - 1:
            return "starting"
        if leased := self.ask(lambda store: store.rows("SELECT begun FROM jobs WHERE state = 'leased'")):
            return "hearing" if leased[0]["begun"] else "waiting for a recording or a model"
        calls = list(self.witness.calls.values())
        if any(seen.ended is None for seen in calls):
            return "following a call"
        return "a call just hung up" if any(now - (seen.ended or 0.0) < 3.5 for seen in calls) else "idle"

    def stop_listener(self, how: signal.Signals) -> None:
        """End it, by a kill or as systemd would."""
        if self.listener is not None:
            self.kills[f"{how.name} of listen: {self.state()}"] += 1
            self.listener.send_signal(how)
            self.listener.wait(60)
            self.listener = None

    def hearing(self) -> list[int]:
        """The process ids of the hearing workers."""
        if self.listener is None:
            return []
        children = Path(f"/proc/{self.listener.pid}/task")
        found: list[int] = []
        for task in children.glob("*/children"):
            with contextlib.suppress(OSError):
                found += [int(pid) for pid in task.read_text().split()]
        return [pid for pid in found if b"spawn_main" in _command(pid)]

    def place(self, number: int) -> None:
        """So many callers ring at once, each for a clerk of its own; what they say takes two or three seconds."""
        for _ in range(number):
            clerk = self.asterisk.clerks[self._turn % len(self.asterisk.clerks)]
            self._turn += 1
            with contextlib.suppress(Exception):  # Asterisk may be down: then nobody can ring
                self.stage.place_call(self._words[0], self._words[1], clerk, ring_seconds=0.2)

    def restart_asterisk(self, *, at_once: bool) -> None:
        """As by a power cut, or cleanly."""
        self.kills["SIGKILL of Asterisk" if at_once else "SIGTERM of Asterisk"] += 1
        self.asterisk.stop(at_once=at_once)
        self.witness.all_ended()
        self.asterisk.start()
        self.witness.reconnect()
        self.stage.reconnect()

    def wait_following(self, seconds: float) -> bool:
        """Until the listener follows Asterisk (again), with no gap open; whether it does."""
        begun = time.time() + self.clock.history[-1]

        def follows(store: Store) -> bool:
            return (gaps.last_alive(store) or 0.0) > begun - 1 and gaps.open_gap(store) is None

        try:
            self.wait(lambda: self.store.exists() and self.ask(follows), seconds)
        except TimeoutError:
            return False
        return True

    def settle(self, seconds: float) -> None:
        """No more faults: everything runs, every call ends, every job is done."""
        self.proxy.mode = "open"
        self.asterisk.thaw()
        self.clock.set(0.0)
        self.start_listener()
        self.wait(lambda: not self.stage.any_channel(), 60)
        time.sleep(6)  # longer than a call lingers and a heartbeat takes
        self.wait(lambda: self.ask(lambda store: not _open(store)), seconds)
        self.stop_listener(signal.SIGTERM)

    def ask(self, question):  # type: ignore[no-untyped-def]  # what it returns is the caller's own
        """A question to the store."""
        with Store.open(self.store, create=False) as store:
            return question(store)

    @staticmethod
    def wait(condition, seconds: float, pause: float = 0.2) -> None:  # type: ignore[no-untyped-def]  # anything that is true in the end
        """Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError("waited in vain")
            time.sleep(pause)


def _playable(name: str, folder: Path) -> Path:
    """Asterisk plays 16-bit PCM; the recorded clips are A-law."""
    samples, rate = soundfile.read(REPOSITORY / "tests" / "data" / f"{name}.wav", dtype="int16")
    soundfile.write(folder / f"{name}.wav", samples, rate, subtype="PCM_16")
    return folder / f"{name}.wav"


def _open(store: Store) -> int:
    counts = jobs.count_jobs(store)
    return counts["waiting"] + counts["leased"] + (gaps.open_gap(store) is not None)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
