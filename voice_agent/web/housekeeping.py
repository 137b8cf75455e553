"""Once an hour, beside the pages: what is past its time is removed."""

from __future__ import annotations

import logging
import threading

from voice_agent.config import Config
from voice_agent.live.keeping import keep_terms
from voice_agent.store import Store

log = logging.getLogger(__name__)
EVERY = 3600.0


class Housekeeping:
    """A thread with a store of its own, from ``start`` to ``close``."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin; the first round is at once."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the batch at hand."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(20)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                place = self._config.store
                with Store.open(place.path, timezone=place.timezone, create=False) as store:
                    done = keep_terms(self._config, store)
                if any(done.values()):
                    log.info("removed what was past its time: %s", done)
            except Exception:
                log.exception("housekeeping failed; tried again in an hour")
            self._stop.wait(EVERY)
