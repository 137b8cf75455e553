"""Real calls on a real Asterisk of our own, judged by a real ``voice-agent listen``."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import click
import soundfile

from recordings_fixtures.asterisk.server import AsteriskServer, fetch_root
from recordings_fixtures.asterisk.stage import Stage
from voice_agent.bundled import bundled_calls, recording_of
from voice_agent.demo.history import clerks_of
from voice_agent.evaluate import CallFolder, read_calls
from voice_agent.store import Store
from voice_agent.store.calls import calls, gaps
from voice_agent.store.calls.filters import CallFilter

CONFIG = """# 由 script/demo --asterisk 生成；演示结束后 Asterisk 已停止。
[asterisk]
port = {port}
username = "listener"
secret_file = "ami-secret"
[recordings]
folder = "{recordings}"
[store]
path = "demo.db"
"""
CLERK = '[[clerks]]\njob_number = "{0.job_number}"\nname = "{0.name}"\nunit = "{0.unit}"\nwindow = "{0.window}"\n'
START_SECONDS, JUDGE_SECONDS = 60.0, 600.0


def run_live(
    folder: Path,
    count: int,
    patience: float = JUDGE_SECONDS,
    beside: Callable[[Path], AbstractContextManager[object]] = lambda _: nullcontext(),
) -> Store:
    """Place ``count`` bundled calls at once on a real Asterisk, heard live, and wait until all are judged; ``beside``: what goes on with them.

    Everything is left in ``folder`` (configuration, store, recordings). Returns the open store. Raises TimeoutError, AsteriskUnavailableError.
    """
    chosen = choose_calls(read_calls(bundled_calls()), count)
    for name in ("demo.db", "demo.db-wal", "demo.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "ast", ignore_errors=True)
    clerks = tuple(str(call.agent.job_number) for call in chosen)
    with AsteriskServer(fetch_root(), clerks=clerks, folder=_made(folder / "ast")) as asterisk:
        write_config(folder, asterisk, chosen)
        with listener(folder, "--live"):
            wait(lambda: follows(folder), START_SECONDS, "voice-agent listen 没有连上 Asterisk")
            with beside(folder):
                click.echo(f"同时拨打 {len(chosen)} 通真实电话……", err=True)
                place(asterisk, chosen, folder)
                wait(lambda: judged(folder) >= len(chosen), patience, "仍有电话没有检查完")
    return Store.open(folder / "demo.db")


def choose_calls(folders: Sequence[CallFolder], count: int) -> list[CallFolder]:
    """Bundled two-leg calls of different clerks: a clerk has only one telephone."""
    chosen: dict[str, CallFolder] = {}
    for call in folders:
        if len(call.audio) == 2 and call.agent.job_number and not call.context.transferred:
            chosen.setdefault(call.agent.job_number, call)
    return list(chosen.values())[:count]


def write_config(folder: Path, asterisk: AsteriskServer, chosen: Sequence[CallFolder]) -> Path:
    """A ``voice-agent.toml`` and its secret file, as a site would write them."""
    secret = folder / "ami-secret"
    secret.touch(mode=0o600)
    secret.write_text(asterisk.listener_secret, encoding="utf-8")
    text = CONFIG.format(port=asterisk.ami_port, recordings=asterisk.monitor_folder)
    path = folder / "voice-agent.toml"
    path.write_text(text + "".join(CLERK.format(clerk) for clerk in clerks_of(tuple(chosen))), encoding="utf-8")
    return path


@contextmanager
def listener(folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """``voice-agent listen`` (with ``options``) as a process of its own, stopped by SIGTERM at the end."""
    command = [sys.executable, "-m", "voice_agent", "--config", str(folder / "voice-agent.toml"), "listen", *options]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def place(asterisk: AsteriskServer, chosen: Sequence[CallFolder], folder: Path) -> None:
    """Ring the hotline once for every call, all at the same time; both sides speak their leg."""
    with Stage(asterisk) as stage:
        for call in chosen:
            caller, agent = (_playable(path, folder / "ast") for path in _legs(call))
            stage.place_call(caller, agent, str(call.agent.job_number))


def _legs(call: CallFolder) -> tuple[Path, Path]:
    recording = recording_of(call)
    assert recording.caller is not None  # noqa: S101 - only two-leg calls are chosen
    assert recording.agent is not None  # noqa: S101 - as above
    return recording.caller, recording.agent


def _playable(path: Path, folder: Path) -> Path:
    """Asterisk plays 16-bit PCM; bundled legs may be A-law or GSM."""
    samples, rate = soundfile.read(path, dtype="int16")
    target = folder / path.name
    soundfile.write(target, samples, rate, subtype="PCM_16")
    return target


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def follows(folder: Path) -> bool:
    """Whether the listener of ``folder`` follows its Asterisk."""
    if not (folder / "demo.db").exists():
        return False
    with Store.open(folder / "demo.db") as store:
        return gaps.last_alive(store) is not None


def judged(folder: Path) -> int:
    """How many calls have their result."""
    with Store.open(folder / "demo.db") as store:
        return calls.count_calls(store) - calls.count_calls(store, CallFilter(coverage="pending"))


def wait(condition: Callable[[], bool], seconds: float, complaint: str) -> None:
    """Return when ``condition`` holds. Raises TimeoutError with ``complaint`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(complaint)
        time.sleep(0.2)
