"""``voice-agent listen --replay``: a captured stream ends as counted calls, and SIGTERM ends a listener as it should."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import recordings_fixtures
from voice_agent.store import Store
from voice_agent.store.calls import calls, jobs

CAPTURES = Path(recordings_fixtures.__file__).parent / "ami"
STOPS_WITHIN = 10.0  # seconds; systemd kills after ninety


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "monitor").mkdir()
    path = tmp_path / "voice-agent.toml"
    path.write_text(
        f'[asterisk]\nport = {silent_port()}\nusername = "listener"\n[store]\npath = "calls.db"\n'
        '[recordings]\nfolder = "monitor"\nwait_seconds = 1\n[work]\nworkers = 1\n',
        encoding="utf-8",
    )
    return path


def silent_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(config: Path, *arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "voice_agent", "--config", str(config), "listen", *map(str, arguments)]


@pytest.fixture
def replayed(config: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Store, str]]:
    """The store after a capture was replayed by a process of its own, and what it printed."""
    capture = CAPTURES / request.param
    done = subprocess.run(
        command(config, "--replay", capture), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    with Store.open(tmp_path / "calls.db", create=False) as store:
        yield store, done.stdout


@pytest.mark.parametrize("replayed", ["three-at-once.ami"], indirect=True)
def test_calls_of_a_capture_without_recordings_are_counted_as_not_monitored(replayed: tuple[Store, str]) -> None:
    """Three calls took place and nothing could be heard: each is shown with its clerk and reason, none is compliant."""
    store, printed = replayed
    found = calls.list_calls(store).calls
    assert {(call.coverage, call.cause, call.verdict) for call in found} == {
        ("not_monitored", "no_recording", "not_monitored")
    }
    assert len(found) == len(printed.splitlines()) == 3
    assert sorted(call.clerk for call in found) == sorted({call.clerk for call in found})
    assert [call.clerk for call in found if call.clerk not in printed] == []
    assert jobs.count_jobs(store)["waiting"] == jobs.count_jobs(store)["leased"] == 0


@pytest.mark.parametrize("replayed", ["abandoned.ami"], indirect=True)
def test_an_abandoned_call_is_no_missed_duty(replayed: tuple[Store, str]) -> None:
    """Nobody answered: counted as unanswered, neither monitored nor not."""
    store, _ = replayed
    (call,) = calls.list_calls(store).calls
    assert (call.coverage, call.verdict) == ("unanswered", None)


def test_replaying_twice_counts_once(config: Path, tmp_path: Path) -> None:
    """The same stream read again brings no call a second time."""
    for _ in range(2):
        subprocess.run(command(config, "--replay", CAPTURES / "queue-pjsip.ami", "--quiet"), check=True, timeout=120)
    with Store.open(tmp_path / "calls.db", create=False) as store:
        assert calls.count_calls(store) == 1


def test_what_is_no_capture_is_told(config: Path, tmp_path: Path) -> None:
    """A file of another kind ends with exit code 2 and its name and line."""
    wrong = tmp_path / "notes.ami"
    wrong.write_text("hello\n", encoding="utf-8")
    done = subprocess.run(command(config, "--replay", wrong), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "notes.ami：第 1 行" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_listener_that_never_reached_asterisk_stops_at_once(config: Path, number: signal.Signals) -> None:
    """SIGTERM and Ctrl-C end it with 0 within seconds, without a traceback, even while it waits to connect again."""
    environment = {"VOICE_AGENT_AMI_SECRET": "anything", "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command(config), stderr=subprocess.PIPE, text=True, env=environment) as process:
        told = started(process)
        time.sleep(1)
        began = time.monotonic()
        process.send_signal(number)
        process.wait(STOPS_WITHIN)
    assert process.returncode == 0
    assert time.monotonic() - began < STOPS_WITHIN
    assert "Traceback" not in "".join(told)


def started(process: subprocess.Popen[str]) -> list[str]:
    """Wait until the listener says that it listens; the lines it writes keep being read."""
    assert process.stderr is not None
    told: list[str] = []
    ready = threading.Event()

    def read() -> None:
        for line in process.stderr or ():
            told.append(line)
            if "开始监测" in line:
                ready.set()

    threading.Thread(target=read, daemon=True).start()
    assert ready.wait(60), told
    return told
