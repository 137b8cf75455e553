"""Waiting for a store that cannot be written now: locked by a backup, on a full disk, on a mount that is away."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from voice_agent.errors import StoreUnavailable

log = logging.getLogger(__name__)
T = TypeVar("T")

#: How often it is tried again, and how often that is told (seconds).
RETRY_SECONDS, TELL_SECONDS = 1.0, 60.0


def patiently(act: Callable[[], T], stop: threading.Event) -> T:
    """Do it as soon as the store lets us, however long that takes; when ``stop`` is set, its last word is raised (StoreUnavailable)."""
    told = -TELL_SECONDS
    while True:
        try:
            return act()
        except StoreUnavailable as error:
            if time.monotonic() - told >= TELL_SECONDS:
                told = time.monotonic()
                log.error("the store cannot be written, waiting: %s", error)
            if stop.wait(RETRY_SECONDS):
                raise
