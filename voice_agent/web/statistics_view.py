"""The figures of a period as the statistics page shows them: each with the calls behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from voice_agent.labels import RULE_NAMES, STATUS_NAMES
from voice_agent.store import CallFilter
from voice_agent.store.breakdown import Breakdown
from voice_agent.store.figures import CallCounts, CallLine, RuleLine
from voice_agent.store.statistics import StatusLine
from voice_agent.web.periods import calls_link, narrowed
from voice_agent.web.words import percent, points

FAULT_STATUSES = "missing,late,mismatch,violated"
#: What a unit, a clerk or a window is called when the telephone side did not tell.
UNKNOWN = "（不详）"


@dataclass(frozen=True)
class FigureView:
    """A large figure: its value, what it was in the period before, whether more is better, where its calls are."""

    name: str
    value: str
    remark: str
    trend: str
    direction: str
    link: str


@dataclass(frozen=True)
class LineView:
    """A line of a breakdown. ``few``: too few calls to be ranked."""

    label: str
    counts: CallCounts
    link: str
    few: bool


def figures(chosen: CallFilter, now: CallCounts, before: CallCounts | None) -> list[FigureView]:
    """The figures on top of the page."""
    decided = now.compliant + now.non_compliant
    was = before or CallCounts()
    link = calls_link
    return [
        FigureView("合格率", percent(now.compliance), f"{now.compliant} / {decided} 通", *_trend(now.compliance, was.compliance, 100), link(chosen, verdict="non_compliant")),
        FigureView("平均得分", points(now.mean_score), f"{now.scored} 通", *_trend(now.mean_score, was.mean_score, 1), link(chosen, sort="score", order="asc")),
        FigureView("监测覆盖率", percent(now.coverage), f"未监测 {now.not_monitored} 通", *_trend(now.coverage, was.coverage, 100), link(chosen, coverage="not_monitored")),
        FigureView("接通率", percent(now.connect_rate), f"未接听 {now.unanswered} / {now.calls} 通", *_trend(now.connect_rate, was.connect_rate, 100), link(chosen, coverage="unanswered")),
        FigureView("平均振铃", "–" if now.mean_ring is None else f"{now.mean_ring:.1f} 秒", f"超过 15 秒接听 {now.late_answers} 通", *_trend(now.mean_ring, was.mean_ring, 1, less=True), link(chosen, sort="ring_seconds", order="desc")),
        FigureView("须人工听", str(now.needs_review), "无法判定的通话", "", "", link(chosen, verdict="needs_review")),
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
    """The lines of a breakdown; clerks, units and windows are ranked by compliance, those with too few calls come last."""
    views = [
        LineView(
            line.label if line.label == line.key else f"{line.label} {line.key}", line.counts,
            calls_link(narrowed(chosen, by, line.key)), line.counts.monitored < least,
        )
        if line.key else LineView(UNKNOWN, line.counts, "", True)
        for line in found
    ]  # fmt: skip
    if by not in ("clerk", "unit", "window"):
        return views
    return sorted(views, key=lambda line: (line.few, -(line.counts.compliance or 0.0), -line.counts.monitored))


@dataclass(frozen=True)
class RuleView:
    """How one rule was kept, with the calls in which it was not."""

    name: str
    line: RuleLine
    link: str


def rules(chosen: CallFilter, found: Sequence[RuleLine]) -> list[RuleView]:
    """The rules in the order of rules.md."""
    return [
        RuleView(RULE_NAMES[line.rule], line, calls_link(replace(chosen, rule=line.rule), status=FAULT_STATUSES))
        for line in found
    ]


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
    return [(words, getattr(now, cause), calls_link(replace(chosen, cause=cause))) for cause, words in named]
