"""Exports that take longer than a page: made beside the pages, in a thread of their own, and kept until they are fetched."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Any, Literal

from starlette.exceptions import HTTPException

from voice_agent.config import Config
from voice_agent.errors import StoreError, VoiceAgentError
from voice_agent.reporting.exports import csv_lines, xlsx_pieces
from voice_agent.reporting.tables import Sheet, calls_sheet, findings_sheet
from voice_agent.reporting.workbook import Told
from voice_agent.store import CallFilter, Store

log = logging.getLogger(__name__)
#: Seconds that a finished file waits to be fetched, and how many exports are kept at once.
KEEP, MOST = 900.0, 8


class Stopped(Exception):
    """The server is stopping; nobody will fetch the file."""


@dataclass
class Export:
    """One export: ``rows`` of about ``expected`` are written. It belongs to ``user``, and nobody else may look at it."""

    user: int
    kind: str
    chosen: CallFilter
    expected: int
    name: str
    rows: int = 0
    state: Literal["running", "ready", "failed"] = "running"
    message: str = ""
    file: IO[bytes] | None = None
    begun: float = field(default_factory=time.time)
    dropped: bool = False

    @property
    def percent(self) -> int:
        """How far it is; never quite done before it is."""
        return 100 if self.state == "ready" else min(99, self.rows * 100 // max(1, self.expected))


class Exports:
    """All exports of a running site. One is made at a time, in a thread with a store of its own."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="export")
        self._all: dict[str, Export] = {}
        self._stopping = False

    def start(self, export: Export) -> str:
        """Begin; returns the name to ask for it by. Raises StoreError when too many wait."""
        self._sweep()
        if len(self._all) >= MOST:
            raise StoreError("同时进行的导出太多，请等前面的完成后再试")
        token = secrets.token_urlsafe(16)
        self._all[token] = export
        self._pool.submit(self._make, export)
        return token

    def of(self, user: int, token: str) -> Export:
        """An export of this person. Raises HTTPException 404."""
        found = self._all.get(token)
        if found is None or found.user != user:
            raise HTTPException(404)
        return found

    def take(self, user: int, token: str) -> Export:
        """An export that is ready; it can be taken once. Raises HTTPException 404."""
        found = self.of(user, token)
        if found.file is None:
            raise HTTPException(404)
        return self._all.pop(token)

    def drop(self) -> None:
        """Drop every file that waits to be fetched; what is being made fails, because nobody may have it any more."""
        for token, export in list(self._all.items()):
            self._all.pop(token, None)
            export.dropped = True
            if export.file:
                export.file.close()

    def close(self) -> None:
        """Stop what is running and drop all files."""
        self._stopping = True
        self._pool.shutdown(cancel_futures=True)
        for export in self._all.values():
            if export.file:
                export.file.close()

    def _sweep(self) -> None:
        for token, export in list(self._all.items()):
            if export.state != "running" and time.time() - export.begun > KEEP:
                del self._all[token]
                if export.file:
                    export.file.close()

    def _make(self, export: Export) -> None:
        try:
            self._write(export)
        except Stopped:
            return
        except VoiceAgentError as error:
            export.state, export.message = "failed", str(error)
        except Exception:
            log.exception("an export failed")
            export.state, export.message = "failed", "导出出错，已记入日志。请联系管理员。"

    def _write(self, export: Export) -> None:
        def told(rows: int) -> None:
            if self._stopping or export.dropped:
                raise Stopped
            export.rows = rows

        place = self._config.store
        with ExitStack() as until_done:
            file = until_done.enter_context(TemporaryFile())
            with Store.open(place.path, timezone=place.timezone, create=False) as store:
                for piece in pieces_of(store, export.chosen, export.kind, told):
                    file.write(piece)
            file.seek(0)
            export.file, export.state = file, "ready"
            # From now on whoever fetches it closes it.
            until_done.pop_all()


def pieces_of(store: Store, chosen: CallFilter, kind: str, told: Told = lambda _: None) -> Iterator[bytes]:
    """The chosen calls as XLSX (with their findings) or CSV; numbers masked. Raises StoreError."""
    if kind == "csv":
        sheet = calls_sheet(store, chosen)
        return csv_lines(Sheet(sheet.title, sheet.headings, _counting(sheet.rows, told)))
    return xlsx_pieces([calls_sheet(store, chosen), findings_sheet(store, chosen)], told=told)


def _counting(rows: Any, told: Told) -> Iterator[Any]:
    for number, row in enumerate(rows, 1):
        if number % 500 == 0:
            told(number)
        yield row
