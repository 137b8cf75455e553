"""SQLite's complaints in the words of the person who must act on them."""

from __future__ import annotations

import errno
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from voice_agent.errors import StoreDamaged, StoreError, StoreUnavailable

#: What to do about a damaged store, wherever it shows.
RESTORE = "运行 voice-agent doctor 查看损坏了什么，停止本程序后用 voice-agent restore 从备份恢复"
#: What SQLite says (lower case) → what it means for people, and what kind of trouble it is. The first that occurs in the message is taken.
_MEANINGS: tuple[tuple[str, str, type[StoreError]], ...] = (
    ("disk is full", "磁盘已满，未写入任何内容；请腾出空间后重试", StoreUnavailable),
    ("readonly", "数据库是只读的；请检查文件和所在目录的写权限", StoreUnavailable),
    ("unable to open", "数据库无法打开；请检查目录是否存在、是否有读写权限", StoreUnavailable),
    ("locked", "数据库正被另一个进程占用；请稍后重试", StoreUnavailable),
    ("busy", "数据库正被另一个进程占用；请稍后重试", StoreUnavailable),
    ("not a database", "这个文件不是 voice-agent 的数据库，或文件头已损坏", StoreError),
    ("malformed", f"数据库已损坏；{RESTORE}", StoreDamaged),
    ("corrupt", f"数据库已损坏；{RESTORE}", StoreDamaged),
    ("could not decode", f"数据库已损坏（文字无法读取）；{RESTORE}", StoreDamaged),
    ("disk i/o", "读写磁盘出错；请检查磁盘是否已满或有故障", StoreUnavailable),
)


def explain(error: sqlite3.Error) -> str:
    """A Chinese sentence for a SQLite error; unknown ones keep SQLite's own words."""
    return _meaning(error)[0]


def _meaning(error: sqlite3.Error) -> tuple[str, type[StoreError]]:
    said = str(error).lower()
    found = ((meaning, kind) for words, meaning, kind in _MEANINGS if words in said)
    return next(found, (f"数据库出错：{error}", StoreError))


_REASONS = {
    errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.EROFS: "文件系统是只读的", errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额", errno.ENOENT: "目录不存在", errno.EISDIR: "这是一个目录", errno.ENOTDIR: "路径中有一段不是目录",
}  # fmt: skip


def explain_file(error: OSError) -> str:
    """A Chinese reason for a file that cannot be made or written; unknown ones keep the system's own words."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


@contextmanager
def chinese_errors(path: object) -> Iterator[None]:
    """Turn operational failures of SQLite into StoreError; broken constraints and wrong calls are bugs or races and stay themselves."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except UnicodeDecodeError as error:  # SQLite's own complaint quotes damaged bytes, and sqlite3 fails to read that
        raise StoreDamaged(f"{path}：数据库已损坏；{RESTORE}") from error
    except sqlite3.DatabaseError as error:
        meaning, kind = _meaning(error)
        raise kind(f"{path}：{meaning}") from error


@contextmanager
def whole(what: str) -> Iterator[None]:
    """Stored content (``what``, Chinese) that no longer has the form in which it was written is damage, not a bug. Also a decorator."""
    try:
        yield
    except (ValueError, TypeError, LookupError, zlib.error) as error:
        raise StoreDamaged(f"数据库中的{what}已损坏，无法读取；{RESTORE}") from error
