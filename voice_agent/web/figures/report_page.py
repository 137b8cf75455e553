"""报告: the official report of a node or unit for a month, quarter, year or any days, on the page as in the Word file."""

from __future__ import annotations

from datetime import date, datetime

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.reporting.blocks import Official
from voice_agent.reporting.material import Place, gather, place_of
from voice_agent.reporting.sections import compose
from voice_agent.reporting.word import write_word
from voice_agent.store import CallFilter
from voice_agent.store.people.tree import scope
from voice_agent.store.statistics.spans import Span, days, over, span_of
from voice_agent.web.doors.ownership import fetched, within
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures.downloads import attachment
from voice_agent.web.figures.periods import offered_spans
from voice_agent.web.queue.call_lists import place_choices

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _place(visit: Visit) -> Place:
    """The place asked for, within one's part of the hierarchy. Raises HTTPException 404 for one outside."""
    unit = visit.user.unit or visit.query.get("unit", "")[:64]
    seen = scope(visit.store, visit.user)
    if unit and seen is not None and unit not in seen:
        raise HTTPException(404)
    node = within(visit, CallFilter(node=visit.query.get("node", "")[:32] or None)).node or ""
    return fetched(lambda: place_of(visit.store, node="" if unit else node, unit=unit))


def _span(visit: Visit) -> Span:
    """Days where both are given, else the period, else last month. Raises StoreError."""
    given = CallFilter.from_params({name: visit.query.get(name, "") for name in ("since", "until")})
    if given.since and given.until:
        return days(given.since, given.until)
    if given.since or given.until:
        raise StoreError("请把起始日期和截止日期都填上")
    key = visit.query.get("period", "") or visit.query.get("month", "")
    return span_of(key) if key else next(over("month", _today(visit)))


def _today(visit: Visit) -> date:
    return datetime.now(visit.store.timezone).date()


def _official(visit: Visit, place: Place, span: Span) -> Official:
    material = gather(visit.store, visit.site.book, place, span, today=_today(visit))
    return compose(material, issuer=visit.site.config.reports.issuer)


def show_report(visit: Visit) -> Response:
    """The report on the screen, to look at before it is taken away."""
    place, span = _place(visit), _span(visit)
    offered = offered_spans(_today(visit), None if span.kind == "days" else span)
    return visit.show(
        "report.html", official=_official(visit, place, span), span=span, place=place, offered=offered,
        listed=span.key in dict(offered), choices=place_choices(visit.store, visit.user),
    )  # fmt: skip


def report_file(visit: Visit) -> Response:
    """The report as Word."""
    place, span = _place(visit), _span(visit)
    visit.note("report", place.key, span.key)
    official = _official(visit, place, span)
    return attachment(iter([write_word(official)]), f"{official.title}.docx", WORD)


PAGES = (
    Page("report", "GET", "/report", show_report),
    Page("report_file", "GET", "/report.docx", report_file),
)
