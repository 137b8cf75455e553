"""One look at the live table for all browsers: every stream waits here for changes and takes the latest state of each call.

A slow or sleeping browser holds nothing up and piles nothing up: when it reads on it gets how things stand then.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from voice_agent.config import Config
from voice_agent.errors import StoreError
from voice_agent.store import Store
from voice_agent.store.live.calls_now import KEPT_SECONDS, LiveCall, LiveStatus, changed_since, live_status

T = TypeVar("T")
LOOK_SECONDS = 0.3
#: A hearing that has not said that it lives for so long does not, seconds.
SILENT_SECONDS = 12.0


class Hub:
    """Belongs to the running site. ``version`` is the newest change known; ``rows`` how each call stands."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._store: Store | None = None
        self._readers = 0
        self._task: asyncio.Task[None] | None = None
        self._news: asyncio.Event = asyncio.Event()
        self.rows: dict[str, LiveCall] = {}
        self.version = 0
        self.status = LiveStatus(0, 0, 0.0, {})
        self.closing = False

    @property
    def alive(self) -> bool:
        """Whether somebody hears calls at the moment."""
        return time.time() - self.status.at < SILENT_SECONDS

    def told(self) -> dict[str, Any]:
        """What the hearing says of itself, as the pages show it."""
        return {"alive": self.alive, "ever": self.status.at > 0, **self.status.told}

    async def run(self, work: Callable[[Store], T]) -> T:
        """Do something with the hub's own store, in its own thread. Raises StoreError."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(self._opened()))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """While at least one stream is open the table is looked at."""
        self._readers += 1
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._look())
        try:
            yield
        finally:
            self._readers -= 1

    async def changed(self, version: int, seconds: float) -> None:
        """Return when there is something newer than ``version``, and after ``seconds`` at the latest."""
        if self.version <= version and not self.closing:
            news = self._news
            try:
                await asyncio.wait_for(news.wait(), seconds)
            except TimeoutError:
                return

    def newer(self, version: int) -> list[LiveCall]:
        """The calls that changed after ``version``, oldest change first."""
        return sorted((one for one in self.rows.values() if one.version > version), key=lambda one: one.version)

    async def refresh(self) -> None:
        """Look once. Raises StoreError."""
        before = self.status.at
        status, rows = await self.run(self._read)
        if status.version < self.version:  # another store was put in this place
            self.rows.clear()
        self.status, self.version = status, status.version
        for one in rows:
            self.rows[f"{one.system}:{one.uniqueid}"] = one
        limit = time.time() - KEPT_SECONDS
        for name in [name for name, one in self.rows.items() if one.ended is not None and one.ended < limit]:
            del self.rows[name]
        if rows or status.at != before:
            self._wake()

    def _read(self, store: Store) -> tuple[LiveStatus, list[LiveCall]]:
        status = live_status(store)
        since = self.version if status.version >= self.version else 0
        return status, changed_since(store, since) if status.version != self.version else []

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def _look(self) -> None:
        while self._readers and not self.closing:
            try:
                await self.refresh()
            except StoreError:
                await asyncio.sleep(2.0)
            await asyncio.sleep(LOOK_SECONDS)
        self._wake()

    def _opened(self) -> Store:
        if self._store is None:
            place = self._config.store
            self._store = Store.open(place.path, timezone=place.timezone, create=False)
        return self._store

    def leave(self) -> None:
        """The server ends: so do all streams. To be called in the server's loop."""
        self.closing = True
        self._wake()

    def close(self) -> None:
        """Let go of the store."""
        self.closing = True
        self._pool.submit(self._close_store).result(10)
        self._pool.shutdown()

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()
