"""What all pages share while the server runs: configuration, phrase book, templates, and threads with a store of their own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment

from phrasebook.model import PhraseBook
from voice_agent.config import Config
from voice_agent.errors import StoreError
from voice_agent.in_force import book_on
from voice_agent.labels import RULE_NAMES
from voice_agent.live.keeping import sound_folder
from voice_agent.store import Store
from voice_agent.store.people.audit import log_act
from voice_agent.web.admin.chores import Chores
from voice_agent.web.call.sound import SoundCache
from voice_agent.web.figures.exports import Exports
from voice_agent.web.figures.phrase_reader import PhraseReader
from voice_agent.web.housekeeping import Housekeeping
from voice_agent.web.live.hub import Hub
from voice_agent.web.words import environment

#: Requests that are worked on at once; SQLite answers in milliseconds, and a waiting writer must not stop the readers.
WORKERS = 8
#: Seconds that a page waits for another writer before it says so; a person waits no longer.
PATIENCE = 4.0


class Site:
    """One running web server. Everything that touches the store runs in ``work``: a store belongs to one thread."""

    def __init__(self, config: Config, book: PhraseBook, *, demo: bool = False, patience: float = PATIENCE) -> None:
        self.config = config
        self.own_book = book
        self.demo = demo
        self.patience = patience
        self.secure = config.web.tls_certificate is not None or config.web.behind_tls
        self.templates: Environment = environment(config.store.timezone)
        # Rules to choose from; what an optional one found before it was switched off keeps its name (RULES).
        self.templates.globals["OFFERED"] = {rule: RULE_NAMES[rule] for rule in book.rules}
        self.sounds = SoundCache(sound_folder(config.store.path))
        self.heard, self.unmasked, self.reading = Lately(), Lately(), Lately()
        self.readings: deque[Reading] = deque()
        self.exports = Exports(config)
        self.housekeeping = Housekeeping(config)
        self.chores = Chores()
        self.reader = PhraseReader(config, book)
        self.hub = Hub(config)
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="page")
        self._local = threading.local()

    @property
    def book(self) -> PhraseBook:
        """The phrase book that is in force today for all units. Raises StoreError."""
        store = self.store()
        return book_on(store, datetime.now(store.timezone).date().isoformat(), "", self.own_book)

    @property
    def pool(self) -> ThreadPoolExecutor:
        """The threads that may use ``store``."""
        return self._pool

    def store(self) -> Store:
        """The store of this thread. Raises StoreError."""
        if not hasattr(self._local, "store"):
            place = self.config.store
            self._local.store = Store.open(
                place.path, timezone=place.timezone, create=False, busy_seconds=self.patience
            )
        found: Store = self._local.store
        return found

    def write_readings(self, store: Store) -> None:
        """Write down who read what, also what could not be written before. Raises StoreError."""
        while self.readings:
            one = self.readings.popleft()
            try:
                log_act(
                    store,
                    one.action,
                    one.target,
                    user=one.user,
                    username=one.username,
                    detail=one.detail,
                    address=one.address,
                    now=one.at,
                )
            except BaseException:
                self.readings.appendleft(one)
                raise

    def close(self) -> None:
        """Close every thread's store, and drop the rendered sound and exports."""
        self.housekeeping.close()
        self.hub.close()
        self.exports.close()
        self.chores.close()
        self.reader.close()
        together = threading.Barrier(WORKERS)
        wait([self._pool.submit(self._close_here, together) for _ in range(WORKERS)], timeout=30)
        self._pool.shutdown()
        self.sounds.close()

    def _close_here(self, together: threading.Barrier) -> None:
        # All must wait for each other, or one thread would do the closing of two and another none.
        together.wait(timeout=20)
        if hasattr(self._local, "store"):
            with suppress(StoreError):
                self.write_readings(self._local.store)
            self._local.store.close()


@dataclass(frozen=True)
class Reading:
    """Somebody read personal data of a call, at ``at`` (unix seconds)."""

    action: str
    target: str
    detail: str
    user: int
    username: str
    address: str
    at: float


class Lately:
    """Who did something with which call in the last minutes: listening is logged once, not for every part a browser fetches;
    numbers that were unmasked stay so while somebody works on the call."""

    #: Seconds after which it counts anew.
    AGAIN = 600.0

    def __init__(self) -> None:
        self._last: dict[tuple[Hashable, Hashable], float] = {}
        self._lock = threading.Lock()

    def is_new(self, user: Hashable, call: Hashable, now: float) -> bool:
        """Remember it, and say whether it was not known. ``now`` in unix seconds."""
        with self._lock:
            self._last = {key: at for key, at in self._last.items() if now - at < self.AGAIN}
            fresh = (user, call) not in self._last
            self._last.setdefault((user, call), now)
            return fresh

    def holds(self, user: Hashable, call: Hashable, now: float) -> bool:
        """Is it remembered?"""
        with self._lock:
            return now - self._last.get((user, call), 0.0) < self.AGAIN
