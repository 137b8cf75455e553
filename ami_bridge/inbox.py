"""What the connection has heard and the bridge has not yet handled: bounded, and never silently."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from ami_bridge.messages import Message


@dataclass(frozen=True, slots=True)
class Heard:
    """Messages as bytes that arrived together at ``at`` (unix seconds)."""

    at: float
    raws: list[bytes]


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
        self._messages = 0
        self._items: deque[Item] = deque()
        self._filled = threading.Condition()

    def put_messages(self, at: float, raws: list[bytes]) -> bool:
        """Put messages in; False if there is no room: the caller must then record that messages are lost."""
        with self._filled:
            if self._messages + len(raws) > self._size:
                return False
            self._messages += len(raws)
            self._items.append(Heard(at, raws))
            self._filled.notify()
            return True

    def put(self, item: Connected | Lost | Listed) -> None:
        """Put news of the connection in."""
        with self._filled:
            self._items.append(item)
            self._filled.notify()

    def take(self, timeout: float) -> Item | None:
        """The next item, waiting at most ``timeout`` seconds for it."""
        with self._filled:
            if not self._items:
                self._filled.wait(timeout)
            if not self._items:
                return None
            item = self._items.popleft()
            if isinstance(item, Heard):
                self._messages -= len(item.raws)
            return item

    def __len__(self) -> int:
        return len(self._items)
