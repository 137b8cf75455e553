"""Reads new calls for the mandated phrases beside the pages, so that nobody waits for it."""

from __future__ import annotations

import logging
import threading

from phrasebook.model import PhraseBook
from voice_agent.config import Config
from voice_agent.reporting.phrase_reading import read_new
from voice_agent.store import Store

log = logging.getLogger(__name__)


class PhraseReader:
    """Reads new calls for phrases in a thread of its own, one pass at a time."""

    def __init__(self, config: Config, book: PhraseBook) -> None:
        self._config, self._book = config, book
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin a pass unless one is running."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._read, name="phrases", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop after the call at hand."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(20)

    def _read(self) -> None:
        place = self._config.store
        try:
            with Store.open(place.path, timezone=place.timezone, create=False) as store:
                read_new(store, self._book, self._told)
        except InterruptedError:
            pass
        except Exception:
            log.exception("reading calls for phrases failed")

    def _told(self, _number: int) -> None:
        if self._stopping.is_set():
            raise InterruptedError
