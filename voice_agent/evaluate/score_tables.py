"""A report on labelled dialogues as people read it: tables by rule, by author and of certainties. Chinese."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from voice_agent.evaluate.scores import Report, Score
from voice_agent.evaluate.tables import aligned_rows, markdown_rows
from voice_agent.labels import RULE_NAMES, STATUS_NAMES

_HEADINGS = ("应有问题", "找到", "无法判定", "漏掉", "其中可辩", "冤判", "可辩", "存疑", "准确率", "召回率", "状态一致")
Rows = Callable[[Sequence[Sequence[str]]], list[str]]


def report_text(found: Report, as_markdown: bool = False) -> str:
    """The three tables, and one line with the whole."""
    table: Rows = markdown_rows if as_markdown else aligned_rows
    rules = [(RULE_NAMES[rule], score) for rule, score in found.by_rule.items()]
    authors = [(f"作者 {author}", score) for author, score in found.by_author.items()]
    parts = [
        table([("规则", *_HEADINGS), *(_row(*pair) for pair in (*rules, ("合计", found.total)))]),
        table([("作者", *_HEADINGS), *(_row(*pair) for pair in authors)]),
        table([("把握", "判为问题", "属实", "属实比例", "平均把握"), *_reliability(found)]),
        [_summary(found)],
    ]
    return "\n\n".join("\n".join(part) for part in parts)


def report_differences(found: Report) -> str:
    """Every fault missed and every wrong accusation, with what was heard."""
    return "\n".join(
        f"{call}　{RULE_NAMES[rule]}：应为{STATUS_NAMES[expected]}，判为{STATUS_NAMES[one.status]}"
        f"（{one.reason}；{'、'.join(e.text or '无人说话' for e in one.evidence[:3])}）"
        for call, rule, expected, one in found.differences
    )


def _row(name: str, score: Score) -> tuple[str, ...]:
    counts = (score.faults, score.found, score.undecided, score.missed, score.defended)
    accused = (f"{score.accused}/{score.innocent}", str(score.excused), str(score.unsure))
    agreed = score.agreed / (score.faults + score.innocent)
    return (name, *map(str, counts), *accused, f"{score.precision:.3f}", f"{score.recall:.3f}", f"{agreed:.3f}")


def _reliability(found: Report) -> list[tuple[str, ...]]:
    return [
        (f"{b.low:.2f}–{b.high:.2f}", str(b.findings), str(b.right), f"{b.right / b.findings:.2f}", f"{b.mean:.2f}")
        for b in found.reliability
    ]


def _summary(found: Report) -> str:
    total = found.total
    return (
        f"共 {found.calls} 通：{total.faults} 处问题找到 {total.found} 处，无法判定 {total.undecided} 处，漏掉 {total.missed} 处；"
        f"冤判 {total.accused} 处，准确率 {total.precision:.3f}，召回率 {total.recall:.3f}；"
        f"无问题的 {total.faultless} 通中冤判 {total.faultless_accused} 通。"
    )
