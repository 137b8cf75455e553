"""Sends what waits, beside everything else: a receiver that is down delays nothing and loses nothing."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Self

from voice_agent.config.model import AlertConfig
from voice_agent.errors import StoreError
from voice_agent.live.alerts.ways import NotSentError, Ways
from voice_agent.store import Store
from voice_agent.store.live.alerts import delivered, due_deliveries, not_delivered

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0


class Messenger:
    """A thread with its own store; use as a context manager."""

    def __init__(self, open_store: Callable[[], Store], ways: Ways, rules: tuple[AlertConfig, ...]) -> None:
        self._open, self._ways = open_store, ways
        self._mail_to = {rule.name: rule.mail_to for rule in rules}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="messenger", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(20)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with self._open() as store:
                    while not self._stop.wait(LOOK_SECONDS):
                        self.send_due(store)
            except StoreError as error:
                log.error("alerts: store trouble, trying again: %s", error)
                self._stop.wait(5.0)

    def send_due(self, store: Store) -> None:
        """Try once whatever is due. Raises StoreError."""
        for one, alert in due_deliveries(store, time.time()):
            if self._stop.is_set():
                return
            try:
                self._ways.send(one.way, alert, self._mail_to.get(alert.rule, ()))
            except NotSentError as error:
                log.warning("alert %d not sent by %s: %s", alert.id, one.way, error)
                not_delivered(store, one, str(error), time.time())
            except Exception as error:  # a fault of ours in one alert must not keep back all others
                log.exception("alert %d not sent by %s", alert.id, one.way)
                not_delivered(store, one, f"程序出错（{type(error).__name__}），已记入日志", time.time())
            else:
                delivered(store, one.id, time.time())
