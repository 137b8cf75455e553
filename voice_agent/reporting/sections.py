"""The report as an official document: what annex 2 asks to be looked at, section by section, in words, tables and charts. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from voice_agent.labels import RULE_NAMES, STATUS_NAMES
from voice_agent.masking import anonymous
from voice_agent.reporting.blocks import Bar, Bars, Block, Official, Paragraph, Quote, Table, clean, numbered
from voice_agent.reporting.material import Child, Material
from voice_agent.reporting.sections_measures import answering, supervision, unmonitored, what_next
from voice_agent.reporting.writing import number, percent
from voice_agent.store.statistics.spans import written
from voice_agent.store.statistics.typical import Typical

#: Decided calls without which a part is not ranked.
ENOUGH = 5


def compose(material: Material, *, issuer: str = "") -> Official:
    """The whole document; ``issuer`` signs it, the place itself where none is given."""
    title = f"{material.place.name}关于{material.span.name}热线服务质量情况的报告"
    return Official(clean(title), tuple(numbered(_sections(material))), issuer or material.place.name, material.today)


def _sections(material: Material) -> Iterator[tuple[str, tuple[Block, ...]]]:
    yield "总体情况", tuple(_overall(material))
    yield f"各{material.parts}比较", tuple(_comparison(material))
    yield "行为规范和工作规范执行情况", tuple(_rules(material))
    yield "典型问题", tuple(_typical(material))
    yield "服务监督和整改落实情况", tuple(supervision(material))
    yield "值守和接听情况", tuple(answering(material))
    yield "未监测情况", tuple(unmonitored(material))
    yield "下一步措施", tuple(what_next(material))
    yield "统计口径", tuple(_terms(material))


def _overall(material: Material) -> Iterator[Block]:
    now, before = material.now, material.before
    yield Paragraph(
        f"按照《人力资源社会保障窗口单位服务规范（试行）》等三项准则，{written(material.span.first)}至{written(min(material.span.last, material.today))}，"
        f"{material.place.name}热线共有来电{now.calls}通，接听{now.answered}通，监测{now.monitored}通，监测覆盖率{percent(now.coverage)}。"
        f"已判定的通话中合格{now.compliant}通、不合格{now.non_compliant}通，合格率{percent(now.compliance)}（上期{percent(before.compliance)}）；"
        f"另有{now.needs_review}通须人工听后判定，不计入合格率。"
    )
    if material.lacks:
        yield Paragraph(material.lacks)
    if now.calls:
        yield Table(
            "总体情况",
            ("项目", "本期", "上期"),
            (
                ("来电（通）", f"{now.calls}", f"{before.calls}"),
                ("接通率", percent(now.connect_rate), percent(before.connect_rate)),
                ("监测覆盖率", percent(now.coverage), percent(before.coverage)),
                ("合格率", percent(now.compliance), percent(before.compliance)),
                ("平均得分", number(now.mean_score), number(before.mean_score)),
                ("未监测（通）", f"{now.not_monitored}", f"{before.not_monitored}"),
            ),
        )


def _comparison(material: Material) -> Iterator[Block]:
    children = sorted(material.children, key=_rank)
    if not children:
        yield Paragraph(f"本期各{material.parts}没有通话。")
        return
    ranked = [one for one in children if _decided(one) >= ENOUGH]
    yield Paragraph(
        f"共{len(children)}个{material.parts}有通话，按合格率从高到低排列；判定不足{ENOUGH}通的列在最后，不参加排名。"
        + (f"合格率最高的是{ranked[0].name}，最低的是{ranked[-1].name}。" if len(ranked) > 1 else "")
    )
    if len(ranked) > 1:
        yield Bars(
            f"各{material.parts}合格率",
            tuple(
                Bar(clean(one.name), one.counts.compliance, f"{percent(one.counts.compliance)}（{_decided(one)}通）")
                for one in ranked
            ),
        )
    rows = tuple(
        (clean(one.name), f"{one.counts.calls}", f"{one.counts.monitored}", percent(one.counts.coverage), f"{one.counts.non_compliant}", percent(one.counts.compliance), number(one.counts.mean_score))
        for one in children
    )  # fmt: skip
    headings = (material.parts, "来电", "已监测", "覆盖率", "不合格", "合格率", "平均得分")
    yield Table(f"各{material.parts}情况", headings, rows)
    if material.clerks:
        yield Table("坐席情况", ("坐席", "工号", "已监测", "合格率", "平均得分"), tuple(_clerks(material)))


def _clerks(material: Material) -> Iterator[tuple[str, ...]]:
    for line in sorted(material.clerks, key=lambda line: -(line.counts.compliance or 0.0)):
        counts = line.counts
        name = clean(line.label) or "不详"
        yield name, line.key or "–", f"{counts.monitored}", percent(counts.compliance), number(counts.mean_score)


def _rank(one: Child) -> tuple[bool, float, str]:
    return _decided(one) < ENOUGH, -(one.counts.compliance or 0.0), one.name


def _decided(one: Child) -> int:
    return one.counts.compliant + one.counts.non_compliant


def _rules(material: Material) -> Iterator[Block]:
    lines = material.rules
    if not lines:
        yield Paragraph("本期没有已判定的通话。")
        return
    low = sorted((line for line in lines if line.counts.rate is not None), key=lambda line: line.counts.rate or 0.0)[:3]
    names = "、".join(f"{RULE_NAMES[line.rule]}（{percent(line.counts.rate)}）" for line in low)
    yield Paragraph(f"共检查{len(lines)}项要求，达标率最低的是{names}。无法判定和不适用的通话不计入达标率。")
    yield Bars(
        "各项要求达标率",
        tuple(
            Bar(RULE_NAMES[line.rule], line.counts.rate, f"{percent(line.counts.rate)}（{line.counts.applicable}通）")
            for line in lines
        ),
    )
    rows = tuple(
        (RULE_NAMES[line.rule], material.sources.get(line.rule, "–"), f"{line.counts.met}", f"{line.counts.faults}", f"{line.counts.uncertain}", percent(line.counts.rate))
        for line in lines
    )  # fmt: skip
    yield Table("各项要求达标情况", ("要求", "依据", "达标", "不达标", "无法判定", "达标率"), rows)


def _typical(material: Material) -> Iterator[Block]:
    if not material.examples:
        yield Paragraph("本期没有发现问题。")
        return
    yield Paragraph("以下为不达标最多的几项要求，引用的话隐去姓名、工号和号码；仍在申诉中的不引用。")
    for place, (line, found) in enumerate(material.examples, 1):
        kinds = (
            (STATUS_NAMES["missing"], line.counts.missing), (STATUS_NAMES["late"], line.counts.late),
            (STATUS_NAMES["mismatch"], line.counts.mismatch), (STATUS_NAMES["violated"], line.counts.violated),
        )  # fmt: skip
        said = "、".join(f"{name}{times}通" for name, times in kinds if times)
        yield Paragraph(f"{place}.{RULE_NAMES[line.rule]}：{line.counts.faults}通不达标（{said}）。")
        for one in found:
            yield Quote(_quotation(material, one), one.found.call)


def _quotation(material: Material, one: Typical) -> str:
    """Where, what, and the clerk's own words; nothing that says who it was."""
    finding, (_, month, day) = one.found.finding, one.day.split("-")
    heard = next((part.text for part in finding.evidence if part.channel == "agent" and part.text), "")
    said = f"坐席说：“{_hidden(material, heard)}”。" if heard else ""
    known = "经人工复核" if one.found.reviewed else "系统判定，尚未经人工复核"
    unit = one.unit if one.unit and one.unit != material.place.name else "某窗口"
    reason = _hidden(material, finding.reason).rstrip("。")
    return clean(f"{unit}，{int(month)}月{int(day)}日，{STATUS_NAMES[finding.status]}（{known}）：{reason}。{said}")


def _hidden(material: Material, text: str) -> str:
    return anonymous(text, material.names)


def _terms(material: Material) -> Iterator[Block]:
    yield Paragraph(
        "合格率＝合格÷（合格＋不合格）；无法判定、等待人工听的通话不计入。未监测的通话不计为合格，也不计为不合格，另列。"
        "一通电话中同一项要求只计一次；转接过的通话，问题归当时通话的坐席。"
    )
    yield Paragraph(
        f"数据截至{written(material.today)}，其后的复核和申诉裁定未计入。上期指紧接本期之前、长度相同的时段。"
    )
