"""``voice-agent listen``: from Asterisk's events to judged calls, for weeks."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable

from ami_bridge.events import Alive, CallEnded, Gap, MemberChanged, MembersKnown, RangUnanswered, Rated
from ami_bridge.gaps import is_by_clock
from voice_agent.errors import StoreUnavailable
from voice_agent.live.patience import RETRY_SECONDS, TELL_SECONDS
from voice_agent.live.reconcile import missed_calls
from voice_agent.live.spool import Event as Event  # noqa: PLC0414 - what is listened to
from voice_agent.live.spool import Spool
from voice_agent.live.threads import Threads
from voice_agent.live.worker import Desk, told
from voice_agent.store import Store
from voice_agent.store.calls import calls, gaps, jobs, presence
from voice_agent.store.reviews.ratings import save_rating

log = logging.getLogger(__name__)

#: A store that is busy this long (seconds) is not waited for: the event is put aside and the next one is heard.
PATIENCE = 2.0
#: A clean stop tries so long (seconds) to write what still waits.
FINISH_SECONDS = 10.0


def listen(
    events: Iterable[Event], store: Store, desk: Desk, *,
    system: str = "", drain: bool = False, stop: threading.Event | None = None, name: str = "listen",
) -> None:  # fmt: skip
    """Record every event and judge every call until ``events`` ends; ``drain``: then wait until all are judged.

    ``name`` tells processes on one store apart. Everything is in the store, or put aside on disk while that cannot be written, before the next event is taken: a kill at any moment
    loses nothing. Raises StoreError for a store that waiting cannot mend.
    """
    ending = stop or threading.Event()
    with Threads(store.path, store.timezone.key, desk) as threads, _quick(store) as own:
        keeper = Keeper(own, desk, system, ending, Spool(store.path, name))
        for event in events:
            keeper.take(event)
            threads.wake()
        keeper.finish(wait=drain)
        if drain:
            threads.drain()


def _quick(store: Store) -> Store:
    return Store.open(store.path, timezone=store.timezone.key, create=False, busy_seconds=PATIENCE)


class Keeper:
    """Puts events into the store, and aside while it cannot be written, always in order."""

    def __init__(self, store: Store, desk: Desk, system: str, stop: threading.Event, spool: Spool) -> None:
        self._store, self._desk, self._system, self._stop, self._spool = store, desk, system, stop, spool
        self._tried = self._said = -TELL_SECONDS
        if self._spool:
            log.warning("%d events waited for the store", len(self._spool))

    def take(self, event: Event) -> None:
        """Keep one event. Raises StoreError for trouble that waiting cannot mend."""
        while self._spool and (time.monotonic() - self._tried >= RETRY_SECONDS or self._spool.is_full):
            if self._flush() or not self._spool.is_full or self._stop.wait(RETRY_SECONDS):
                break
        if self._spool:
            self._spool.add(event)
            return
        try:
            self._record(event)
        except StoreUnavailable as error:
            self._say(error)
            self._spool.add(event)

    def finish(self, *, wait: bool) -> None:
        """Write what waits; ``wait``: however long that takes, else for some seconds. What is left is on disk for the next start."""
        ends = time.monotonic() + FINISH_SECONDS
        while self._spool and not self._flush():
            if not wait and time.monotonic() > ends:
                return
            if wait and self._stop.is_set():
                return
            time.sleep(RETRY_SECONDS)

    def _flush(self) -> bool:
        self._tried = time.monotonic()
        waited = len(self._spool)
        try:
            self._spool.empty_into(self._record)
        except StoreUnavailable as error:
            self._say(error)
            self._tried = time.monotonic()
            return False
        log.warning("the store can be written again; %d events had waited", waited)
        return True

    def _record(self, event: Event) -> None:
        record(self._store, event, self._desk, system=self._system)

    def _say(self, error: StoreUnavailable) -> None:
        if time.monotonic() - self._said >= TELL_SECONDS:
            self._said = time.monotonic()
            log.error("the store cannot be written, %d events wait on disk: %s", len(self._spool) + 1, error)


def record(store: Store, event: Event, desk: Desk, *, system: str = "") -> None:
    """Keep one event of the bridge; keeping it again changes nothing. Raises StoreError."""
    match event:
        case CallEnded():
            recorded = calls.record_call(store, event, system=system)
            if event.answered is None or event.gaps:
                told(desk, store, recorded.id)
        case Gap():
            with store.transaction():
                gaps.save_gap(store, event, system=system)
                if event.end is None or is_by_clock(event):
                    presence.end_presence(store, event.start, system=system)
            log.warning("monitoring gap: %s", event.reason)
            if is_by_clock(event):
                jobs.mend_clock(store)
            elif event.end is not None:
                _record_missed(store, event, desk, system)
        case Rated():
            save_rating(store, event, desk.scale, system=system)
        case MemberChanged():
            presence.save_change(store, event, system=system)
        case RangUnanswered():
            presence.save_unanswered(store, event, system=system)
        case MembersKnown():
            presence.save_known(store, event, system=system)
        case Alive():
            gaps.save_alive(store, event.at, system=system)


def _record_missed(store: Store, gap: Gap, desk: Desk, system: str) -> None:
    """Calls that left a recording while nobody listened took place: they are counted as not monitored."""
    known = calls.known_names(store, since=gap.start - 86400)
    for call in missed_calls(desk.places, gap, known):
        told(desk, store, calls.record_call(store, call, system=system).id)


def stop_on_signals(stop: threading.Event) -> None:
    """SIGTERM and SIGINT end the listening cleanly."""
    import signal  # noqa: PLC0415 - only the main thread of a program may set handlers

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
