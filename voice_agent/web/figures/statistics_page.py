"""统计: compliance, coverage, waiting, faults, and how often reviewers agree with the machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.reporting.completeness import incomplete
from voice_agent.reporting.exports import csv_lines, xlsx_pieces
from voice_agent.reporting.tables import statistics_sheets
from voice_agent.store import CallFilter
from voice_agent.store.calls.delivery import manners
from voice_agent.store.people.tree import list_nodes
from voice_agent.store.people.views import list_views
from voice_agent.store.statistics import statistics
from voice_agent.store.statistics.breakdown import Breakdown
from voice_agent.store.statistics.health import shortfall
from voice_agent.store.statistics.precision import precision
from voice_agent.store.statistics.rating_figures import rating_lines
from voice_agent.store.statistics.tree_figures import branch_lines, way_to
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures import statistics_view as view
from voice_agent.web.figures.downloads import CSV, XLSX, attachment, named
from voice_agent.web.figures.exports import pieces_of
from voice_agent.web.figures.periods import address, calls_link, told, with_period
from voice_agent.web.queue.call_lists import choices, read_filter

_BY: tuple[tuple[str, str], ...] = (
    ("node", "按层级"), ("day", "按日"), ("week", "按周"), ("month", "按月"), ("clerk", "按坐席"), ("unit", "按单位"), ("window", "按窗口"), ("hour", "按时段"),
)  # fmt: skip
#: Monitored calls that a clerk needs to stand in the ranking, unless the address says otherwise.
LEAST = 5
#: Days that are shown day by day unless the address says so: a quarter.
MOST_DAYS = 93


def chosen_period(visit: Visit) -> CallFilter:
    """The filter in the address, over the usual period when it names none. Raises StoreError."""
    return with_period(read_filter(visit), visit.store.timezone)


def _by(visit: Visit, chosen: CallFilter) -> str:
    """The breakdown in the address; ``node`` goes down the hierarchy."""
    if visit.query.get("by") == "node" and list_nodes(visit.store):
        return "node"
    return "month" if "by" not in visit.query and _is_long(chosen) else _breakdown(visit)


def _is_long(chosen: CallFilter) -> bool:
    """More days than a chart of days can show: then months are."""
    return chosen.since is None or chosen.until is None or (chosen.until - chosen.since).days >= MOST_DAYS


def _lines(visit: Visit, chosen: CallFilter, by: str, least: int) -> list[view.LineView]:
    if by != "node":
        return view.lines(
            chosen, cast(Breakdown, by), statistics.call_lines(visit.store, chosen, cast(Breakdown, by)), least
        )
    return view.branches(
        chosen, branch_lines(visit.store, chosen, chosen.node or ""), least, str(visit.query.get("least", ""))
    )


def _breakdown(visit: Visit) -> Breakdown:
    asked = visit.query.get("by", "day")
    return cast(Breakdown, asked) if asked in get_args(Breakdown) and asked != "total" else "day"


def _least(visit: Visit) -> int:
    text = visit.query.get("least", "")
    return min(int(text), 10_000) if text.isascii() and text.isdigit() and len(text) < 9 else LEAST


def show_statistics(visit: Visit) -> Response:
    """The whole page. Raises StoreError when a filter makes no sense."""
    chosen, least, store = chosen_period(visit), _least(visit), visit.store
    by = _by(visit, chosen)
    now, before = statistics.against_previous(store, chosen)
    params = {**chosen.as_params(), "least": str(least) if least != LEAST else ""}
    rules = statistics.rule_lines(store, chosen)
    here = address("/statistics", params, by=by)
    lacks = shortfall(store, now, chosen.since, chosen.until)
    return visit.show(
        "statistics.html", incomplete=incomplete(lacks, store.timezone), chosen=chosen, by=by, least=least, now_counts=now, choices=choices(store, visit.user),
        figures=view.figures(chosen, now, before), causes=view.causes(chosen, now),
        lines=_lines(visit, chosen, by, least), crumbs=_crumbs(visit, chosen) if by == "node" else [],
        manners=manners(store, chosen) if by == "clerk" else [],
        hours=view.lines(chosen, "hour", statistics.call_lines(store, chosen, "hour"), 0),
        rules=view.rules(chosen, rules),
        faults=list(view.faults(chosen, statistics.statuses_of(rules))), precision=precision(store, chosen),
        rated=rating_lines(store, chosen, "total"), ratings_link=address("/ratings", chosen.as_params()), rated_link=calls_link(chosen),
        saved_views=list_views(store, visit.user.id, "statistics"), kept_query=here.partition("?")[2],
        views=[(name, text, address("/statistics", params, by=name)) for name, text in _BY if name != "node" or list_nodes(store)],
        files=[(kind.upper(), here.replace("/statistics", f"/statistics.{kind}", 1)) for kind in ("xlsx", "csv")],
    )  # fmt: skip


def _crumbs(visit: Visit, chosen: CallFilter) -> list[tuple[str, str]]:
    """The way from the top of what this person sees down to here: words and addresses."""
    params, way = {**chosen.as_params(), "node": ""}, way_to(visit.store, chosen.node or "")
    top = [] if visit.user.node else [("全部", address("/statistics", params, by="node"))]
    seen = {node.code for node in list_nodes(visit.store, under=visit.user.node)}
    return top + [
        (node.name, address("/statistics", params, node=node.code, by="node")) for node in way if node.code in seen
    ]


def statistics_file(visit: Visit) -> Response:
    """The figures as XLSX (both tables) or CSV (the table of rules), with the same filters."""
    chosen, kind = chosen_period(visit), _kind(visit)
    by = "unit" if visit.query.get("by") == "node" else _breakdown(visit)
    sheets = statistics_sheets(visit.store, chosen, by)
    pieces = csv_lines(sheets[0]) if kind == "csv" else xlsx_pieces(sheets)
    return _download(visit, pieces, named("统计", chosen, kind))


def calls_file(visit: Visit) -> Response:
    """The listed calls as XLSX (with their findings) or CSV, with the same filters; numbers masked."""
    chosen, kind = read_filter(visit), _kind(visit)
    return _download(visit, pieces_of(visit.store, chosen, kind), named("通话", chosen, kind))


def _kind(visit: Visit) -> str:
    """The kind of file that the address names. Raises HTTPException 404."""
    kind = str(visit.request.path_params["kind"])
    if kind not in ("csv", "xlsx"):
        raise HTTPException(404)
    return kind


def _download(visit: Visit, pieces: Iterator[bytes], name: str) -> Response:
    visit.note("export", visit.request.url.path, told(visit.query))
    return attachment(pieces, name, CSV if name.endswith(".csv") else XLSX)


PAGES = (
    Page("statistics", "GET", "/statistics", show_statistics),
    Page("statistics_file", "GET", "/statistics.{kind}", statistics_file),
    Page("calls_file", "GET", "/calls.{kind}", calls_file),
)
