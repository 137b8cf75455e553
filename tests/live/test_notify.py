"""systemd: it is told when listening is up and, while the loop goes round, that it is; the units are sound and hardened."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from voice_agent.live.notify import BeatingEvent

UNITS = sorted((REPOSITORY / "packaging" / "systemd").glob("*.service"))


def test_listen_says_that_it_is_up_and_alive_although_asterisk_is_away(tmp_path: Path) -> None:
    """A site whose Asterisk is down must not have its listener killed by the watchdog: it beats while it tries to connect."""
    (tmp_path / "monitor").mkdir()
    config = tmp_path / "voice-agent.toml"
    config.write_text(
        '[asterisk]\nport = 1\n[store]\npath = "c.db"\n[recordings]\nfolder = "monitor"\n[work]\nworkers = 1\n'
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(60)
        environment = os.environ | {
            "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "2000000", "VOICE_AGENT_AMI_SECRET": "x", "PYTHONPATH": str(REPOSITORY),
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "voice_agent", "--config", str(config), "listen"], env=environment
        )
        try:
            assert systemd.recv(100) == b"READY=1"
            assert [systemd.recv(100) for _ in range(5)] == [b"WATCHDOG=1"] * 5
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        said = b""
        while said != b"STOPPING=1":
            said = systemd.recv(100)


def test_only_the_main_thread_beats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that goes on although the loop hangs must not keep the watchdog quiet."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(0.2)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "1")
        stop = BeatingEvent()
        thread = threading.Thread(target=stop.is_set)
        thread.start()
        thread.join()
        with pytest.raises(TimeoutError):
            systemd.recv(100)
        time.sleep(0.01)
        stop.is_set()
        assert systemd.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_the_units_are_sound_and_hardened(unit: Path, tmp_path: Path) -> None:
    """systemd-analyze finds nothing wrong and an exposure of at most 2 (of 10)."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace("/opt/voice-agent/bin/voice-agent", "/bin/true"))
    verified = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
    assert unit.name not in verified.stderr, verified.stderr
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(copy)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-300:]
    wanted = ("ProtectSystem=strict", "PrivateTmp=yes", "NoNewPrivileges=yes")
    assert all(one in unit.read_text() for one in wanted)
