"""The monthly report of a unit as Word, in the form of the summary that the circular asks for (四(三) 总结材料):

figures with charts, typical faults with the places where they can be heard, and measures.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from voice_agent.labels import RULE_NAMES, STATUS_NAMES, clock
from voice_agent.masking import mask
from voice_agent.reporting.charts import rate_bars
from voice_agent.reporting.hidden import Known, hidden_finding
from voice_agent.reporting.measures import COVERAGE, EMPTY_POSTS, MEASURES
from voice_agent.store import CallFilter, Store
from voice_agent.store.people.tree import get_node
from voice_agent.store.reviews.rectifications import Item, ItemFilter, list_items
from voice_agent.store.statistics import statistics
from voice_agent.store.statistics.export_rows import FindingRow, each_finding
from voice_agent.store.statistics.figures import CallCounts, CallLine, Precision, RuleLine
from voice_agent.store.statistics.precision import precision
from voice_agent.values import FAULTS

_ITEM_STATES = {"open": "待整改", "submitted": "待验收", "accepted": "已验收"}
#: Rules whose faults are told with examples, and examples of each.
_TYPICAL, _EXAMPLES = 5, 3
#: Below these shares something is to be done about monitoring and about unanswered calls (GB/T 33358-2016: 95 %).
_ENOUGH_COVERAGE, _ENOUGH_ANSWERED = 0.95, 0.95


@dataclass(frozen=True)
class Report:
    """Everything that the document tells. ``before``: the figures of the month before; ``title``: of whom it tells."""

    title: str
    first: date
    last: date
    now: CallCounts
    before: CallCounts
    rules: tuple[RuleLine, ...]
    clerks: tuple[CallLine, ...]
    hours: tuple[CallLine, ...]
    precision: tuple[Precision, ...]
    examples: tuple[tuple[str, tuple[FindingRow, ...]], ...]
    measures: tuple[Item, ...] = ()


def gather(store: Store, unit: str, first: date, last: date, *, node: str = "") -> Report:
    """Read the figures of one unit, or of a subtree (both '': everything), from ``first`` to ``last``. Raises StoreError."""
    chosen = CallFilter(since=first, until=last, unit=unit or None, node=node or None)
    title = unit or (get_node(store, node).name if node else "全部单位")
    now, before = statistics.against_previous(store, chosen)
    rules = statistics.rule_lines(store, chosen)
    worst = sorted((line for line in rules if line.counts.faults), key=lambda line: -line.counts.faults)[:_TYPICAL]
    faults = tuple(sorted(FAULTS))
    return Report(
        title, first, last, now, before or CallCounts(), tuple(rules),
        tuple(statistics.call_lines(store, chosen, "clerk")), tuple(statistics.call_lines(store, chosen, "hour")),
        tuple(precision(store, chosen)),
        tuple(
            (line.rule, tuple(_hidden(store, islice(each_finding(store, replace(chosen, rule=line.rule, status=faults)), _EXAMPLES))))
            for line in worst
        ),
        _items(store, unit, node, first, last),
    )  # fmt: skip


def _hidden(store: Store, rows: Iterable[FindingRow]) -> Iterator[FindingRow]:
    """The examples with what is personal in them masked."""
    known = Known(store)
    for row in rows:
        yield replace(row, finding=hidden_finding(row.finding, known.of(row.call)))


def _items(store: Store, unit: str, node: str, first: date, last: date) -> tuple[Item, ...]:
    """The rectifications that were opened in the period."""
    begin, end = (
        datetime.combine(day, time(), store.timezone).timestamp() for day in (first, last + timedelta(days=1))
    )
    return tuple(list_items(store, ItemFilter(unit=unit or None, node=node or None, since=begin, until=end), limit=200))


def write_report(report: Report, *, made_at: datetime) -> bytes:
    """The report as a Word document. Pure."""
    document = docx.Document()
    _style(document)
    title = document.add_heading(f"{report.title}热线服务质量总结材料", 0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    period = document.add_paragraph(f"{report.first} 至 {report.last}")
    period.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in (_overview, _rules, _typical, _people, _answering, _review, _measures):
        part(document, report)
    document.add_paragraph(f"统计时间：{made_at:%Y-%m-%d %H:%M}。合格率只计已判定的通话；未监测的通话不计为合格。")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _style(document: Document) -> None:
    for name in ("Normal", "Title", "Heading 1"):
        style = document.styles[name]
        style.font.name = "宋体" if name == "Normal" else "黑体"
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), style.font.name)
    document.styles["Normal"].font.size = Pt(11)


def _overview(document: Document, report: Report) -> None:
    now, before = report.now, report.before
    document.add_heading("一、基本情况", 1)
    document.add_paragraph(
        f"本期来电 {now.calls} 通，接听 {now.answered} 通，监测 {now.monitored} 通，覆盖率 {_percent(now.coverage)}。"
        f"已判定的通话中合格 {now.compliant} 通、不合格 {now.non_compliant} 通，合格率 {_percent(now.compliance)}"
        f"（上期 {_percent(before.compliance)}）；另有 {now.needs_review} 通须人工听后判定。"
    )
    rows = [
        ("来电（通）", f"{now.calls}", f"{before.calls}"),
        ("未接听（通）", f"{now.unanswered}", f"{before.unanswered}"),
        ("监测覆盖率", _percent(now.coverage), _percent(before.coverage)),
        ("合格率", _percent(now.compliance), _percent(before.compliance)),
        ("平均得分", _number(now.mean_score), _number(before.mean_score)),
        ("平均振铃（秒）", _number(now.mean_ring), _number(before.mean_ring)),
    ]
    _table(document, ("项目", "本期", "上期"), rows)


def _rules(document: Document, report: Report) -> None:
    document.add_heading("二、各项要求的达标情况", 1)
    names = [RULE_NAMES[line.rule] for line in report.rules]
    if not names:
        document.add_paragraph("本期没有已判定的通话。")
        return
    picture = rate_bars(names, [line.counts.rate for line in report.rules])
    document.add_picture(io.BytesIO(picture), width=Cm(15))
    document.add_paragraph("图中的序号与下表相同，条长为达标率。")
    rows = [
        (f"{number}. {name}", str(line.counts.met), str(line.counts.faults), str(line.counts.uncertain), _percent(line.counts.rate))
        for number, (name, line) in enumerate(zip(names, report.rules, strict=True), 1)
    ]  # fmt: skip
    _table(document, ("要求", "达标", "不达标", "无法判定", "达标率"), rows)


def _typical(document: Document, report: Report) -> None:
    document.add_heading("三、典型问题", 1)
    if not report.examples:
        document.add_paragraph("本期没有发现问题。")
    for rule, rows in report.examples:
        faults = next(line.counts.faults for line in report.rules if line.rule == rule)
        document.add_paragraph(f"{RULE_NAMES[rule]}：{faults} 通不达标。", style="List Number")
        for row in rows:
            document.add_paragraph(_example(row), style="List Bullet 2")


def _example(row: FindingRow) -> str:
    finding = row.finding
    place = f" {clock(finding.evidence[0].start)} 处" if finding.evidence else ""
    heard = f"，“{finding.evidence[0].text}”" if finding.status == "violated" and finding.evidence else ""
    return f"通话 {row.call_id}（工号 {row.clerk or '不详'}）{place}{STATUS_NAMES[finding.status]}：{finding.reason}{heard}"


def _people(document: Document, report: Report) -> None:
    document.add_heading("四、坐席情况", 1)
    ranked = sorted(report.clerks, key=lambda line: -(line.counts.compliance or 0.0))
    rows = [
        (line.label or "不详", line.key or "–", str(line.counts.monitored), _percent(line.counts.compliance), _number(line.counts.mean_score))
        for line in ranked
    ]  # fmt: skip
    _table(document, ("姓名", "工号", "已监测", "合格率", "平均得分"), rows)


def _answering(document: Document, report: Report) -> None:
    document.add_heading("五、接听情况（空窗）", 1)
    now = report.now
    document.add_paragraph(
        f"接通率 {_percent(now.connect_rate)}，超过 15 秒接听 {now.late_answers} 通，未接听 {now.unanswered} 通。"
    )
    missed = [line for line in report.hours if line.counts.unanswered]
    if missed:
        rows = [
            (f"{line.key}:00–{line.key}:59", str(line.counts.calls), str(line.counts.unanswered), _percent(line.counts.connect_rate))
            for line in missed
        ]  # fmt: skip
        _table(document, ("时段", "来电", "未接听", "接通率"), rows)


def _review(document: Document, report: Report) -> None:
    document.add_heading("六、监测与复核", 1)
    now = report.now
    document.add_paragraph(
        f"未监测 {now.not_monitored} 通：监测中断 {now.gap} 通、没有录音 {now.no_recording} 通、录音不可用 {now.bad_recording} 通、"
        f"处理失败 {now.failure} 通。"
    )
    reviewed = sum(one.reviewed for one in report.precision)
    overruled = sum(one.overruled for one in report.precision)
    document.add_paragraph(
        f"人工复核 {reviewed} 项不达标判定，改判 {overruled} 项。" if reviewed else "本期没有人工复核。"
    )


def _measures(document: Document, report: Report) -> None:
    document.add_heading("七、整改措施", 1)
    measures = [MEASURES[rule] for rule, _ in report.examples]
    if (report.now.connect_rate or 1.0) < _ENOUGH_ANSWERED:
        measures.append(EMPTY_POSTS)
    if (report.now.coverage or 1.0) < _ENOUGH_COVERAGE:
        measures.append(COVERAGE)
    if report.measures:
        rows = [
            (RULE_NAMES.get(one.rule, one.rule), one.clerk or "多名坐席", mask(one.what), one.due.isoformat(), _ITEM_STATES[one.state])
            for one in report.measures
        ]  # fmt: skip
        _table(document, ("要求", "责任人", "整改要求", "期限", "状态"), rows)
    for measure in measures or ["保持现有做法，继续抽查。"]:
        document.add_paragraph(measure, style="List Bullet")
    if not report.measures:
        document.add_paragraph("责任人：__________    完成时限：__________")


def _table(document: Document, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(1, len(headings), style="Light Grid Accent 1")
    for cell, text in zip(table.rows[0].cells, headings, strict=True):
        cell.text = text
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph()


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.1%}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
