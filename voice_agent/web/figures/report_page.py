"""月报: the monthly report of a unit as a Word document."""

from __future__ import annotations

from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.reporting.monthly import gather, write_report
from voice_agent.store import CallFilter
from voice_agent.store.people.tree import scope
from voice_agent.web.doors.ownership import within
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures.downloads import attachment
from voice_agent.web.figures.periods import month_of
from voice_agent.web.queue.call_lists import choices

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _unit(visit: Visit) -> str:
    """The unit asked for; somebody who belongs to one gets no other. Raises HTTPException 404 for one outside one's part."""
    asked = visit.user.unit or visit.query.get("unit", "")[:64]
    seen = scope(visit.store, visit.user)
    if asked and seen is not None and asked not in seen:
        raise HTTPException(404)
    return asked


def _node(visit: Visit) -> str:
    """The node asked for, '' for everything; within one's part of the hierarchy."""
    return within(visit, CallFilter(node=visit.query.get("node", "")[:32] or None)).node or ""


def show_report(visit: Visit) -> Response:
    """The report on the screen, to look at before it is taken away."""
    first, last = month_of(visit.query.get("month", ""), visit.store.timezone)
    report = gather(visit.store, _unit(visit), first, last, node=_node(visit))
    return visit.show(
        "report.html", report=report, month=f"{first:%Y-%m}", choices=choices(visit.store, visit.user), unit=_unit(visit),
        node=visit.query.get("node", ""),
    )  # fmt: skip


def report_file(visit: Visit) -> Response:
    """The report as Word."""
    first, last = month_of(visit.query.get("month", ""), visit.store.timezone)
    unit = _unit(visit)
    report = gather(visit.store, unit, first, last, node=_node(visit))
    visit.note("report", unit or _node(visit) or "all", f"{first:%Y-%m}")
    document = write_report(report, made_at=datetime.now(visit.store.timezone))
    return attachment(iter([document]), f"{report.title}{first:%Y-%m}总结材料.docx", WORD)


PAGES = (
    Page("report", "GET", "/report", show_report),
    Page("report_file", "GET", "/report.docx", report_file),
)
