"""The figures of a period as the statistics page shows them: each with the calls behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from voice_agent.labels import RULE_NAMES, STATUS_NAMES
from voice_agent.store import CallFilter
from voice_agent.store.statistics.breakdown import Breakdown
from voice_agent.store.statistics.figures import CallCounts, CallLine, RuleLine
from voice_agent.store.statistics.statistics import StatusLine
from voice_agent.store.statistics.tree_figures import BranchLine
from voice_agent.web.figures.periods import address, calls_link, narrowed
from voice_agent.web.words import percent, points

FAULT_STATUSES = "missing,late,mismatch,violated"
#: What a unit, a clerk or a window is called when the telephone side did not tell.
UNKNOWN = "（不详）"


#: The norm for answering (GB/T 33358-2016), seconds; and how many lines a chart can name.
LATE_ANSWER, MOST_BARS = 15.0, 20
Linked = tuple[str, int, str]


@dataclass(frozen=True)
class FigureView:
    """A large figure: its value, what it was in the period before, whether more is better, and ``parts``: the counts that it is
    made of (words, number, address of exactly these calls)."""

    name: str
    value: str
    parts: tuple[Linked, ...]
    trend: str
    direction: str


@dataclass(frozen=True)
class LineView:
    """A line of a breakdown. ``few``: too few calls to be ranked. ``drawn``: it stands in the chart. ``deeper``: its own lines."""

    label: str
    counts: CallCounts
    link: str
    few: bool
    drawn: bool = True
    deeper: str = ""


def counted_as(chosen: CallFilter) -> CallFilter:
    """The filter for lists that show what these statistics count: a call counts for its first clerk."""
    return replace(chosen, first=True) if chosen.clerk is not None else chosen


def figures(chosen: CallFilter, now: CallCounts, before: CallCounts | None) -> list[FigureView]:
    """The figures on top of the page."""
    was = before or CallCounts()

    def part(words: str, number: int, **more: str) -> Linked:
        return words, number, calls_link(counted_as(chosen), **more)

    ring = "–" if now.mean_ring is None else f"{now.mean_ring:.1f} 秒"
    return [
        FigureView("合格率", percent(now.compliance), (part("合格", now.compliant, verdict="compliant"), part("不合格", now.non_compliant, verdict="non_compliant")), *_trend(now.compliance, was.compliance, 100)),
        FigureView("平均得分", points(now.mean_score), (part("有得分的", now.scored, score_min="0", sort="score", order="asc"),), *_trend(now.mean_score, was.mean_score, 1)),
        FigureView("监测覆盖率", percent(now.coverage), (part("已监测", now.monitored, coverage="monitored"), part("未监测", now.not_monitored, coverage="not_monitored")), *_trend(now.coverage, was.coverage, 100)),
        FigureView("接通率", percent(now.connect_rate), (part("来电", now.calls), part("未接听", now.unanswered, coverage="unanswered")), *_trend(now.connect_rate, was.connect_rate, 100)),
        FigureView("平均振铃", ring, (part("超过 15 秒接听", now.late_answers, ring_over=f"{LATE_ANSWER:g}"),), *_trend(now.mean_ring, was.mean_ring, 1, less=True)),
        FigureView("须人工听", str(now.needs_review), (part("无法判定", now.needs_review, verdict="needs_review"), part("等待复核", now.flagged, review="waiting")), "", ""),
    ]  # fmt: skip


def _trend(now: float | None, before: float | None, scale: float, *, less: bool = False) -> tuple[str, str]:
    """``("↑ 2.1", "up")``: against the period before; "up" means better."""
    if now is None or before is None:
        return "上期无数据", ""
    change = round((now - before) * scale, 1)
    if not change:
        return "与上期持平", ""
    return f"比上期{'升' if change > 0 else '降'} {abs(change):g}", "up" if (change > 0) != less else "down"


def lines(chosen: CallFilter, by: Breakdown, found: Sequence[CallLine], least: int) -> list[LineView]:
    """The lines of a breakdown; clerks, units and windows are ranked by compliance, those with too few calls come last.

    A chart of hundreds of bars says nothing: it shows the lowest of those that are ranked.
    """
    views = [_line(chosen, by, line, least) for line in found]
    if by not in ("clerk", "unit", "window"):
        return views
    views.sort(key=lambda line: (line.few, -(line.counts.compliance or 0.0), -line.counts.monitored))
    ranked = sum(not line.few for line in views)
    return [replace(line, drawn=ranked - MOST_BARS <= place < ranked) for place, line in enumerate(views)]


def branches(chosen: CallFilter, found: Sequence[BranchLine], least: int, asked: str) -> list[LineView]:
    """The children of a node as ranked lines; a node leads on to its own children."""
    views = []
    for line in found:
        narrow = replace(chosen, node=line.node) if line.node else replace(chosen, unit=line.unit)
        deeper = address("/statistics", {**narrow.as_params(), "least": asked}, by="node") if line.node else ""
        link = calls_link(counted_as(narrow)) if line.node or line.unit else ""
        views.append(LineView(line.label, line.counts, link, line.counts.monitored < least, deeper=deeper))
    return sorted(views, key=lambda line: (line.few, -(line.counts.compliance or 0.0), -line.counts.monitored))


def _line(chosen: CallFilter, by: Breakdown, line: CallLine, least: int) -> LineView:
    if not line.key:
        return LineView(f"{line.unit}{UNKNOWN}", line.counts, "", True)
    label = f"{line.label} {line.key}" if by == "clerk" and line.label != line.key else line.label
    link = calls_link(counted_as(narrowed(chosen, by, line.key, line.unit)))
    return LineView(label, line.counts, link, line.counts.monitored < least)


@dataclass(frozen=True)
class RuleView:
    """How one rule was kept; ``link`` lists its calls when a status is added (``&status=``)."""

    name: str
    line: RuleLine
    link: str


def rules(chosen: CallFilter, found: Sequence[RuleLine]) -> list[RuleView]:
    """The rules in the order of rules.md."""
    return [RuleView(RULE_NAMES[line.rule], line, calls_link(replace(chosen, rule=line.rule))) for line in found]


def faults(chosen: CallFilter, found: Sequence[StatusLine], most: int = 10) -> Iterator[tuple[str, int, str]]:
    """The most frequent faults: words, number of calls, where they are."""
    bad = [line for line in found if line.status in FAULT_STATUSES.split(",")]
    for line in sorted(bad, key=lambda line: -line.calls)[:most]:
        words = f"{RULE_NAMES[line.rule]}·{STATUS_NAMES[line.status]}"
        yield words, line.calls, calls_link(replace(chosen, rule=line.rule), status=line.status)


def causes(chosen: CallFilter, now: CallCounts) -> list[tuple[str, int, str]]:
    """Why calls were not monitored: words, number, where they are."""
    named = (
        ("gap", "监测中断"),
        ("no_recording", "没有录音"),
        ("bad_recording", "录音不可用"),
        ("failure", "处理失败"),
    )
    return [
        (words, getattr(now, cause), calls_link(replace(counted_as(chosen), cause=cause))) for cause, words in named
    ]
