"""Is the store whole? SQLite's own check, the tables as this program makes them, and a look into the latest stored content."""
# ruff: noqa: S608 - statements are put together from this file's own words; values travel as parameters

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from voice_agent.errors import StoreDamaged, StoreError
from voice_agent.store.calls import books, timelines, transcripts
from voice_agent.store.database import Store
from voice_agent.store.failures import RESTORE
from voice_agent.store.schema.migrations import migrations

#: At the start nobody waits longer than this for the check of a large store (seconds); ``voice-agent doctor`` takes its time.
START_SECONDS = 15.0
#: So many of the latest calls are read in full.
LATEST = 200
_MOST = 20


@dataclass(frozen=True)
class Soundness:
    """What is wrong (Chinese, nothing: all is well), and whether everything was looked at in the time allowed."""

    problems: tuple[str, ...]
    finished: bool


def examine(store: Store, *, seconds: float | None = None) -> Soundness:
    """Look the store through, for at most ``seconds``. Never raises for damage: that is what it tells."""
    problems = [*_tables(store)]
    finished = True
    try:
        problems += _pages(store, seconds)
    except _TimeIsUp:
        finished = False
    except StoreError as error:
        problems.append(str(error))
    return Soundness((*problems, *_contents(store)), finished)


def refuse_damaged(store: Store) -> None:
    """Nothing is written into a store that is damaged: it would only get worse. Raises StoreDamaged."""
    found = examine(store, seconds=START_SECONDS)
    if found.problems:
        raise StoreDamaged(f"{store.path}：数据库已损坏（{found.problems[0]}）；{RESTORE}")


class _TimeIsUp(Exception):
    """The check was broken off."""


def _pages(store: Store, seconds: float | None) -> list[str]:
    ends = None if seconds is None else time.monotonic() + seconds
    try:
        with store.watched(lambda: ends is not None and time.monotonic() > ends):
            found = [str(row[0]) for row in store.rows(f"PRAGMA quick_check({_MOST})")]
    except StoreError as error:
        if isinstance(error.__cause__, sqlite3.OperationalError) and "interrupted" in str(error.__cause__):
            raise _TimeIsUp from error
        raise
    return [] if found == ["ok"] else [f"完整性检查：{said}" for said in found]


def _tables(store: Store) -> Iterator[str]:
    """Tables and columns that this program would have made and that are not there: a store of a version that was never released."""
    try:
        for table, columns in _expected().items():
            there = {row["name"] for row in store.rows(f"PRAGMA table_info('{table}')")}
            if lacking := sorted(columns - there):
                yield f"表 {table} 缺少 {'、'.join(lacking)}：由未发布的版本建立，不能继续使用"
    except StoreError as error:
        yield str(error)


def _expected() -> dict[str, set[str]]:
    memory = Database(memory=True, recursive_triggers=False)
    migrations.apply(memory)
    names = [name for name in memory.table_names() if not name.startswith("speech_")]
    found = {name: {row[1] for row in memory.execute(f"PRAGMA table_info('{name}')")} for name in names}
    memory.close()
    return found


def _contents(store: Store) -> Iterator[str]:
    """The latest calls' transcripts, time lines and stories, and every phrase book, read as pages and exports do."""
    looks: tuple[tuple[str, Callable[[Store, int], object]], ...] = (
        (f"SELECT DISTINCT call FROM transcripts ORDER BY id DESC LIMIT {LATEST}", transcripts.load_transcript),
        (f"SELECT id FROM calls ORDER BY id DESC LIMIT {LATEST}", timelines.load_timeline),
        (f"SELECT call FROM stories ORDER BY call DESC LIMIT {LATEST}", timelines.load_story),
        ("SELECT id FROM books", books.book_content),
    )
    for ask, read in looks:
        try:
            numbers = [int(row[0]) for row in store.rows(ask)]
        except StoreError as error:
            yield str(error)
            continue
        for number in numbers:
            try:
                read(store, number)
            except StoreDamaged as error:
                yield f"编号 {number}：{error}"
            except StoreError as error:
                yield str(error)
