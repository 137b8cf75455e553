"""An evaluation as people read it: a table per rule, and every difference call by call. Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

from voice_agent.evaluate.counts import Difference, Evaluation, RuleCount
from voice_agent.labels import CHANNEL_NAMES, RULE_NAMES, STATUS_NAMES, VERDICT_NAMES, clock

_HEADINGS = ("规则", "应为达标", "判为达标", "无法判定", "应为问题", "找到", "漏掉", "无法判定", "冤判")
_NAMES = {**STATUS_NAMES, **VERDICT_NAMES, "True": "是", "False": "否"}
_SUBJECTS = {**RULE_NAMES, "prompted": "来电人问了才说", "verdict": "结论"}


def markdown(evaluation: Evaluation) -> str:
    """The table per rule in Markdown, then one line with the whole."""
    return "\n".join([*markdown_rows([_HEADINGS, *_rows(evaluation)]), "", _summary(evaluation)])


def text(evaluation: Evaluation) -> str:
    """The same table for a terminal, columns aligned."""
    return "\n".join([*aligned_rows([_HEADINGS, *_rows(evaluation)]), "", _summary(evaluation)])


def markdown_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table in Markdown; the first row is its head, the first column names."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---" + "|--:" * (len(rows[0]) - 1) + "|")
    return lines


def aligned_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table for a terminal, columns aligned."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(_aligned(row, widths)).rstrip() for row in rows]


def differences(evaluation: Evaluation) -> str:
    """Every finding that is not the expected one, with what was heard; empty when all is as expected."""
    return "\n".join(_line(one) for one in evaluation.differences)


def _rows(evaluation: Evaluation) -> list[tuple[str, ...]]:
    counted = [_row(RULE_NAMES[count.rule], count) for count in evaluation.rules]
    return [*counted, _row("合计", evaluation.total)]


def _row(name: str, count: RuleCount) -> tuple[str, ...]:
    figures = (count.met, count.met_found, count.met_unsure, count.faults, count.found, count.overlooked, count.unsure)
    return (name, *(str(figure) for figure in figures), f"{count.accused}/{count.innocent}")


def _summary(evaluation: Evaluation) -> str:
    total = evaluation.total
    return (
        f"共 {evaluation.calls} 通：结论与应有结论一致 {evaluation.verdicts_right} 通；"
        f"{total.faults} 处问题找到 {total.found} 处（状态也一致 {total.exact} 处），漏掉 {total.overlooked} 处，"
        f"无法判定 {total.unsure} 处；没有问题的 {total.innocent} 处中冤判 {total.accused} 处。"
    )


def _line(one: Difference) -> str:
    expected, judged = (_NAMES.get(value, value) for value in (one.expected, one.judged))
    return f"{one.call_id}　{_SUBJECTS[one.rule]}：应为{expected}，判为{judged}{_heard(one)}"


def _heard(one: Difference) -> str:
    if one.finding is None or not one.finding.evidence:
        return f"（{one.finding.reason}）" if one.finding and one.finding.reason else ""
    first = one.finding.evidence[0]
    words = f"“{first.text}”" if first.text else "无人说话"
    return f"（{CHANNEL_NAMES[first.channel]} {clock(first.start)}–{clock(first.end)} {words}；{one.finding.reason}）"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Names to the left, figures to the right."""
    pads = [" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
    return [row[0] + pads[0], *(pad + cell for pad, cell in zip(pads[1:], row[1:], strict=True))]


def _width(cell: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in cell)
