"""Backup of a live store and the way back: whole, checked, private, never over another file, encrypted if wanted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Run, run
from tests.store.makers import MORNING, ended, judged_call
from tests.store.test_crashes import WRITER, kill, start
from voice_agent.errors import StoreDamaged, StoreError
from voice_agent.store import Store
from voice_agent.store.backup import backup, check_copy, restore
from voice_agent.store.calls import calls, gaps

__all__ = ["run"]


def test_a_store_that_is_written_all_the_time_is_copied_whole(tmp_path: Path) -> None:
    """Two other processes record calls as fast as they can: five copies are whole, each with a job for each call, nobody waits."""
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        writers = [start(WRITER, str(path), str(number)) for number in (1, 2)]
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()
        copies = []
        for number in range(5):
            before = calls.count_calls(store)
            while calls.count_calls(store) == before:  # both are at it, between the copies too
                time.sleep(0.01)
            copies.append(backup(store, tmp_path / f"copy{number}.db"))
        said = [kill(writer).splitlines() for writer in writers]
    assert sum(len(one) for one in said) >= 5
    assert [copy.calls for copy in copies] == sorted(copy.calls for copy in copies)
    for copy in copies:
        assert copy.path.stat().st_mode & 0o777 == 0o600
        with Store.open(copy.path) as opened:
            assert calls.count_calls(opened) == copy.calls == opened.value("SELECT count(*) FROM jobs")
            assert opened.value("PRAGMA integrity_check") == "ok"


def test_the_way_back(tmp_path: Path) -> None:
    """What was backed up is there again, what came later is not, the old store lies beside it, and the time since is a gap."""
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        judged_call(store, "1.1")
        gaps.save_alive(store, MORNING)
        backup(store, tmp_path / "copy.db")
        judged_call(store, "1.2")
        gaps.save_alive(store, MORNING + 99)
    made, aside = restore(tmp_path / "copy.db", path)
    assert made.calls == 1
    assert aside is not None
    with Store.open(path) as store, Store.open(aside) as old:
        assert (calls.count_calls(store), calls.count_calls(old)) == (1, 2)
        assert (gaps.unwatched_since(store) or 0.0) <= MORNING
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_store_is_replaced(tmp_path: Path) -> None:
    """The case it exists for; the journals of the damaged one go with it."""
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        judged_call(store, "1.1")
        backup(store, tmp_path / "copy.db")
    path.write_bytes(b"\xa5" * 8192)
    path.with_name("store.db-wal").write_bytes(b"rubbish")
    restore(tmp_path / "copy.db", path)
    with Store.open(path) as store:
        assert calls.count_calls(store) == 1


def test_nothing_is_written_over_and_nothing_bad_is_restored(tmp_path: Path) -> None:
    """An existing file, a damaged copy, another program's database, a text: refused in Chinese, the store stays as it was."""
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        judged_call(store, "1.1")
        made = backup(store, tmp_path / "copy.db")
        with pytest.raises(StoreError, match="已经存在"):
            backup(store, tmp_path / "copy.db")
        with pytest.raises(StoreError, match="无法写入备份"):
            backup(store, tmp_path / "nowhere" / "copy.db")
    data = bytearray(made.path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    (tmp_path / "damaged.db").write_bytes(data)
    (tmp_path / "text.db").write_text("hello")
    subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sqlite3; sqlite3.connect({str(tmp_path / 'other.db')!r}).execute('CREATE TABLE x (y)')",
        ],
        check=True,
    )
    for name in ("damaged.db", "text.db", "other.db"):
        with pytest.raises(StoreError):
            restore(tmp_path / name, path)
    with pytest.raises(StoreDamaged):
        check_copy(tmp_path / "damaged.db")
    with Store.open(path) as store:
        assert calls.count_calls(store) == 1
    assert not list(tmp_path.glob(".voice-agent-*"))


def test_a_store_in_use_is_not_replaced(tmp_path: Path) -> None:
    """Whoever has it open would go on writing into the old file: the process is named."""
    with Store.open(tmp_path / "store.db") as store:
        backup(store, tmp_path / "copy.db")
        with pytest.raises(StoreError, match=str(os.getpid())):
            restore(tmp_path / "copy.db", tmp_path / "store.db")


def test_encrypted_by_gpg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file holds no word of a call; restoring decrypts it. An unknown recipient leaves nothing behind."""
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not installed")
    home = Path(tempfile.mkdtemp(prefix="gpg-"))  # gpg's sockets need a short path
    monkeypatch.setenv("GNUPGHOME", str(home))
    try:
        make = [
            "gpg",
            "--batch",
            "--passphrase",
            "",
            "--quick-gen-key",
            "site@example.org",
            "default",
            "default",
            "never",
        ]
        subprocess.run(make, check=True, capture_output=True)
        with Store.open(tmp_path / "store.db") as store:
            calls.record_call(store, ended("17.17"))
            made = backup(store, tmp_path / "copy.gpg", recipient="site@example.org")
            with pytest.raises(StoreError, match="gpg 失败"):
                backup(store, tmp_path / "other.gpg", recipient="nobody@example.org")
        assert b"13800000000" not in made.path.read_bytes()
        assert not (tmp_path / "other.gpg").exists()
        assert restore(made.path, tmp_path / "new.db")[0].calls == 1
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], check=False, capture_output=True)
        shutil.rmtree(home)


def test_the_commands(tmp_path: Path, run: Run) -> None:
    """``backup`` and ``restore`` as a person calls them: what was done is said, and it is asked before anything is replaced."""
    config = tmp_path / "voice-agent.toml"
    config.write_text('[store]\npath = "calls.db"\n', encoding="utf-8")
    with Store.open(tmp_path / "calls.db") as store:
        judged_call(store, "1.1")
    told = run("--config", config, "backup", tmp_path / "copy.db")
    assert "1 通通话，已校验" in told.stdout
    assert run("--config", config, "restore", tmp_path / "copy.db").exit_code == 1
    told = run("--config", config, "restore", tmp_path / "copy.db", "--yes")
    assert "已恢复 1 通通话" in told.stdout
    assert "before-" in told.stdout
    assert run("--config", config, "backup", tmp_path / "copy.db").exit_code == 2


def test_a_backup_while_this_process_writes_waits_for_nobody(tmp_path: Path) -> None:
    """An open write of another thread delays no copy and is not in it."""
    with Store.open(tmp_path / "store.db") as store, Store.open(tmp_path / "store.db") as other:
        judged_call(store, "1.1")
        with other.transaction():
            calls.record_call(other, ended("1.2"))
            made = backup(store, tmp_path / "copy.db")
        assert made.calls == 1
