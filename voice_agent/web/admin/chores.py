"""Work that takes minutes, beside the pages: one chore at a time in a thread of its own, with progress, and it can be stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from voice_agent.errors import StoreError, VoiceAgentError

log = logging.getLogger(__name__)
#: What a chore calls with how much is done, and of how much.
Told = Callable[[int, int], None]
Work = Callable[[Told, threading.Event], None]


@dataclass
class Chore:
    """One piece of work: ``name`` such as ``backtest 3``; ``done`` of ``total``; ``message`` says in Chinese what went wrong."""

    name: str
    done: int = 0
    total: int = 0
    state: Literal["running", "done", "stopped", "failed"] = "running"
    message: str = ""
    begun: float = field(default_factory=time.time)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def percent(self) -> int:
        """How far it is; never quite done before it is."""
        return 100 if self.state == "done" else min(99, self.done * 100 // max(1, self.total))


class Chores:
    """The chores of a running site; the latest of each name is remembered."""

    def __init__(self) -> None:
        self._all: dict[str, Chore] = {}
        self._lock = threading.Lock()

    def start(self, name: str, work: Work) -> Chore:
        """Begin. Raises StoreError while another chore runs."""
        with self._lock:
            running = next((one for one in self._all.values() if one.state == "running"), None)
            if running is not None:
                raise StoreError("另一项回测或学习正在进行，请等它完成，或先停止它")
            chore = self._all[name] = Chore(name)
        threading.Thread(target=self._run, args=(chore, work), name=name, daemon=True).start()
        return chore

    def of(self, name: str) -> Chore | None:
        """The latest chore of this name."""
        return self._all.get(name)

    def stop(self, name: str) -> None:
        """Ask it to stop; what was done until then is kept."""
        if (chore := self._all.get(name)) is not None:
            chore.stop.set()

    def close(self) -> None:
        """The server is stopping."""
        for chore in self._all.values():
            chore.stop.set()

    def _run(self, chore: Chore, work: Work) -> None:
        def told(done: int, total: int) -> None:
            chore.done, chore.total = done, total

        try:
            work(told, chore.stop)
            chore.state = "stopped" if chore.stop.is_set() else "done"
        except VoiceAgentError as error:
            chore.state, chore.message = "failed", str(error)
        except Exception:
            log.exception("%s failed", chore.name)
            chore.state, chore.message = "failed", "程序出错，已记入日志。请联系管理员。"
