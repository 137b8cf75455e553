"""``voice-agent listen``: from Asterisk's events to judged calls, for weeks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from ami_bridge.events import Alive, CallEnded, Followed, Gap, MemberChanged, MembersKnown, RangUnanswered, Rated
from voice_agent.live.reconcile import missed_calls
from voice_agent.live.threads import Threads, is_dead
from voice_agent.live.worker import Desk
from voice_agent.store import Store
from voice_agent.store.calls import calls, gaps, jobs, presence
from voice_agent.store.reviews.ratings import save_rating

log = logging.getLogger(__name__)

Event = Followed | Alive


def listen(events: Iterable[Event], store: Store, desk: Desk, *, system: str = "", drain: bool = False) -> None:
    """Record every event and judge every call until ``events`` ends; ``drain``: then wait until all are judged.

    Everything is in the store before the next event is taken, so a kill at any moment loses nothing. Raises StoreError.
    """
    take_over(store)
    with Threads(store.path, store.timezone.key, desk) as threads:
        for event in events:
            record(store, event, desk, system=system)
            threads.wake()
        if drain:
            threads.drain()


def record(store: Store, event: Event, desk: Desk, *, system: str = "") -> None:
    """Keep one event of the bridge. Raises StoreError."""
    match event:
        case CallEnded():
            recorded = calls.record_call(store, event, system=system)
            if event.answered is None or event.gaps:
                desk.judged(store, recorded.id)
        case Gap():
            with store.transaction():
                gaps.save_gap(store, event, system=system)
                if event.end is None:
                    presence.end_presence(store, event.start, system=system)
            log.warning("monitoring gap: %s", event.reason)
            if event.end is not None:
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
    known = calls.known_uniqueids(store, since=gap.start - 86400)
    for call in missed_calls(desk.places, gap, known):
        desk.judged(store, calls.record_call(store, call, system=system).id)


def take_over(store: Store) -> None:
    """Jobs that a killed process of this machine had leased are due at once. Raises StoreError."""
    for worker in filter(is_dead, jobs.leased_workers(store)):
        log.info("took over %d jobs of a process that was killed", jobs.reclaim(store, worker))


def stop_on_signals(stop: threading.Event) -> None:
    """SIGTERM and SIGINT end the listening cleanly."""
    import signal  # noqa: PLC0415 - only the main thread of a program may set handlers

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
