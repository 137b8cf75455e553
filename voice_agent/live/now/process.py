"""The process that hears calls while they go on: one model, two recognisers a call. It gives way to everything else on the machine."""

from __future__ import annotations

import logging
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ami_bridge.events import CallEnded
from phrasebook.book import load_book
from phrasebook.model import PhraseBook
from voice_agent.acts.phrases.index import compiled
from voice_agent.hearing.listening import quick_model
from voice_agent.hearing.memory import give_back
from voice_agent.hearing.vosk_transcriber import VoskTranscriber
from voice_agent.intake.files import RecordingFiles
from voice_agent.live.now.ears import Ears
from voice_agent.live.now.picture import judge_so_far, moments
from voice_agent.values import Agent

log = logging.getLogger(__name__)

#: How often files are looked at, seconds. A call is judged again when something new is final, and never for more than this share of the time.
LOOK_SECONDS, JUDGING_SHARE = 0.1, 0.05
#: The judgement of ended calls comes first: the hearing of live ones runs at this niceness.
NICENESS = 5


@dataclass(frozen=True)
class Start:
    """Hear this call: its files, when its recording began (unix seconds; None: now less what there is)."""

    uniqueid: str
    files: RecordingFiles
    swap: bool
    began: float | None


@dataclass(frozen=True)
class Tell:
    """What the telephony side knows of the call now, and whose call it is."""

    uniqueid: str
    call: CallEnded
    agent: Agent


@dataclass(frozen=True)
class Stop:
    """The call is over, or gives way."""

    uniqueid: str


@dataclass(frozen=True)
class Seen:
    """A picture of a call. ``trouble``: Chinese, why it cannot be heard at the moment; ``over``: nothing more will come of its files."""

    uniqueid: str
    picture: dict[str, Any]
    trouble: str
    over: bool
    duties: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Load:
    """How the process keeps up: calls, the longest stretch of sound that lies unread (seconds)."""

    calls: int
    behind: float


@dataclass
class _Call:
    ears: Ears
    began: float | None
    tell: Tell | None = None
    finals: int = -1
    next_judging: float = 0.0
    fresh: bool = True
    picture: dict[str, Any] = field(default_factory=dict)
    duties: tuple[Any, ...] = ()


def work(pipe: Connection, model: Path, book_folder: Path | None) -> None:
    """The process's life: hear what it is told to until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(OSError):
        os.nice(NICENESS)
    with suppress(EOFError, OSError), quick_model(model) as quick:
        book = load_book(book_folder)
        compiled(book)
        _Hearing(pipe, VoskTranscriber(quick), book).run()


class _Hearing:
    def __init__(self, pipe: Connection, transcriber: VoskTranscriber, book: PhraseBook) -> None:
        self._pipe, self._transcriber, self._book = pipe, transcriber, book
        self._calls: dict[str, _Call] = {}
        self._told = 0.0

    def run(self) -> None:
        with ThreadPoolExecutor(len(os.sched_getaffinity(0)), thread_name_prefix="live") as pool:
            self._pipe.send(Load(0, 0.0))
            while True:
                self._take()
                # The longest heard come first: when time is short, new calls wait.
                for seen in pool.map(self._advance, list(self._calls)):
                    if seen is not None:
                        self._pipe.send(seen)
                self._report()

    def _take(self) -> None:
        wait = LOOK_SECONDS
        while self._pipe.poll(wait):
            wait = 0.0
            match self._pipe.recv():
                case Start(uniqueid, files, swap, began):
                    self._stop(uniqueid)
                    self._calls[uniqueid] = _Call(Ears(files, self._transcriber, swap=swap), began)
                case Tell(uniqueid) as tell if uniqueid in self._calls:
                    self._calls[uniqueid].tell = tell
                    self._calls[uniqueid].fresh = True
                case Stop(uniqueid):
                    self._stop(uniqueid)

    def _stop(self, uniqueid: str) -> None:
        if self._calls.pop(uniqueid, None):
            give_back()

    def _report(self) -> None:
        if time.monotonic() - self._told > 1.0:
            self._told = time.monotonic()
            behind = max((one.ears.behind for one in self._calls.values()), default=0.0)
            self._pipe.send(Load(len(self._calls), round(behind, 1)))

    def _advance(self, uniqueid: str) -> Seen | None:
        call = self._calls[uniqueid]
        try:
            changed = not call.ears.over and call.ears.advance()
            return self._seen(uniqueid, call) if changed or call.fresh else None
        except Exception as error:  # one call's trouble must not end the others
            log.exception("live hearing of a call failed")
            call.ears.over, call.fresh = True, False
            return Seen(uniqueid, call.picture, f"内部错误：{type(error).__name__}", True)

    def _seen(self, uniqueid: str, call: _Call) -> Seen | None:
        heard, now = call.ears.heard(), time.monotonic()
        if call.tell is None:
            return None
        if call.began is None:
            call.began = time.time() - heard.seconds
        if call.fresh or len(heard.segments) != call.finals or heard.quiet_since is None:
            if now < call.next_judging:
                call.fresh = True
                return None
            judged = judge_so_far(heard, call.tell.call, call.began, call.tell.agent, self._book)
            call.picture, call.duties, call.fresh = judged.picture, judged.duties, False
            call.finals = len(heard.segments)
            call.next_judging = time.monotonic() + (time.monotonic() - now) / JUDGING_SHARE
        times = moments(heard, call.began)
        return Seen(uniqueid, call.picture | times, call.ears.trouble, call.ears.over, call.duties)
