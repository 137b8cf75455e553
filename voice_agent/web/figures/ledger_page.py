"""服务日志: a line for every call with its matter, outcome and what followed; corrected by people, exported as XLSX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.masking import mask
from voice_agent.reporting.exports import xlsx_pieces
from voice_agent.reporting.tables import Cell, Sheet, local_time, mask_number
from voice_agent.store import CallFilter
from voice_agent.store.calls.ledger import (
    OUTCOMES,
    Field,
    LedgerFilter,
    LedgerLine,
    correct,
    count_lines,
    each_line,
    list_lines,
    matters_of,
)
from voice_agent.web.doors.ownership import the_call
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures.downloads import XLSX, attachment, named
from voice_agent.web.figures.periods import address
from voice_agent.web.figures.statistics_page import chosen_period
from voice_agent.web.queue.call_lists import choices
from voice_agent.web.queue.listing import PER_PAGE, Listing, page_number

#: In an address: calls whose matter nobody knows.
UNKNOWN = "-"


def _chosen(visit: Visit) -> LedgerFilter:
    calls = chosen_period(visit)
    calls = CallFilter(calls.since, calls.until, calls.clerk, calls.unit, calls.window, node=calls.node)
    matter, outcome = visit.query.get("matter", "")[:64], visit.query.get("outcome", "")[:64]
    return LedgerFilter(calls, "" if matter == UNKNOWN else matter or None, outcome or None)


def _params(chosen: LedgerFilter) -> dict[str, str]:
    matter = UNKNOWN if chosen.matter == "" else chosen.matter or ""
    return {
        name: value
        for name, value in {**chosen.calls.as_params(), "matter": matter, "outcome": chosen.outcome or ""}.items()
        if value
    }


def show_ledger(visit: Visit) -> Response:
    """The lines with filters, and how often each matter was asked about. Raises StoreError."""
    chosen, page = _chosen(visit), page_number(visit.query.get("page"))
    lines = list_lines(visit.store, chosen, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    listing = Listing("/ledger", _params(chosen), "", False, page, count_lines(visit.store, chosen), "", False)
    counted = matters_of(visit.store, replace(chosen, matter=None))
    everything = _params(replace(chosen, matter=None))
    return visit.show(
        "ledger.html", chosen=chosen, lines=lines, listing=listing, choices=choices(visit.store, visit.user), outcomes=OUTCOMES,
        matters=sorted({one.name for one in visit.site.book.matters.values()} | {name for name, _ in counted if name}),
        counted=[(name, number, address("/ledger", everything, matter=name or UNKNOWN)) for name, number in counted],
        file=address("/ledger.xlsx", _params(chosen)), here_again=address("/ledger", _params(chosen)), unknown=UNKNOWN,
    )  # fmt: skip


def change(visit: Visit) -> Response:
    """Correct the matter or the outcome of a call that this person may see. Raises StoreError, HTTPException 404."""
    call, field = the_call(visit), visit.form.get("field", "")
    if field not in ("matter", "outcome"):
        raise StoreError("只能更正事项或办理结果")
    text = mask(visit.form.get("text", ""))
    if field == "outcome" and text not in OUTCOMES:
        raise StoreError("请选择办理结果")
    correct(visit.store, call.id, visit.user.id, cast(Field, field), text)
    visit.note("correct_ledger", f"call {call.id}", f"{field}: {text}")
    back = visit.form.get("back", "")
    return visit.go(f"{back if back.startswith('/ledger') else '/ledger'}#call-{call.id}")


def ledger_file(visit: Visit) -> Response:
    """The lines of the filter as XLSX; numbers masked."""
    chosen = _chosen(visit)
    headings = (
        "时间", "通话", "单位", "窗口", "工号", "姓名", "来电号码", "通话（秒）", "业务事项", "识别依据", "办理结果", "后续", "更正记录",
    )  # fmt: skip
    rows = (_row(visit, one) for one in each_line(visit.store, chosen))
    visit.note("export", "/ledger.xlsx", str(visit.request.url.query)[:500])
    return attachment(xlsx_pieces([Sheet("服务日志", headings, rows)]), named("服务日志", chosen.calls, "xlsx"), XLSX)


def _row(visit: Visit, one: LedgerLine) -> tuple[Cell, ...]:
    return (
        local_time(visit.store, one.started), one.call_id, one.unit, one.window, one.clerk, one.clerk_name, mask_number(one.caller_number),
        round(one.talk_seconds), one.matter or "（未识别）", one.heard, one.outcome,
        "；".join(f"{words} {number}" for words, number in one.followed.items()), "；".join(_changes(visit, one)),
    )  # fmt: skip


def _changes(visit: Visit, one: LedgerLine) -> Iterator[str]:
    for step in one.changes:
        what = "事项" if step.field == "matter" else "结果"
        yield f"{local_time(visit.store, step.at)} {step.name} 将{what}由“{step.before or '未识别'}”改为“{step.after}”"


PAGES = (
    Page("ledger", "GET", "/ledger", show_ledger),
    Page("correct_ledger", "POST", "/calls/{number:int}/ledger", change),
    Page("ledger_file", "GET", "/ledger.xlsx", ledger_file),
)
