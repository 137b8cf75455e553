"""The second half of the report: what was done about it, who could be reached, what was not monitored, what comes next. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from voice_agent.labels import RULE_NAMES
from voice_agent.masking import anonymous, mask
from voice_agent.reporting.blocks import Bar, Bars, Block, Heading, Paragraph, Table, clean
from voice_agent.reporting.material import LISTED, Material
from voice_agent.reporting.measures import COVERAGE, EMPTY_POSTS, MEASURES
from voice_agent.reporting.writing import percent
from voice_agent.store.reviews.complaints import OUTCOMES

_ITEM_STATES = {"open": "待整改", "submitted": "待验收", "accepted": "已验收"}
#: Below these shares something is to be done about monitoring and about unanswered calls (GB/T 33358-2016: 95 %).
_ENOUGH_COVERAGE, _ENOUGH_ANSWERED = 0.95, 0.95
#: Gaps that are told one by one.
_MOST_GAPS = 20


def supervision(material: Material) -> Iterator[Block]:
    """附件2 六: the public, those above, and the unit itself look at the service; what came of it."""
    m = material.measures
    yield Heading(2, "（一）服务对象监督：投诉")
    yield Paragraph(
        f"收到投诉{m.complaints}件，已办结{m.complaints - m.complaints_open}件（属实或部分属实{m.founded}件、不属实{m.unfounded}件），"
        f"在办{m.complaints_open}件，超过期限{m.complaints_late}件。"
        if m.complaints
        else "本期没有收到投诉。"
    )
    if material.complaints:
        yield _complaints(material)
    yield Heading(2, "（二）上级监督：抽查和复核")
    yield Paragraph(_checked(material))
    yield Heading(2, "（三）内部监督：申诉")
    yield Paragraph(
        f"坐席提出申诉{m.objections}件，成立{m.upheld}件、未成立{m.rejected}件、待裁定{m.objections_open}件，超过期限{m.objections_late}件。成立的申诉已改判，本报告的数字即改判后的数字。"
        if m.objections
        else "本期没有申诉。"
    )
    yield Heading(2, "（四）责任追究：整改和辅导")
    yield Paragraph(
        f"列入整改{m.items}项，已验收{m.items_accepted}项、待验收{m.items_submitted}项、待整改{m.items_open}项，其中超过期限未验收{m.items_late}项；"
        f"发出辅导意见{m.notes}条，坐席已阅{m.notes_read}条。"
        if m.items or m.notes
        else "本期没有列入整改的问题，也没有辅导意见。"
    )
    if material.items:
        yield _items(material)


def _complaints(material: Material) -> Table:
    rows = tuple(
        (one.received.isoformat(), clean(f"{one.unit} {one.window}".strip()), one.source, clean(anonymous(one.text, material.names))[:60], OUTCOMES.get(one.outcome, "在办"))
        for one in material.complaints
    )  # fmt: skip
    return Table("投诉及办理结果", ("收到日期", "单位和窗口", "来源", "内容", "结果"), rows, wordy=True)


def _checked(material: Material) -> str:
    m, reviewed = material.measures, sum(one.reviewed for one in material.precision)
    overruled, added = (sum(getattr(one, name) for one in material.precision) for name in ("overruled", "added"))
    drawn = f"组织抽查{m.draws}次，抽取{m.drawn}通，已复核{m.drawn_done}通。" if m.draws else "本期没有组织抽查。"
    if not reviewed and not added:
        return f"{drawn}本期通话的判定没有经过人工复核。"
    return f"{drawn}人工复核系统判为不达标的{reviewed}项，维持{reviewed - overruled}项、改判{overruled}项；人工补充问题{added}项。"


def _items(material: Material) -> Table:
    rows = tuple(
        (RULE_NAMES.get(one.rule, one.rule), clean(f"{one.clerk_name} {one.clerk}".strip()) or "多名坐席", clean(mask(one.what)), one.due.isoformat(), _state(one.state, late=one.late(material.today)))
        for one in material.items
    )  # fmt: skip
    more = f"（共{material.measures.items}项，列出{LISTED}项）" if material.measures.items > LISTED else ""
    return Table(f"整改措施及状态{more}", ("要求", "责任人", "整改要求", "期限", "状态"), rows, wordy=True)


def _state(state: str, *, late: bool) -> str:
    return f"{_ITEM_STATES[state]}{'（超期）' if late else ''}"


def answering(material: Material) -> Iterator[Block]:
    """AB 角, 空窗: whether callers were answered, and when not."""
    now = material.now
    yield Paragraph(
        f"接通率{percent(now.connect_rate)}（国家标准GB/T 33358要求不低于95%），超过15秒接听{now.late_answers}通，未接听{now.unanswered}通。"
    )
    missed = [line for line in material.hours if line.counts.unanswered]
    if missed:
        yield Bars(
            "未接听集中的时段（未接听占来电）",
            tuple(
                Bar(f"{line.key}时", line.counts.unanswered / line.counts.calls, f"{line.counts.unanswered}通／{line.counts.calls}通")
                for line in missed
            ),
        )  # fmt: skip


def unmonitored(material: Material) -> Iterator[Block]:
    """What nobody knows about: counted by cause, and when the monitoring itself was interrupted."""
    now = material.now
    yield Paragraph(
        f"未监测{now.not_monitored}通，占接听的{percent(now.not_monitored / now.answered if now.answered else None)}：监测中断{now.gap}通、没有录音{now.no_recording}通、"
        f"录音不可用{now.bad_recording}通、处理失败{now.failure}通；等待判定{now.pending}通。这些通话既不计为合格，也不计为不合格。"
    )
    if material.gaps:
        yield Paragraph(f"本期监测中断{len(material.gaps)}次：")
        rows = tuple(
            (_moment(one.start, material.zone), "至今" if one.end is None else _moment(one.end, material.zone), _length(one.start, one.end))
            for one in material.gaps[:_MOST_GAPS]
        )  # fmt: skip
        more = f"（列出前{_MOST_GAPS}次）" if len(material.gaps) > _MOST_GAPS else ""
        yield Table(f"监测中断的时段{more}", ("开始", "恢复", "时长"), rows)


def _moment(at: float, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M}"


def _length(start: float, end: float | None) -> str:
    return "–" if end is None else f"{(end - start) / 60:.0f}分钟" if end - start >= 60 else "不足1分钟"


def what_next(material: Material) -> Iterator[Block]:
    """Measures for the rules at fault most, and for posts and monitoring where they fall short."""
    measures = [MEASURES[line.rule] for line, _ in material.examples]
    if (material.now.connect_rate or 1.0) < _ENOUGH_ANSWERED:
        measures.append(EMPTY_POSTS)
    if (material.now.coverage or 1.0) < _ENOUGH_COVERAGE:
        measures.append(COVERAGE)
    late = material.measures.items_late + material.measures.complaints_late
    if late:
        measures.append(f"对超过期限的{late}项整改和投诉逐项督办，落实限时办结制和责任追究制。")
    for place, measure in enumerate(measures or ["保持现有做法，继续抽查。"], 1):
        yield Paragraph(f"{place}.{measure}")
