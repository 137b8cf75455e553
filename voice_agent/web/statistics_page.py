"""统计: compliance, coverage, waiting, faults, and how often reviewers agree with the machine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from tempfile import TemporaryFile
from typing import IO, cast, get_args
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from voice_agent.reporting.exports import csv_lines, xlsx_pieces
from voice_agent.reporting.tables import Sheet, calls_sheet, findings_sheet, statistics_sheets
from voice_agent.store import CallFilter, statistics
from voice_agent.store.breakdown import Breakdown
from voice_agent.store.precision import precision
from voice_agent.web import statistics_view as view
from voice_agent.web.call_lists import choices, read_filter
from voice_agent.web.periods import address, with_period
from voice_agent.web.visit import Page, Visit

_BY: tuple[tuple[Breakdown, str], ...] = (
    ("day", "按日"), ("week", "按周"), ("month", "按月"), ("clerk", "按坐席"), ("unit", "按单位"), ("window", "按窗口"), ("hour", "按时段"),
)  # fmt: skip
#: Monitored calls that a clerk needs to stand in the ranking, unless the address says otherwise.
LEAST = 5
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def chosen_period(visit: Visit) -> CallFilter:
    """The filter in the address, over the usual period when it names none. Raises StoreError."""
    return with_period(read_filter(visit), visit.store.timezone)


def _breakdown(visit: Visit) -> Breakdown:
    asked = visit.query.get("by", "day")
    return cast(Breakdown, asked) if asked in get_args(Breakdown) and asked != "total" else "day"


def _least(visit: Visit) -> int:
    text = visit.query.get("least", "")
    return min(int(text), 10_000) if text.isascii() and text.isdigit() else LEAST


def show_statistics(visit: Visit) -> Response:
    """The whole page. Raises StoreError when a filter makes no sense."""
    chosen, by, least, store = chosen_period(visit), _breakdown(visit), _least(visit), visit.store
    now, before = statistics.against_previous(store, chosen)
    params = {**chosen.as_params(), "least": str(least) if least != LEAST else ""}
    rules = statistics.rule_lines(store, chosen)
    here = address("/statistics", params, by=by)
    return visit.show(
        "statistics.html", chosen=chosen, by=by, least=least, now_counts=now, choices=choices(store, visit.user),
        figures=view.figures(chosen, now, before), causes=view.causes(chosen, now),
        lines=view.lines(chosen, by, statistics.call_lines(store, chosen, by), least),
        hours=view.lines(chosen, "hour", statistics.call_lines(store, chosen, "hour"), 0),
        rules=view.rules(chosen, rules),
        faults=list(view.faults(chosen, statistics.statuses_of(rules))), precision=precision(store, chosen),
        views=[(name, text, address("/statistics", params, by=name)) for name, text in _BY],
        files=[(kind.upper(), here.replace("/statistics", f"/statistics.{kind}", 1)) for kind in ("xlsx", "csv")],
    )  # fmt: skip


def statistics_file(visit: Visit) -> Response:
    """The figures as XLSX (both tables) or CSV (the table of rules), with the same filters."""
    sheets = statistics_sheets(visit.store, chosen_period(visit), _breakdown(visit))
    return _download(visit, sheets, "统计")


def calls_file(visit: Visit) -> Response:
    """The listed calls as XLSX (with their findings) or CSV, with the same filters; numbers masked."""
    chosen = read_filter(visit)
    return _download(visit, [calls_sheet(visit.store, chosen), findings_sheet(visit.store, chosen)], "通话")


def _download(visit: Visit, sheets: list[Sheet], name: str) -> Response:
    kind = visit.request.path_params["kind"]
    if kind not in ("csv", "xlsx"):
        raise HTTPException(404)
    visit.note("export", visit.request.url.path, str(visit.request.url.query)[:500])
    pieces = csv_lines(sheets[0]) if kind == "csv" else xlsx_pieces(sheets)
    media = "text/csv; charset=utf-8" if kind == "csv" else XLSX
    return attachment(pieces, f"{name}.{kind}", media)


class Attachment(StreamingResponse):
    """A file that is closed however the answer ends: a browser may go away in the middle."""

    def __init__(self, file: IO[bytes], name: str, media: str) -> None:
        super().__init__(iter(partial(file.read, 65_536), b""), media_type=media, headers=_as_file(name))
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file."""
        with self._file:
            await super().__call__(scope, receive, send)


def attachment(pieces: Iterator[bytes], name: str, media: str) -> Response:
    """A download, written out here in the thread that owns the store, before the first byte leaves."""
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    for piece in pieces:
        file.write(piece)
    file.seek(0)
    return Attachment(file, name, media)


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


PAGES = (
    Page("statistics", "GET", "/statistics", show_statistics),
    Page("statistics_file", "GET", "/statistics.{kind}", statistics_file),
    Page("calls_file", "GET", "/calls.{kind}", calls_file),
)
