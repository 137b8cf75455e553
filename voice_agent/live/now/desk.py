"""Follows the calls that go on: has them heard, writes how they stand, lets calls give way. Everything that counts is done elsewhere.

``overhear`` stands between the bridge and ``listen``: events pass through unchanged, and whatever goes wrong here never stops them.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Self

from ami_bridge.events import Alive, CallEnded, Followed, Going
from voice_agent.config import Config
from voice_agent.errors import RecordingError, StoreError
from voice_agent.intake.recordings import RecordingPlaces, find_recording
from voice_agent.live.alerts.raising import raise_alerts
from voice_agent.live.now.capacity import CALLS_A_CORE, Capacity
from voice_agent.live.now.helpers import Helper
from voice_agent.live.now.process import Seen, Start, Stop, Tell
from voice_agent.live.now.rows import Standing, who
from voice_agent.live.setup import places
from voice_agent.store import Store
from voice_agent.store.live.calls_now import KEPT_SECONDS, clear_ended, end_all, in_a_hurry, save_live, save_status

log = logging.getLogger(__name__)

Event = Followed | Alive
#: How often the table is written, how often the process says that it lives, how long a missing recording is sought again, seconds.
WRITE_SECONDS, ALIVE_SECONDS, SEEK_SECONDS = 0.3, 3.0, 1.0
#: After trouble it is tried again so much later, seconds.
AGAIN_SECONDS = 2.0


class LiveDesk:
    """Use as a context manager around ``listen``; ``overhear`` the bridge's events."""

    def __init__(self, config: Config, model: Path, *, system: str = "") -> None:
        self._config, self._model, self._system = config, model, system
        self._places: RecordingPlaces = places(config)
        self._news: SimpleQueue[Going | CallEnded] = SimpleQueue()
        self._rows: dict[str, Standing] = {}
        self._heard: list[str] = []
        live = config.live
        self._capacity = Capacity(live.calls or CALLS_A_CORE * len(os.sched_getaffinity(0)))
        self._following, self._alive = True, 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)
        self._helpers: list[Helper] = []

    def __enter__(self) -> Self:
        folder = self._config.phrasebook.folder
        self._helpers = [Helper(self._model, folder) for _ in range(self._config.live.processes)]
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)
        for helper in self._helpers:
            helper.close()

    def overhear(self, events: Iterator[Event | Going]) -> Iterator[Event]:
        """Pass on what ``listen`` records; keep what is told of calls that go on."""
        for event in events:
            if isinstance(event, Going | CallEnded):
                self._news.put(event)
            if not isinstance(event, Going):
                yield event

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with self.open_store() as store:
                    in_a_hurry(store)
                    end_all(store)
                    self._work(store)
                    end_all(store)
            except StoreError as error:
                log.error("live: store trouble, trying again: %s", error)
                self._stop.wait(AGAIN_SECONDS)
            except Exception:  # whatever it is: a thread that ended would show the same calls for ever, and what is told of them would pile up
                log.exception("live: a fault of ours; the calls that go on are followed anew")
                self._forget()
                self._stop.wait(AGAIN_SECONDS)

    def _forget(self) -> None:
        """Drop every call: one of them may be what cannot be worked on. Each comes back with its next change."""
        for name, row in self._rows.items():
            self._let_go(name, row, "starting")
        self._rows.clear()

    def open_store(self) -> Store:
        """A connection of the caller's own. Raises StoreError."""
        place = self._config.store
        return Store.open(place.path, timezone=place.timezone, create=False)

    def _work(self, store: Store) -> None:
        for row in self._rows.values():
            row.changed = True
        while not self._stop.is_set():
            began = time.monotonic()
            self._take(store)
            self._listen_in()
            self._hear()
            self._give_way()
            self._alert(store)
            self._write(store)
            self._stop.wait(max(0.02, WRITE_SECONDS - (time.monotonic() - began)))

    def _take(self, store: Store) -> None:
        while True:
            try:
                news = self._news.get_nowait()
            except Empty:
                return
            if isinstance(news, CallEnded):
                self._end(news.uniqueid, news.end)
                continue
            self._following = news.following
            for call in news.changed:
                self._change(store, call)
            for uniqueid in news.gone:
                self._end(uniqueid, news.at)

    def _change(self, store: Store, call: CallEnded) -> None:
        agent, clerk, unit = who(store, call)
        row = self._rows.get(call.uniqueid)
        if row is None:
            row = self._rows[call.uniqueid] = Standing(call, agent, clerk, unit)
        if row.ended is not None:
            return
        row.call, row.agent, row.clerk, row.unit, row.changed = call, agent, clerk, unit, True
        if row.helper:
            row.helper.say(Tell(call.uniqueid, call, agent))

    def _end(self, uniqueid: str, at: float) -> None:
        row = self._rows.get(uniqueid)
        if row is not None and row.ended is None:
            row.ended, row.changed = at, True
            self._let_go(uniqueid, row, row.listening)

    def _let_go(self, uniqueid: str, row: Standing, listening: str) -> None:
        if row.helper:
            row.helper.say(Stop(uniqueid))
        row.helper, row.listening, row.changed = None, listening, True
        if uniqueid in self._heard:
            self._heard.remove(uniqueid)

    def _listen_in(self) -> None:
        """Answered calls of the units that want it are heard, the oldest first, as far as there is room."""
        wanted = self._config.live.units
        for uniqueid, row in self._rows.items():
            if row.ended is not None or row.helper or row.call.answered is None or row.listening in ("mixed", "lost"):
                continue
            if wanted and row.unit not in wanted:
                self._say(row, "off")
            elif not self._capacity.admits(len(self._heard)):
                self._say(row, "yielded" if row.listening == "yielded" else "waiting")
            elif time.monotonic() - row.sought > SEEK_SECONDS:
                row.sought = time.monotonic()
                self._start(uniqueid, row)

    def _say(self, row: Standing, listening: str) -> None:
        row.changed = row.changed or row.listening != listening
        row.listening = listening

    def _start(self, uniqueid: str, row: Standing) -> None:
        call, told = row.call, row.call.recordings[0] if row.call.recordings else None
        try:
            files = find_recording(self._places, uniqueid, call.linkedid, (told.path if told else "") or call.recording)
        except RecordingError as error:
            log.debug("no recording to hear live yet: %s", error)
            self._say(row, "no_recording")
            return
        if files.kind == "mixed":
            self._say(row, "mixed")
            return
        swap = self._config.recordings.swap_channels != (told is not None and told.side == "agent")
        row.helper = min(self._helpers, key=lambda one: sum(each.helper is one for each in self._rows.values()))
        row.helper.say(Start(uniqueid, files, swap, told.start if told else call.recording_started))
        row.helper.say(Tell(uniqueid, call, row.agent))
        self._heard.append(uniqueid)
        self._say(row, "starting")

    def _hear(self) -> None:
        for helper in self._helpers:
            try:
                for seen in helper.news():
                    self._see(seen)
            except EOFError:
                for uniqueid, row in self._rows.items():
                    if row.helper is helper:
                        row.sought = 0.0
                        self._let_go(uniqueid, row, "starting")

    def _see(self, seen: Seen) -> None:
        row = self._rows.get(seen.uniqueid)
        if row is None or row.helper is None:
            return
        row.picture, row.trouble, row.listening, row.changed = seen.picture, seen.trouble, "on", True
        if seen.over:
            self._let_go(seen.uniqueid, row, "lost")

    def _give_way(self) -> None:
        behind = max((helper.load.behind for helper in self._helpers), default=0.0)
        loser = self._capacity.gives_way(self._heard, behind, time.monotonic())
        if loser is not None:
            log.warning("live hearing is %.0f s behind: a call gives way", behind)
            self._let_go(loser, self._rows[loser], "yielded")

    def _alert(self, store: Store) -> None:
        for name, row in self._rows.items() if self._config.alerts else ():
            if row.ended is None:
                raised = raise_alerts(store, self._config.alerts, row.as_call(name, self._system))
                row.alerts, row.changed = [*row.alerts, *raised], row.changed or bool(raised)

    def _write(self, store: Store) -> None:
        changed = [(name, row) for name, row in self._rows.items() if row.changed]
        save_live(store, [row.as_call(name, self._system) for name, row in changed])
        for name, row in changed:
            row.changed = False
            if row.ended is not None:
                del self._rows[name]
        if time.monotonic() - self._alive > ALIVE_SECONDS:
            self._alive = time.monotonic()
            clear_ended(store, before=time.time() - KEPT_SECONDS)
            save_status(store, self._status())

    def _status(self) -> dict[str, Any]:
        waiting = sum(row.listening in ("waiting", "yielded") for row in self._rows.values())
        behind = max((helper.load.behind for helper in self._helpers), default=0.0)
        return {
            "following": self._following, "heard": len(self._heard), "waiting": waiting, "limit": self._capacity.limit, "behind": behind,
            "ready": all(helper.ready for helper in self._helpers), "pid": os.getpid(),
        }  # fmt: skip
