"""The store: one SQLite file, opened safely. A ``Store`` is one connection and belongs to one thread."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlite_utils import Database

from voice_agent.errors import StoreError
from voice_agent.store.failures import chinese_errors
from voice_agent.store.files import connect, is_read_only, prepare_file
from voice_agent.store.schema.migrations import migrate
from voice_agent.store.turns import turn

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Seconds that a writer waits for another process before giving up.
BUSY_SECONDS = 10.0
Row = sqlite3.Row
Parameters = Sequence[Any] | Mapping[str, Any]


class Store:
    """An open store. Every statement of the package goes through ``rows``, ``write`` and ``transaction``.

    ``read_only``: it lies where nobody may write; reading works, writing is a StoreError.
    """

    def __init__(
        self, path: Path, connection: sqlite3.Connection, timezone: ZoneInfo, *,
        read_only: bool = False, busy_seconds: float = BUSY_SECONDS,
    ) -> None:  # fmt: skip
        self.path = path
        self.read_only = read_only
        self._patience = busy_seconds
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
        Whoever would not ``create`` it may read one that is read-only. Raises StoreError: absent while ``create`` is False, newer than
        this program, read-only, locked, not ours, damaged.
        """
        place = Path(path).expanduser()
        zone = _zone(timezone)
        read_only = not create and is_read_only(place)
        if not read_only:
            prepare_file(place, create)
        with chinese_errors(place):
            connection = connect(place, busy_seconds, read_only=read_only)
            try:
                migrate(Database(connection, recursive_triggers=False), place, read_only=read_only)
            except BaseException:
                connection.close()
                raise
        return cls(place, connection, zone, read_only=read_only, busy_seconds=busy_seconds)

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query. Raises StoreError."""
        with chinese_errors(self.path):
            return self._read(lambda: self._connection.execute(sql, parameters).fetchall())

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query or None. Raises StoreError."""
        with chinese_errors(self.path):
            found: Row | None = self._read(lambda: self._connection.execute(sql, parameters).fetchone())
            return found

    def _read(self, ask: Callable[[], T]) -> T:
        """Damaged characters must not hide the rows beside them: from the first one on they are shown as U+FFFD."""
        try:
            return ask()
        except sqlite3.OperationalError as error:
            if "decode to UTF-8" not in str(error):
                raise
            log.error("damaged text in the store; voice-agent doctor says more")
            self._connection.text_factory = _tolerant
            return ask()

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
        if self._connection.in_transaction:
            return self._write(sql, parameters)
        with turn(self.path, self._patience):
            return self._write(sql, parameters)

    def _write(self, sql: str, parameters: Parameters) -> sqlite3.Cursor:
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
        with turn(self.path, self._patience), chinese_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def copy_into(self, other: sqlite3.Connection) -> None:
        """Copy everything, as of this moment, into another database. Raises StoreError."""
        with chinese_errors(self.path):
            self._connection.backup(other, pages=-1)

    @contextmanager
    def watched(self, enough: Callable[[], bool]) -> Iterator[None]:
        """Within this block a statement is broken off (StoreError) as soon as ``enough`` says so."""
        self._connection.set_progress_handler(enough, 10_000)
        try:
            yield
        finally:
            self._connection.set_progress_handler(None, 0)

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


def _tolerant(data: bytes) -> str:
    return data.decode("utf-8", "replace")
