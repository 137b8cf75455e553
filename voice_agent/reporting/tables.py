"""What is exported: a title, Chinese headings, and rows that come one by one out of the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from voice_agent.labels import RULE_NAMES, STATUS_NAMES, VERDICT_NAMES
from voice_agent.masking import mask
from voice_agent.reporting.hidden import Known
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.filters import EVERY_CALL
from voice_agent.store.statistics import statistics
from voice_agent.store.statistics.breakdown import Breakdown
from voice_agent.store.statistics.export_rows import FindingRow, each_finding
from voice_agent.values import Channel

Cell = str | int | float | None
COVERAGE_NAMES = {"pending": "待判定", "monitored": "已监测", "not_monitored": "未监测", "unanswered": "未接听"}
CAUSE_NAMES = {
    "gap": "监测中断",
    "no_recording": "没有录音",
    "bad_recording": "录音不可用",
    "failure": "处理失败",
    "": "",
}
HUNG_UP_NAMES = {"caller": "来电人", "agent": "坐席", "system": "系统", "unknown": "不详"}
BREAKDOWN_NAMES: dict[Breakdown, str] = {
    "total": "合计", "clerk": "坐席", "unit": "单位", "window": "窗口", "hour": "时段", "day": "日", "week": "周", "month": "月",
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One table: ``rows`` is read once, cell types as Python has them (None: empty)."""

    title: str
    headings: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]


def calls_sheet(store: Store, chosen: CallFilter = EVERY_CALL, *, numbers: bool = False) -> Sheet:
    """The chosen calls in order of time. Caller numbers are personal data: masked unless ``numbers``. Raises StoreError."""
    headings = (
        "通话", "开始时间", "队列", "来电号码", "工号", "姓名", "单位", "窗口", "振铃（秒）", "通话（秒）", "挂断方",
        "监测情况", "未监测原因", "结论", "得分", "不达标项", "无法判定项", "复核时间", "申诉中",
    )  # fmt: skip
    return Sheet("通话", headings, (_call(store, call, numbers) for call in calls.each_call(store, chosen)))


def findings_sheet(store: Store, chosen: CallFilter = EVERY_CALL) -> Sheet:
    """The findings in force of the chosen calls, with what was heard; a rule or status in the filter narrows the lines too.

    What people decided is what is said; what the machine had said stands apart, in the last column. Numbers in what was heard and in the reasons are masked. Raises StoreError.
    """
    headings = (
        "通话", "开始时间", "工号", "单位", "窗口", "规则", "状态", "机器判定", "是否复核", "把握", "说明", "听到的话", "起（秒）",
        "止（秒）", "对照用语", "系统原来的说明",
    )  # fmt: skip
    known = Known(store)
    return Sheet(
        "检查结果", headings, (_finding(store, each, known.of(each.call)) for each in each_finding(store, chosen))
    )


def statistics_sheets(store: Store, chosen: CallFilter = EVERY_CALL, by: Breakdown = "total") -> list[Sheet]:
    """Compliance per rule and calls with coverage, both broken down. Raises StoreError."""
    return [_rules_sheet(store, chosen, by), _coverage_sheet(store, chosen, by)]


def mask_number(number: str | None) -> str | None:
    """``13812345678`` → ``138****5678``: enough to recognise a call, not a person."""
    if not number or len(number) < 5:
        return number and "*" * len(number)
    return f"{number[:3]}{'*' * max(1, len(number) - 7)}{number[-4:] if len(number) > 7 else number[-1]}"


def local_time(store: Store, moment: float | None) -> str:
    """``2026-11-22 14:05:09`` in the store's time zone, '' for never."""
    return "" if moment is None else _local(moment, store.timezone)


@lru_cache(maxsize=1024)
def _local(moment: float, zone: ZoneInfo) -> str:
    """The findings of a call share its time."""
    return datetime.fromtimestamp(moment, zone).isoformat(" ", "seconds")[:19]


_cached = lru_cache(maxsize=8192)(mask)


def _mask(text: str, known: Sequence[str], side: Channel | None = None) -> str:
    return _cached(text, tuple(known), side)


def _call(store: Store, call: CallRow, numbers: bool) -> tuple[Cell, ...]:
    return (
        call.call_id, local_time(store, call.started), call.queue, call.caller_number if numbers else mask_number(call.caller_number),
        call.clerk, call.clerk_name, call.unit, call.window, call.ring_seconds, call.talk_seconds, HUNG_UP_NAMES[call.hung_up_by],
        COVERAGE_NAMES[call.coverage], CAUSE_NAMES.get(call.cause, call.cause), VERDICT_NAMES.get(call.verdict or "", ""),
        call.score, call.faults, call.uncertain, local_time(store, call.reviewed_at), "是" if call.objected else "",
    )  # fmt: skip


def _finding(store: Store, row: FindingRow, known: Sequence[str]) -> tuple[Cell, ...]:
    finding = row.finding
    heard = finding.evidence[0] if finding.evidence else None
    machine = STATUS_NAMES[row.machine_status] if row.machine_status else "（人工添加）"
    return (
        row.call_id, local_time(store, row.started), row.clerk, row.unit, row.window, RULE_NAMES.get(finding.rule, finding.rule),
        STATUS_NAMES[finding.status], machine, "是" if row.reviewed else "", finding.score, _mask(finding.reason, known),
        "；".join(_mask(each.text, known, each.channel) for each in finding.evidence if each.text), heard.start if heard else None, heard.end if heard else None,
        heard.phrase if heard else None, _mask(row.own_reason, known) if row.own_reason != finding.reason else "",
    )  # fmt: skip


def _rules_sheet(store: Store, chosen: CallFilter, by: Breakdown) -> Sheet:
    headings = (BREAKDOWN_NAMES[by], "名称", "规则", "达标", "不达标", "无法判定", "不适用", "可判定", "达标率")
    return Sheet("各项规则", headings, _rule_rows(store, chosen, by))


def _rule_rows(store: Store, chosen: CallFilter, by: Breakdown) -> Iterator[tuple[Cell, ...]]:
    for line in statistics.rule_lines(store, chosen, by):
        counts = line.counts
        name = RULE_NAMES.get(line.rule, line.rule)
        yield (
            line.key, line.label, name, counts.met, counts.faults, counts.uncertain, counts.not_applicable, counts.applicable,
            counts.rate,
        )  # fmt: skip


def _coverage_sheet(store: Store, chosen: CallFilter, by: Breakdown) -> Sheet:
    headings = (
        BREAKDOWN_NAMES[by], "名称", "来电", "未接听", "已监测", "未监测", "待判定", "监测中断", "没有录音", "录音不可用",
        "处理失败", "合格", "不合格", "待复核", "合格率", "平均得分", "平均振铃（秒）", "超 15 秒接听",
    )  # fmt: skip
    return Sheet("通话与监测", headings, _coverage_rows(store, replace(chosen, rule=None, status=()), by))


def _coverage_rows(store: Store, chosen: CallFilter, by: Breakdown) -> Iterator[tuple[Cell, ...]]:
    for line in statistics.call_lines(store, chosen, by):
        one = line.counts
        yield (
            line.key, line.label, one.calls, one.unanswered, one.monitored, one.not_monitored, one.pending, one.gap,
            one.no_recording, one.bad_recording, one.failure, one.compliant, one.non_compliant, one.needs_review,
            one.compliance, one.mean_score, one.mean_ring, one.late_answers,
        )  # fmt: skip
