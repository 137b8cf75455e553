"""The hearing processes from outside: started, spoken to, replaced when one dies."""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from voice_agent.live.now.process import Load, Seen, Start, Stop, Tell, work

log = logging.getLogger(__name__)


class Helper:
    """One hearing process. ``ready``: it has loaded the model; ``load``: what it last said of itself."""

    def __init__(self, model: Path, book_folder: Path | None) -> None:
        self._model, self._book_folder = model, book_folder
        self.load = Load(0, 0.0)
        self.ready = False
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs, self._model, self._book_folder), daemon=True)
        self._process.start()
        theirs.close()
        self.ready = False

    @property
    def pid(self) -> int | None:
        """The process's number."""
        return self._process.pid

    def say(self, word: Start | Tell | Stop) -> None:
        """Tell it something; a dead process is noticed by ``news``."""
        with suppress(OSError):
            self._pipe.send(word)

    def news(self) -> Iterator[Seen]:
        """What it has seen since. Raises EOFError when it died: it was started anew and knows of no call."""
        try:
            while self._pipe.poll(0):
                word = self._pipe.recv()
                if isinstance(word, Load):
                    self.load, self.ready = word, True
                else:
                    yield word
        except (EOFError, OSError):
            self._process.join(5)
            log.warning("a live hearing process ended (code %s); starting another", self._process.exitcode)
            self._start()
            raise EOFError from None

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()
        self._pipe.close()
