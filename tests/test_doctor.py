"""``voice-agent doctor`` on a real Asterisk, without one, and with everything set wrong: what is found and what to do about it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.asterisk_server import AsteriskServer, asterisk_root
from tests.cli.conftest import Run, run
from tests.store.makers import ended
from voice_agent.config import load_config
from voice_agent.coverage import Timeline
from voice_agent.doctor import Check, examine
from voice_agent.intake.files import Part
from voice_agent.store import Store
from voice_agent.store.calls import calls, timelines, transcripts
from voice_agent.store.calls.transcripts import Leg
from voice_agent.values import Span

__all__ = ["run"]  # the fixture of the command line

CONFIG = """[asterisk]
port = {port}
username = "{username}"
secret_file = "ami-secret"
[recordings]
folder = "{recordings}"
[store]
path = "calls.db"
"""


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with AsteriskServer(asterisk_root(), clerks=("1201",)) as server:
        yield server


def write_config(folder: Path, port: int, secret: str, recordings: Path, username: str = "listener") -> Path:
    path = folder / "ami-secret"
    path.touch(mode=0o600)
    path.write_text(secret, encoding="utf-8")
    config = folder / "voice-agent.toml"
    text = CONFIG.format(port=port, username=username, recordings=recordings)
    config.write_text(text, encoding="utf-8")
    return config


def examined(config: Path) -> dict[str, Check]:
    return {check.name: check for check in examine(load_config(config))}


@pytest.mark.asterisk
def test_all_is_well(asterisk: AsteriskServer, tmp_path: Path, run: Run) -> None:
    """With a store, recordings and a login of least privilege everything is good, and the command ends with 0."""
    config = write_config(tmp_path, asterisk.ami_port, asterisk.listener_secret, asterisk.monitor_folder)
    Store.open(tmp_path / "calls.db").close()
    checks = examined(config)
    assert list(checks) == [
        "语音模型",
        "行为模型",
        "用语库",
        "数据库",
        "录音目录",
        "磁盘空间",
        "Asterisk",
        "AMI 权限",
        "时钟",
    ]
    assert {check.state for name, check in checks.items() if name != "磁盘空间"} == {"good"}, checks
    told = run("--config", config, "doctor")
    assert told.exit_code == 0
    assert "有问题" not in told.stdout
    assert asterisk.listener_secret not in told.output


@pytest.mark.asterisk
def test_too_many_rights_are_pointed_out(asterisk: AsteriskServer, tmp_path: Path) -> None:
    """A manager user that could run commands is named, with the line to write instead."""
    config = write_config(tmp_path, asterisk.ami_port, asterisk.stage_secret, asterisk.monitor_folder, "stage")
    rights = examined(config)["AMI 权限"]
    assert (rights.state, "command" in rights.found) == ("warning", True)
    assert "read=call,agent,cdr" in rights.advice


@pytest.mark.asterisk
def test_a_wrong_password_is_told_apart_from_silence(asterisk: AsteriskServer, tmp_path: Path, run: Run) -> None:
    """A refused login and a port where nobody listens get different advice; either ends the command with 2."""
    refused = write_config(tmp_path, asterisk.ami_port, "wrong-password", asterisk.monitor_folder)
    assert "manager.conf" in examined(refused)["Asterisk"].advice
    told = run("--config", refused, "doctor")
    assert told.exit_code == 2
    assert "wrong-password" not in told.output
    silent = write_config(tmp_path, asterisk.tls_port, "wrong-password", asterisk.monitor_folder)
    assert "bindaddr" in examined(silent)["Asterisk"].advice


def test_everything_set_wrong_is_told_at_once(tmp_path: Path, run: Run) -> None:
    """No fault hides another: model, phrase book, store and recordings each say what is wrong and what to do."""
    (tmp_path / "calls.db").write_bytes(b"no store" * 1000)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "book.toml").write_text("version = 3\n", encoding="utf-8")
    config = tmp_path / "voice-agent.toml"
    config.write_text(
        '[model]\npath = "no-model"\n[phrasebook]\nfolder = "book"\n[store]\npath = "calls.db"\n'
        '[recordings]\nfolder = "no-recordings"\n',
        encoding="utf-8",
    )
    checks = examined(config)
    for name in ("语音模型", "用语库", "数据库", "录音目录"):
        assert (name, checks[name].state) == (name, "bad")
        assert checks[name].advice
    assert (checks["Asterisk"].state, "VOICE_AGENT_AMI_SECRET" in checks["Asterisk"].advice) == ("warning", True)
    assert run("--config", config, "doctor").exit_code == 2


def test_looking_makes_nothing(tmp_path: Path) -> None:
    """A store that does not exist yet is a remark, and is not made by looking."""
    config = tmp_path / "voice-agent.toml"
    config.write_text('[store]\npath = "new/calls.db"\n[recordings]\nfolder = "."\n', encoding="utf-8")
    assert examined(config)["数据库"].state == "warning"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "voice-agent.toml"]


def test_a_store_that_others_can_read_is_pointed_out(tmp_path: Path) -> None:
    """Recordings and what was said are personal data."""
    config = tmp_path / "voice-agent.toml"
    config.write_text('[store]\npath = "calls.db"\n[recordings]\nfolder = "."\n', encoding="utf-8")
    Store.open(tmp_path / "calls.db").close()
    (tmp_path / "calls.db").chmod(0o644)
    found = examined(config)["数据库"]
    assert (found.state, found.advice) == ("warning", f"执行 chmod 600 {tmp_path / 'calls.db'}")


def test_how_the_latest_calls_were_recorded(tmp_path: Path) -> None:
    """Short recordings, a mixed channel, legs out of step, a late beginning: each with the line to change; nothing before any call."""
    config = write_config(tmp_path, 1, "", tmp_path)
    assert "录音覆盖" not in examined(config)
    parts = (Part(tmp_path / "tx.wav", 0, 12.0),)
    told = {"good": ["caller", "agent"], "mixed": ["mixed"], "late": ["caller", "agent"]}
    with Store.open(tmp_path / "calls.db") as store:
        for place, (name, channels) in enumerate(told.items()):
            number = calls.record_call(store, ended(name, start=1_700_000_000.0 + place)).id
            talk, recorded = (Span(0.0, 40.0),), (Span(5.0 if name == "late" else 0.0, 40.0),)
            timelines.save_timeline(store, number, Timeline(1_700_000_000.0, 40.0, talk, recorded))
            legs = [
                Leg(channel, tmp_path / "x.wav", parts=parts if name == "late" and channel == "agent" else ())
                for channel in channels
            ]  # type: ignore[arg-type]  # channels
            transcripts.save_legs(store, number, legs)
    checks = examined(config)
    assert "3 通：平均录到坐席通话的 96%，1 通不足 90%" in checks["录音覆盖"].found
    assert "2 通录到两侧，1 通是混合声道" in checks["两侧录音"].found
    assert ("1 通两侧不同步" in checks["录音同步"].found, "S" in checks["录音同步"].advice) == (True, True)
    assert checks["录音起点"].found == "一般从接听时开始"


@pytest.mark.parametrize("version", ["1.3", "1.1"])
def test_asterisk_11_is_refused_by_name(version: str, tmp_path: Path) -> None:
    """Whoever greets with the dialect of Asterisk 11 is not good, and the release is named."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def greet() -> None:
            peer, _ = server.accept()
            with peer:
                peer.sendall(f"Asterisk Call Manager/{version}\r\n".encode())
                peer.recv(1000)

        thread = threading.Thread(target=greet)
        thread.start()
        found = examined(write_config(tmp_path, port, "secret", tmp_path))["Asterisk"]
        thread.join()
    assert (found.state, "Asterisk 11" in found.found, version in found.found) == ("bad", True, True)
