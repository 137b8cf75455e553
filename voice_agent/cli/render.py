"""Findings, verdicts and transcripts as people read them on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from voice_agent.labels import CHANNEL_NAMES, RULE_NAMES, STATUS_NAMES, VERDICT_NAMES, clock
from voice_agent.values import FAULTS, Evidence, Finding, Judgement, Transcript

_VERDICT_STYLE = {"compliant": "green", "non_compliant": "red", "needs_review": "yellow", "not_monitored": "magenta"}
_STATUS_STYLE = {"met": "green", "uncertain": "yellow", "not_applicable": "dim"}


WIDTH = 130  # columns when the output goes into a file


def console() -> Console:
    """Standard output; colours only where somebody looks."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)


def verdict_text(verdict: str) -> Text:
    """A verdict in its colour."""
    return Text(VERDICT_NAMES[verdict], style=_VERDICT_STYLE[verdict])


def status_text(status: str) -> Text:
    """A status in its colour."""
    return Text(STATUS_NAMES[status], style=_STATUS_STYLE.get(status, "red"))


def score_text(score: float | None) -> str:
    """Points of a call, ``–`` where nothing was judged."""
    return "–" if score is None else f"{score:g}"


def where(evidence: Evidence) -> str:
    """Side, time and words of one piece of evidence."""
    words = f"“{evidence.text}”" if evidence.text else "（无人说话）"
    return f"{CHANNEL_NAMES[evidence.channel]} {clock(evidence.start)}–{clock(evidence.end)} {words}"


def faults_text(findings: Iterable[Finding]) -> str:
    """The failed duties and where, one a line, then what must be listened to."""
    lines = [_fault_line(finding) for finding in findings if finding.status in FAULTS]
    unsure = [RULE_NAMES[finding.rule] for finding in findings if finding.status == "uncertain"]
    return "\n".join(lines + ([f"须人工听：{'、'.join(unsure)}"] if unsure else []))


def _fault_line(finding: Finding) -> str:
    prompted = "（来电人询问后才说）" if finding.prompted else ""
    first = f" {where(finding.evidence[0])}" if finding.evidence else ""
    return f"{RULE_NAMES[finding.rule]}·{STATUS_NAMES[finding.status]}{prompted}{first}"


def overview(rows: Sequence[tuple[Transcript, Judgement]], title: str) -> Table:
    """The table a supervisor reads: call, clerk, verdict, points, failed duties and where."""
    table = Table(title=title, show_lines=True)
    for heading in ("通话", "工号", "姓名", "结论", "得分", "未尽的义务与位置"):
        table.add_column(heading, overflow="fold")
    for transcript, judgement in rows:
        clerk = transcript.agent
        table.add_row(
            judgement.call_id,
            clerk.job_number or "–",
            clerk.name or "–",
            verdict_text(judgement.verdict),
            score_text(judgement.score),
            faults_text(judgement.findings) or judgement.reason,
        )
    return table


def findings_table(judgement: Judgement) -> Table:
    """Every rule that applies: status, certainty, reason, what was heard, the phrase it was compared with."""
    idle = [RULE_NAMES[finding.rule] for finding in judgement.findings if finding.status == "not_applicable"]
    table = Table(show_lines=True, caption=f"不适用：{'、'.join(idle)}" if idle else None, caption_justify="left")
    for heading in ("规则", "状态", "把握", "理由", "听到的内容", "对照用语"):
        table.add_column(heading, overflow="fold")
    for finding in (one for one in judgement.findings if one.status != "not_applicable"):
        table.add_row(
            RULE_NAMES[finding.rule],
            status_text(finding.status),
            f"{finding.score:.0%}",
            finding.reason,
            "\n".join(where(evidence) for evidence in finding.evidence),
            "\n".join(dict.fromkeys(evidence.phrase for evidence in finding.evidence if evidence.phrase)),
        )
    return table


def conversation(transcript: Transcript, judgement: Judgement | None) -> Table:
    """The two-sided transcript: caller left, clerk right, findings marked beside the line where they are."""
    table = Table(show_header=True, show_lines=False)
    table.add_column("时间", style="dim", no_wrap=True)
    table.add_column("来电人", overflow="fold", ratio=4)
    table.add_column("坐席", overflow="fold", ratio=5)
    table.add_column("判定", overflow="fold", ratio=3)
    for segment in sorted(transcript.segments, key=lambda one: (one.start, one.channel)):
        marks = _marks(segment.channel, segment.start, segment.end, judgement)
        left, right = (segment.text, "") if segment.channel == "caller" else ("", segment.text)
        table.add_row(clock(segment.start), left, right, marks)
    return table


def _marks(channel: str, start: float, end: float, judgement: Judgement | None) -> Text:
    marks = Text()
    for finding in judgement.findings if judgement else ():
        if finding.status != "not_applicable" and any(
            _touches(evidence, channel, start, end) for evidence in finding.evidence
        ):
            style = _STATUS_STYLE.get(finding.status, "red")
            marks.append(f"{RULE_NAMES[finding.rule]}·{STATUS_NAMES[finding.status]} ", style=style)
    return marks


def _touches(evidence: Evidence, channel: str, start: float, end: float) -> bool:
    return evidence.channel == channel and evidence.start < end and evidence.end > start
