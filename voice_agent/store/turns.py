"""Writers of one process take turns: SQLite's own waiting is a lottery, in which one of many busy threads may lose for minutes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voice_agent.errors import StoreUnavailable

_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()


@contextmanager
def turn(path: Path, seconds: float) -> Iterator[None]:
    """Hold the right to write into the store at ``path``, waiting for it at most ``seconds``. Raises StoreUnavailable."""
    with _guard:
        lock = _locks.setdefault(str(path.resolve()), threading.Lock())
    if not lock.acquire(timeout=seconds):
        raise StoreUnavailable(f"{path}：数据库正被本程序或另一个进程占用；请稍后重试")
    try:
        yield
    finally:
        lock.release()
