"""月报: the monthly report of a unit as a Word document."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from voice_agent.reporting.monthly import gather, write_report
from voice_agent.store.directory import list_units
from voice_agent.web.downloads import attachment
from voice_agent.web.periods import month_of
from voice_agent.web.visit import Page, Visit

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _unit(visit: Visit) -> str:
    """The unit asked for; somebody who belongs to one gets no other."""
    return visit.user.unit or visit.query.get("unit", "")[:64]


def show_report(visit: Visit) -> Response:
    """The report on the screen, to look at before it is taken away."""
    first, last = month_of(visit.query.get("month", ""), visit.store.timezone)
    report = gather(visit.store, _unit(visit), first, last)
    units = [(unit.name, unit.name) for unit in list_units(visit.store)]
    return visit.show("report.html", report=report, month=f"{first:%Y-%m}", units=units, unit=_unit(visit))


def report_file(visit: Visit) -> Response:
    """The report as Word."""
    first, last = month_of(visit.query.get("month", ""), visit.store.timezone)
    unit = _unit(visit)
    visit.note("report", unit or "all", f"{first:%Y-%m}")
    document = write_report(gather(visit.store, unit, first, last), made_at=datetime.now(visit.store.timezone))
    return attachment(iter([document]), f"{unit or '全部单位'}{first:%Y-%m}总结材料.docx", WORD)


PAGES = (
    Page("report", "GET", "/report", show_report),
    Page("report_file", "GET", "/report.docx", report_file),
)
