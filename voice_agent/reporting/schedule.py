"""Reports that are written to a folder by themselves: which are due, and writing them whole or not at all."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from phrasebook.model import PhraseBook
from voice_agent.config import Config, ReportsConfig
from voice_agent.errors import ConfigError, StoreError
from voice_agent.reporting.material import Place, gather, place_of, places_under
from voice_agent.reporting.sections import compose
from voice_agent.reporting.word import write_word
from voice_agent.store import Store
from voice_agent.store.failures import explain_file
from voice_agent.store.people.audit import log_act
from voice_agent.store.statistics.reports_made import made, note_made
from voice_agent.store.statistics.spans import Kind, Span, over

log = logging.getLogger(__name__)
#: Seconds between two looks at the calendar.
_OFTEN = 3600.0
#: Characters of a file's name: a file system takes 255 bytes, three for each.
_LONGEST_NAME = 78


@dataclass(frozen=True)
class Due:
    """A report that is to be made."""

    place: Place
    span: Span


def due(store: Store, wanted: ReportsConfig, *, today: date) -> list[Due]:
    """What is to be made today, the oldest first: the last period that is over, and every one since the first that was made.

    Raises StoreError for a node that is not there.
    """
    places = places_under(store, wanted.node) if wanted.each else [place_of(store, node=wanted.node)]
    found = [
        Due(place, span)
        for kind in wanted.periods
        for place in places
        for span in _missing(store, wanted, place, kind, today)
    ]
    return sorted(found, key=lambda one: (one.span.last, one.span.first, one.place.key))  # fmt: skip


def _missing(store: Store, wanted: ReportsConfig, place: Place, kind: Kind, today: date) -> Iterator[Span]:
    known = made(store, kind).get(place.key, {})
    begin = min(known.values(), default=None)
    for span in over(kind, today):
        if span.last + timedelta(days=wanted.day) > today:
            continue
        if begin is not None and span.first < begin:
            return
        if span.key not in known:
            yield span
        if begin is None:
            return


def make_due(store: Store, book: PhraseBook, wanted: ReportsConfig, *, today: date) -> Iterator[Path]:
    """Make what is due, one after the other, and say which file each is. Raises StoreError, ConfigError without a folder."""
    if wanted.folder is None:
        raise ConfigError("没有写明报告目录：请在 voice-agent.toml 的 [reports] 里写 folder")
    for one in due(store, wanted, today=today):
        path = wanted.folder / one.span.key / file_name(one.place, one.span)
        write_report(store, book, one.place, one.span, path, today=today, issuer=wanted.issuer)
        note_made(store, one.span.kind, one.place.key, one.span.key, one.span.first, path.name)
        log_act(store, "report", one.place.key, username="定期报告", detail=f"{one.span.key} {path.name}")
        yield path


def file_name(place: Place, span: Span) -> str:
    """``甲局2026年11月热线服务质量报告.docx``; what no file may be called is replaced."""
    name = f"{place.name[:40]}{span.name}热线服务质量报告"
    safe = "".join("－" if letter in '/\\:*?"<>|' or ord(letter) < 32 else letter for letter in name).lstrip(".")
    return f"{safe[:_LONGEST_NAME]}.docx"


def write_report(
    store: Store, book: PhraseBook, place: Place, span: Span, path: Path, *, today: date, issuer: str = ""
) -> None:
    """Make one report and put it at ``path``. Raises StoreError."""
    official = compose(gather(store, book, place, span, today=today), issuer=issuer)
    write_whole(path, write_word(official))


def write_whole(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all, for its owner alone. Raises StoreError naming it."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - a mode from the first byte on
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StoreError(f"{path}：无法写入：{explain_file(error)}") from error


class ReportKeeper:
    """Looks once an hour whether a report is due, in a thread with a store of its own. Nothing starts without a folder."""

    def __init__(self, config: Config, book: PhraseBook) -> None:
        self._config, self._book = config, book
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> ReportKeeper:
        if self._config.reports.folder is not None:
            self._thread = threading.Thread(target=self._keep, name="reports", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(60)

    def _keep(self) -> None:
        while True:
            self._look()
            if self._stopping.wait(_OFTEN):
                return

    def _look(self) -> None:
        place = self._config.store
        try:
            with Store.open(place.path, timezone=place.timezone, create=False) as store:
                today = datetime.now(store.timezone).date()
                for path in make_due(store, self._book, self._config.reports, today=today):
                    log.info("report %s written", path.name)
                    if self._stopping.is_set():
                        return
        except Exception:
            log.exception("a report could not be made; trying again in an hour")
