"""SQLite's complaints in the words of the person who must act on them."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from voice_agent.errors import StoreError

#: What SQLite says (lower case) → what it means for people. The first that occurs in the message is taken.
_MEANINGS = (
    ("disk is full", "磁盘已满，未写入任何内容；请腾出空间后重试"),
    ("readonly", "数据库是只读的；请检查文件和所在目录的写权限"),
    ("unable to open", "数据库无法打开；请检查目录是否存在、是否有读写权限"),
    ("locked", "数据库正被另一个进程占用；请稍后重试"),
    ("busy", "数据库正被另一个进程占用；请稍后重试"),
    ("not a database", "这个文件不是 voice-agent 的数据库"),
    ("malformed", "数据库已损坏；请从备份恢复"),
    ("corrupt", "数据库已损坏；请从备份恢复"),
    ("disk i/o", "读写磁盘出错；请检查磁盘是否已满或有故障"),
)


def explain(error: sqlite3.Error) -> str:
    """A Chinese sentence for a SQLite error; unknown ones keep SQLite's own words."""
    said = str(error).lower()
    return next((meaning for words, meaning in _MEANINGS if words in said), f"数据库出错：{error}")


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
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}：{explain(error)}") from error
