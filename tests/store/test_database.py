"""Opening: tight modes, old stores migrated, newer and foreign ones refused, every failure of the disk a Chinese StoreError."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.conftest import REPOSITORY
from tests.store.makers import ended, judged_call, staff
from tests.store.test_reviews import finding
from voice_agent.errors import StoreError
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls
from voice_agent.store.reviews import reviews
from voice_agent.store.schema import migrations


def test_file_and_folders_are_private(tmp_path: Path) -> None:
    """A new store is 0600 in folders of 0700, and so are its journal files."""
    path = tmp_path / "a" / "b" / "store.db"
    with Store.open(path) as store:
        calls.record_call(store, ended())
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert [folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)] == [0o700, 0o700]


def test_safe_settings_hold(store: Store) -> None:
    """Write-ahead log, foreign keys and a busy timeout are on."""
    assert store.value("PRAGMA journal_mode") == "wal"
    assert store.value("PRAGMA foreign_keys") == 1
    assert store.value("PRAGMA busy_timeout") >= 5000


def test_absent_store_is_not_made_unasked(tmp_path: Path) -> None:
    """A command that only reads names the missing file instead of making an empty one."""
    with pytest.raises(StoreError, match="还没有数据库"):
        Store.open(tmp_path / "none.db", create=False)
    assert not (tmp_path / "none.db").exists()


def test_older_store_is_migrated_with_its_calls(tmp_path: Path) -> None:
    """A store of the first version opens with everything of today, and its calls are still there."""
    path = tmp_path / "store.db"
    old = Database(path)
    migrations.migrations.apply(old, stop_before="m002_people_and_reviews")
    old.execute(f"PRAGMA application_id = {migrations.APPLICATION_ID}")
    assert "users" not in old.table_names()
    old.execute("INSERT INTO units VALUES ('社保局')")
    old.close()
    with Store.open(path) as store:
        assert store.value("SELECT name FROM units") == "社保局"
        assert store.value("SELECT count(*) FROM users") == 0


def test_statuses_of_older_calls_are_filled_in(tmp_path: Path) -> None:
    """A store from before the lists had statuses gets them from its findings, reviews included."""
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        people = staff(store)
        number = judged_call(store, "1.1", {"closing": "missing", "greeting": "late"})
        reviews.overrule(store, finding(store, number, "closing").id, people["r1"], "说了", status="uncertain")
        calls.record_call(store, ended("1.2"))
        wanted = states(store)
    old = sqlite3.connect(path, isolation_level=None)
    for index in ("list", "queue", "objected", "claimed", "talk_seconds", "ring_seconds"):
        old.execute(f"DROP INDEX calls_{index}")
    old.execute("ALTER TABLE calls DROP COLUMN states")
    old.execute("CREATE INDEX calls_started ON calls(started)")
    old.execute("CREATE INDEX calls_queue ON calls(score, started) WHERE flagged = 1")
    old.execute("DELETE FROM _sqlite_migrations WHERE name = 'm003_lists'")
    old.close()
    with Store.open(path) as store:
        assert states(store) == wanted == ["lmmmmmmmmmumm", ""]
        assert calls.list_calls(store, CallFilter(rule="closing", status=("uncertain",))).total == 1


def states(store: Store) -> list[str]:
    """What the lists know of each call."""
    return [row["states"] for row in store.rows("SELECT states FROM calls ORDER BY id")]


def test_failing_migration_changes_nothing(tmp_path: Path) -> None:
    """When the second migration cannot be applied, the store stays as the first version left it."""
    path = tmp_path / "store.db"
    old = Database(path)
    migrations.migrations.apply(old, stop_before="m002_people_and_reviews")
    old.execute(f"PRAGMA application_id = {migrations.APPLICATION_ID}")
    old.execute("CREATE TABLE peaks (something TEXT)")
    old.close()
    with pytest.raises(StoreError):
        Store.open(path)
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT count(*) FROM sqlite_master WHERE name = 'users'").fetchone() == (0,)
    raw.close()


def test_newer_store_is_refused_untouched(tmp_path: Path) -> None:
    """A store with a migration that this program does not know is refused by name and left alone."""
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        store.write(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('voice_agent', 'm999_future', '')"
        )
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"m999_future.*请升级本程序"):
        Store.open(path)
    assert path.read_bytes() == before


def test_foreign_database_is_refused_untouched(tmp_path: Path) -> None:
    """Somebody else's SQLite file is not taken over."""
    path = tmp_path / "other.db"
    other = Database(path)
    other["things"].insert({"id": 1})  # type: ignore[union-attr]  # a table, says the library's union
    other.close()
    with pytest.raises(StoreError, match="不是 voice-agent 的数据库"):
        Store.open(path)
    again = Database(path)
    assert again.table_names() == ["things"]
    again.close()


@pytest.mark.parametrize("content", [b"no database at all, only text " * 40, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_garbage_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file that is no database gets a Chinese error naming it."""
    path = tmp_path / "store.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"store\.db：.*数据库"):
        Store.open(path)


def test_damaged_pages_are_reported(tmp_path: Path) -> None:
    """Pages overwritten in the middle of the file lead to a StoreError that says so."""
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        for n in range(50):
            calls.record_call(store, ended(f"1.{n}"))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))
    with pytest.raises(StoreError, match="已损坏"), Store.open(path) as store:
        calls.list_calls(store)


def test_folder_as_store_is_refused(tmp_path: Path) -> None:
    """A folder in place of the file is named as such."""
    with pytest.raises(StoreError, match="不是文件"):
        Store.open(tmp_path)


def test_unknown_time_zone_is_refused(tmp_path: Path) -> None:
    """A misspelt zone names itself."""
    with pytest.raises(StoreError, match="Asia/Peking2"):
        Store.open(tmp_path / "store.db", timezone="Asia/Peking2")


def test_full_disk_loses_nothing_that_was_said_to_be_kept(store: Store) -> None:
    """When no page can be added, the write fails in Chinese, and everything before it is intact."""
    calls.record_call(store, ended("1.1"))
    store.value(f"PRAGMA max_page_count = {store.value('PRAGMA page_count')}")
    kept = 1
    with pytest.raises(StoreError, match="磁盘已满"):
        for n in range(2, 2000):
            calls.record_call(store, ended(f"1.{n}"))
            kept = n
    store.value("PRAGMA max_page_count = 1000000")
    assert calls.count_calls(store) == kept
    assert store.value("SELECT count(*) FROM jobs") == kept
    assert store.value("PRAGMA integrity_check") == "ok"


READER = """
import os, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from voice_agent.errors import StoreError
from voice_agent.store import Store
ZoneInfo("Asia/Shanghai")
if os.getuid() == 0:
    os.setuid(65534)  # root may write everywhere: be somebody else, after the imports, which root alone may read
try:
    Store.open(Path(sys.argv[1]))
except StoreError as error:
    print(error)
"""


def test_read_only_store_says_so() -> None:
    """A store that one may not write is refused with the reason, not with a traceback."""
    with tempfile.TemporaryDirectory() as scratch:  # pytest's own folders are closed to everybody else
        folder, path = Path(scratch), Path(scratch) / "store.db"
        Store.open(path).close()
        for mode, place in ((0o444, path), (0o555, folder)):
            place.chmod(mode)
        result = subprocess.run(
            [sys.executable, "-c", READER, str(path)],
            cwd=REPOSITORY, capture_output=True, text=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}, check=False,
        )  # fmt: skip
        folder.chmod(0o755)
    assert "只读" in result.stdout, result.stderr


def test_unusable_path_says_why(tmp_path: Path) -> None:
    """A file in the middle of the path is named in Chinese."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="不是目录"):
        Store.open(tmp_path / "file" / "store.db")


def test_locked_store_says_who_to_wait_for(tmp_path: Path) -> None:
    """A writer that never finishes leads to a StoreError after the busy timeout, not to a hang."""
    path = tmp_path / "store.db"
    with Store.open(path) as one, Store.open(path, busy_seconds=0.05) as two, one.transaction():
        with pytest.raises(StoreError, match="另一个进程"):
            calls.record_call(two, ended())
        assert calls.count_calls(two) == 0


def test_broken_transaction_leaves_nothing(store: Store) -> None:
    """An exception inside a transaction takes back all of it, nested functions included."""
    with pytest.raises(RuntimeError), store.transaction():
        judged_call(store, "1.1")
        raise RuntimeError
    assert calls.count_calls(store) == 0
    judged_call(store, "1.1")
    assert calls.count_calls(store) == 1
