"""Connection and call tracker joined: the calls of one Asterisk, as they end.

bridge = Bridge(settings, last_seen=…)        # the ``at`` of the last ``Alive`` that was stored, None at the very first start
for event in bridge.run(stop):                # stop: a threading.Event; the loop ends within a second after it is set
    CallEnded → judge it    Rated → keep it with its call    MemberChanged, RangUnanswered, MembersKnown → who was there
    Gap → store it by its start (it comes first open, then again with its end)    Alive → store ``at``
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from ami_bridge import gaps
from ami_bridge.connection import Connection, State
from ami_bridge.events import Alive, CallEnded, Followed, Gap, Going
from ami_bridge.follower import Follower
from ami_bridge.inbox import Connected, Heard, Inbox, Item, Listed, Lost
from ami_bridge.settings import Settings

ALIVE_SECONDS = 5.0
GOING_SECONDS = 0.25
_WAIT_SECONDS = 0.1
#: Asterisk's answer to a ping may overtake an event of the same moment: what is younger than this may still come.
UNSURE_SECONDS = 1.0
#: A clock that is corrected gently never jumps this far (seconds); a step of it, or a machine that slept, does.
CLOCK_JUMP = 1.0


class Bridge:
    """Follows one Asterisk for weeks. ``last_seen`` (unix seconds) is until when an earlier process had followed it.

    ``live``: calls are also told while they go on (``Going``).
    """

    def __init__(self, settings: Settings, last_seen: float | None = None, *, live: bool = False) -> None:
        self._inbox = Inbox(settings.queue_size)
        self._connection = Connection(settings, self._inbox)
        self._follower = Follower(settings)
        self._last_seen = last_seen
        self._started = False
        self._handled_until = 0.0
        self._last_alive = self._last_going = -float("inf")
        self._live = live
        self._clock = time.time() - time.monotonic()

    @property
    def state(self) -> State:
        """``connecting``, ``following``, ``refused`` (wrong user or password) or ``stopped``."""
        return self._connection.state

    @property
    def trouble(self) -> str:
        """Why it is not following, for logs and people; "" while it is."""
        return self._connection.trouble

    def start(self) -> None:
        """Connect already now: what happens until ``run`` takes it waits in the inbox. Calling it again changes nothing."""
        if not self._started:
            self._started = True
            self._connection.start()

    def run(self, stop: threading.Event) -> Iterator[Followed | Alive | Going]:
        """Everything that happens until ``stop`` is set; to be used once. The connection is closed when the loop is left."""
        try:
            yield from self._downtime()
            self.start()
            yield from self._events(stop)
        finally:
            self._connection.stop()

    def _downtime(self) -> Iterator[CallEnded | Gap]:
        """The time since an earlier process last followed Asterisk is a gap until we are connected, however short it was."""
        if self._last_seen is not None:
            yield from self._follower.lost(min(self._last_seen, time.time()), gaps.STOPPED)

    def _events(self, stop: threading.Event) -> Iterator[Followed | Alive | Going]:
        while not stop.is_set():
            yield from self._clock_steps()
            if (item := self._inbox.take(_WAIT_SECONDS)) is not None:
                yield from self._handle(item)
            if not len(self._inbox):
                yield from self._follower.advance(time.time())
            if self._live and time.monotonic() - self._last_going > GOING_SECONDS:
                self._last_going = time.monotonic()
                yield self._follower.going(time.time())
            if self._alive_is_due() and (alive := self._alive()) is not None:
                self._last_alive = time.monotonic()
                yield alive
        if (alive := self._alive()) is not None:
            yield alive

    def _clock_steps(self) -> Iterator[Followed]:
        """A clock that was set is noticed against the one that only runs on, and told as a gap."""
        now, jump = time.time(), time.time() - time.monotonic() - self._clock
        if abs(jump) > CLOCK_JUMP:
            self._clock += jump
            yield from self._follower.clock_set(now - jump, now)

    def _alive_is_due(self) -> bool:
        """Every few seconds, and rather when nothing waits to be handled."""
        age = time.monotonic() - self._last_alive
        return age > ALIVE_SECONDS and (not len(self._inbox) or age > 2 * ALIVE_SECONDS)

    def _handle(self, item: Item) -> Iterator[Followed | Alive]:
        # What was stamped by a clock that has been set back since must not lie in the future.
        at = self._handled_until = min(item.at, time.time())
        match item:
            case Heard(_, raws):
                for raw in raws:
                    yield from self._follower.hear(raw, at)
            case Connected(_, was_down):
                yield from self._follower.regained(at, was_down=was_down)
                # Also of a process that is killed at once it must be known that it had begun to listen.
                yield Alive(self._sure_until(at), self._follower.open_calls)
            case Lost(_, reason):
                yield from self._follower.lost(at, reason)
            case Listed(_, messages, complete):
                yield from self._follower.listed(messages, at, complete=complete)

    def _alive(self) -> Alive | None:
        """Until when every call is told: what was heard and handled, not what a stalled Asterisk has yet to say."""
        heard = self._connection.heard_until
        if heard is None:
            return None
        until = min(heard, self._handled_until) if len(self._inbox) else heard
        return Alive(self._sure_until(until), self._follower.open_calls)

    def _sure_until(self, heard: float) -> float:
        """Never past a call that is over and not told yet, nor past what may still be on its way."""
        unfinished = self._follower.unfinished_since
        return min(heard, time.time(), heard if unfinished is None else unfinished) - UNSURE_SECONDS
