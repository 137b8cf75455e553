"""The bridge in a thread, and what it said so far: for the scenarios with a real Asterisk."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

from ami_bridge.bridge import Bridge
from ami_bridge.events import Alive, CallEnded, Followed, Gap
from ami_bridge.settings import Settings


class Watch:
    """Runs a bridge until left; ``calls`` and ``gaps`` are what it returned. ``handle`` runs for each event (a slow consumer)."""

    def __init__(
        self, settings: Settings, last_seen: float | None = None,
        handle: Callable[[Followed | Alive], None] = lambda _event: None,
    ) -> None:  # fmt: skip
        self.bridge = Bridge(settings, last_seen)
        self.events: list[Followed | Alive] = []
        self._handle = handle
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    @property
    def calls(self) -> list[CallEnded]:
        """The calls that ended."""
        return [event for event in self.events if isinstance(event, CallEnded)]

    @property
    def gaps(self) -> list[Gap]:
        """The gaps, each open and then closed."""
        return [event for event in self.events if isinstance(event, Gap)]

    @property
    def alive(self) -> list[Alive]:
        """The heartbeats."""
        return [event for event in self.events if isinstance(event, Alive)]

    def _run(self) -> None:
        for event in self.bridge.run(self._stop):
            self.events.append(event)
            self._handle(event)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> float:
        """Stop the bridge; the seconds it took."""
        began = time.monotonic()
        self._stop.set()
        self._thread.join(10)
        assert not self._thread.is_alive(), "the bridge did not stop"
        return time.monotonic() - began

    def until(self, condition: Callable[[], object], seconds: float = 30.0) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain; so far: {self.events}"
            time.sleep(0.02)

    def until_following(self) -> None:
        """Wait until calls are followed (again)."""
        self.until(lambda: self.bridge.state == "following")
        time.sleep(0.1)
