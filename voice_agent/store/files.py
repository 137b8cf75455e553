"""The store's file: made with tight modes, opened for writing, or for reading only where nobody may write."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from voice_agent.errors import StoreError, StoreUnavailable
from voice_agent.store.failures import explain_file

#: 64 MB of page cache keeps the statistics of a large store in memory (KiB, negative as SQLite wants it).
_CACHE = -65536


def is_read_only(path: Path) -> bool:
    """Whether the file is there and this user may read it but write neither it nor beside it."""
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return path.is_file() and os.access(path, os.R_OK) and not writable


def prepare_file(path: Path, create: bool) -> None:
    """Make the file ourselves: sqlite3 would create it readable for everybody. Raises StoreError."""
    try:
        if path.exists():
            if not path.is_file():
                raise StoreError(f"{path}：不是文件，不能用作数据库")
            if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
                raise StoreUnavailable(f"{path}：数据库是只读的；请检查文件和所在目录的写权限")
            return
        if not create:
            raise StoreError(f"{path}：还没有数据库；运行 voice-agent listen 后会自动建立")
        _make_folder(path.parent)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"{path}：无法使用这个数据库文件：{explain_file(error)}") from error


def _make_folder(folder: Path) -> None:
    """Create missing folders with mode 0700, also the ones in between (``mkdir`` gives the mode only to the last)."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)


def connect(path: Path, busy_seconds: float, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection as every store has it. Raises sqlite3.Error, StoreError."""
    connection = _reading(path, busy_seconds) if read_only else sqlite3.connect(str(path), timeout=busy_seconds)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    if not read_only and connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA cache_size = {_CACHE}")
    return connection


def _reading(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """SQLite reads a write-ahead log only where it finds or may make its index; without a log the file alone is the whole store."""
    journal = path.with_name(f"{path.name}-wal")
    address = f"file:{quote(str(path))}?mode=ro"
    if journal.exists():
        connection = sqlite3.connect(address, timeout=busy_seconds, uri=True)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            if journal.stat().st_size:
                raise StoreUnavailable(
                    f"{path}：这里只能读，而旁边的 {journal.name} 中还有没合并的内容；请把两个文件一起复制到可写的目录再打开"
                ) from error
        else:
            return connection
    return sqlite3.connect(f"{address}&immutable=1", timeout=busy_seconds, uri=True)
