"""导出: starting an export of the listed calls, looking how far it is, fetching the file."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from voice_agent.store import CallFilter
from voice_agent.store.calls.calls import count_calls
from voice_agent.web.doors.ownership import within
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures.downloads import CSV, XLSX, Attachment, named
from voice_agent.web.figures.exports import Export
from voice_agent.web.figures.periods import told
from voice_agent.web.queue.call_lists import given


def start(visit: Visit) -> Response:
    """Begin an export of the calls that a list shows: ``query`` is the list's own address. Raises StoreError."""
    kind = visit.form.get("kind", "")
    if kind not in ("csv", "xlsx"):
        raise HTTPException(404)
    asked = dict(parse_qsl(visit.form.get("query", "").removeprefix("?")))
    chosen = within(visit, CallFilter.from_params(given(visit, asked)))
    lines = 1 if kind == "csv" else 1 + len(visit.site.book.rules)
    expected = count_calls(visit.store, chosen) * lines
    token = visit.site.exports.start(Export(visit.user.id, kind, chosen, expected, named("通话", chosen, kind)))
    visit.note("export", f"/calls.{kind}", told(asked))
    return JSONResponse({"address": f"/exports/{token}"})


def look(visit: Visit) -> Response:
    """How far it is, as JSON."""
    found = visit.site.exports.of(visit.user.id, visit.request.path_params["token"])
    return JSONResponse({"state": found.state, "percent": found.percent, "rows": found.rows, "message": found.message})


def fetch(visit: Visit) -> Response:
    """The file."""
    found = visit.site.exports.take(visit.user.id, visit.request.path_params["token"])
    assert found.file is not None  # noqa: S101 - take gives nothing else
    return Attachment(found.file, found.name, XLSX if found.kind == "xlsx" else CSV)


PAGES = (
    Page("export_start", "POST", "/exports", start),
    Page("export_state", "GET", "/exports/{token}", look),
    Page("export_file", "GET", "/exports/{token}/file", fetch),
)
