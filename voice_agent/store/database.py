"""The store: one SQLite file, opened safely. A ``Store`` is one connection and belongs to one thread."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlite_utils import Database

from voice_agent.errors import StoreError
from voice_agent.store.failures import chinese_errors, explain_file
from voice_agent.store.schema.migrations import migrate

#: Seconds that a writer waits for another process before giving up.
BUSY_SECONDS = 10.0
Row = sqlite3.Row
Parameters = Sequence[Any] | Mapping[str, Any]


class Store:
    """An open store. Every statement of the package goes through ``rows``, ``write`` and ``transaction``."""

    def __init__(self, path: Path, connection: sqlite3.Connection, timezone: ZoneInfo) -> None:
        self.path = path
        self.timezone = timezone
        self.db = Database(connection, recursive_triggers=False)
        self._connection = connection

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        timezone: str = "Asia/Shanghai",
        create: bool = True,
        busy_seconds: float = BUSY_SECONDS,
    ) -> Store:
        """Open the store at ``path``, migrating an older one.

        A new file gets mode 0600, a new folder 0700. ``timezone`` decides in which local day and hour a call counts.
        Raises StoreError: absent while ``create`` is False, newer than this program, read-only, locked, not ours, damaged.
        """
        place = Path(path).expanduser()
        zone = _zone(timezone)
        _prepare_file(place, create)
        with chinese_errors(place):
            connection = _connect(place, busy_seconds)
            try:
                migrate(Database(connection, recursive_triggers=False), place)
            except BaseException:
                connection.close()
                raise
        return cls(place, connection, zone)

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query. Raises StoreError."""
        with chinese_errors(self.path):
            return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query or None. Raises StoreError."""
        with chinese_errors(self.path):
            found: Row | None = self._connection.execute(sql, parameters).fetchone()
            return found

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first column of the first row or None. Raises StoreError."""
        found = self.row(sql, parameters)
        return None if found is None else found[0]

    def each(self, sql: str, parameters: Parameters = ()) -> Iterator[Row]:
        """The rows of a query one by one, for results that need not fit into memory. Raises StoreError."""
        with chinese_errors(self.path):
            yield from self._connection.execute(sql, parameters)

    def write(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Run one statement, committed at once unless a transaction is open. Raises StoreError."""
        with chinese_errors(self.path):
            return self.db.execute(sql, parameters)  # type: ignore[arg-type]  # it takes any mapping, its hint says dict

    def write_many(self, sql: str, rows: Sequence[Parameters]) -> None:
        """Run one statement for every row, within the open transaction. Raises StoreError."""
        with chinese_errors(self.path):
            self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: BEGIN IMMEDIATE, so what is read inside cannot change before it is written.

        Nested calls join the outer transaction. Raises StoreError.
        """
        if self._connection.in_transaction:
            yield
            return
        with chinese_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection; SQLite folds the write-ahead log away with the last one."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise StoreError(f"不认识的时区 {name!r}；例如 Asia/Shanghai") from error


def _prepare_file(path: Path, create: bool) -> None:
    """Make the file ourselves: sqlite3 would create it readable for everybody."""
    try:
        if path.exists():
            if not path.is_file():
                raise StoreError(f"{path}：不是文件，不能用作数据库")
            if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
                raise StoreError(f"{path}：数据库是只读的；请检查文件和所在目录的写权限")
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


def _connect(path: Path, busy_seconds: float) -> sqlite3.Connection:
    connection = sqlite3.connect(str(path), timeout=busy_seconds)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    # 64 MB of page cache keeps the statistics of a large store in memory.
    connection.execute("PRAGMA cache_size = -65536")
    return connection
