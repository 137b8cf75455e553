"""What the connection has heard and the bridge has not yet handled: bounded, and never silently."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from ami_bridge.messages import Message


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as bytes and when it arrived (unix seconds)."""

    at: float
    raw: bytes


@dataclass(frozen=True)
class Connected:
    """Logged in at ``at``. ``was_down``: in between Asterisk's port was closed, so it has been restarted."""

    at: float
    was_down: bool


@dataclass(frozen=True)
class Lost:
    """Nothing was heard after ``at``; ``reason`` is English, for logs."""

    at: float
    reason: str


@dataclass(frozen=True)
class Listed:
    """Asterisk's answer to what is going on now. ``complete``: ``messages`` name every channel there is."""

    at: float
    messages: tuple[Message, ...]
    complete: bool


Item = Heard | Connected | Lost | Listed


class Inbox:
    """A queue from the connection's threads to the bridge; messages are bounded by ``size``, news of the connection is not."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._items: deque[Item] = deque()
        self._filled = threading.Condition()

    def put_message(self, at: float, raw: bytes) -> bool:
        """Put a message in; False if there is no room: the caller must then record that messages are lost."""
        with self._filled:
            if len(self._items) >= self._size:
                return False
            self._items.append(Heard(at, raw))
            self._filled.notify()
            return True

    def put(self, item: Connected | Lost | Listed) -> None:
        """Put news of the connection in."""
        with self._filled:
            self._items.append(item)
            self._filled.notify()

    def take(self, timeout: float, most: int = 500) -> list[Item]:
        """Up to ``most`` items in order, waiting at most ``timeout`` seconds for the first."""
        with self._filled:
            if not self._items:
                self._filled.wait(timeout)
            return [self._items.popleft() for _ in range(min(most, len(self._items)))]

    def __len__(self) -> int:
        return len(self._items)
