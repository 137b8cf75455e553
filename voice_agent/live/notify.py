"""Tells systemd that we are up and alive (sd_notify), without a library: a datagram to the socket that it names."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress


def tell(state: str) -> None:
    """Send ``state`` (``READY=1``, ``WATCHDOG=1`` …) to whoever started us; nothing happens where nobody asked."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        # A name that begins with @ lies in the abstract namespace.
        line.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)


class BeatingEvent(threading.Event):
    """An event for stopping: as long as the main thread keeps asking for it, it goes round, and the watchdog is told so."""

    def __init__(self) -> None:
        super().__init__()
        wanted = os.environ.get("WATCHDOG_USEC", "")
        self._every = int(wanted) / 4e6 if wanted.isdigit() else 0.0
        self._last = -float("inf")

    def is_set(self) -> bool:
        """Whether to stop."""
        self._beat()
        return super().is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end; a wait is part of going round."""
        self._beat()
        return super().wait(timeout)

    def _beat(self) -> None:
        now = time.monotonic()
        if self._every and threading.current_thread() is threading.main_thread() and now - self._last >= self._every:
            self._last = now
            tell("WATCHDOG=1")
