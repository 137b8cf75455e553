"""A TCP proxy between the listener and Asterisk whose line can be cut, go silent, or lead nowhere."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from types import TracebackType
from typing import Literal

Mode = Literal["open", "silent", "refuse"]


class Proxy:
    """Listens on ``port``; use it in ``with``. ``silent``: sockets stay open and nothing passes. ``refuse``: whoever comes is closed."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self.mode: Mode = "open"
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """Close every line that is open now."""
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for end in (end for pair in pairs for end in pair):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError):
            if self.mode == "refuse":
                return
            with socket.create_connection(self._target, timeout=5) as far:
                with self._lock:
                    self._pairs.add((near, far))
                self._pump(near, far)

    def _pump(self, near: socket.socket, far: socket.socket) -> None:
        while True:
            ready, _, _ = select.select([near, far], [], [], 0.5)
            if self.mode == "silent":
                threading.Event().wait(0.05)
                continue
            for end in ready:
                data = end.recv(65536)
                if not data:
                    return
                (far if end is near else near).sendall(data)
