"""Where what was said during a call and the judgement after it differ, and why that may be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from voice_agent.rules.so_far import Duty
from voice_agent.values import FAULTS, Finding, Judgement

Reason = Literal["heard", "later", "unclear"]
#: Why the two may differ; the judgement after the hang-up is the one that counts.
REASONS: dict[Reason, str] = {
    "heard": "挂机后按整侧录音校正音色、重新切分再识别，听到的字不同",
    "later": "后来说的话改变了前面的意思：模型读的是整段对话",
    "unclear": "挂机后按整侧录音评估质量，识别不可靠的交人工复核",
}


@dataclass(frozen=True)
class Difference:
    """A rule on which they differ: its state live, its final status, and which of ``REASONS`` that falls under."""

    rule: str
    live: str
    final: str
    reason: Reason


def differences(live: Iterable[Duty], final: Judgement) -> Iterator[Difference]:
    """A duty called overdue that was kept, one called kept that was not, speech called prohibited that is none; and what became unclear.

    What was merely due or unclear when the call ended claims nothing.
    """
    found = {one.rule: one for one in final.findings}
    for duty in live:
        if duty.rule in found and (reason := _reason(duty, found[duty.rule])):
            yield Difference(duty.rule, duty.state, found[duty.rule].status, reason)


def claims(live: Iterable[Duty]) -> list[Duty]:
    """The duties of which something was said: only these can differ."""
    return [duty for duty in live if duty.state in ("kept", "overdue", "found")]


def _reason(duty: Duty, final: Finding) -> Reason | None:
    accused, kept = duty.state in ("overdue", "found"), duty.state == "kept"
    if not (accused or kept):
        return None
    if final.status == "uncertain":
        return "unclear"
    if (accused and final.status in FAULTS) or (kept and final.status not in FAULTS):
        return None
    return "later" if _words(duty.finding) == _words(final) else "heard"


def _words(finding: Finding) -> str:
    return "".join(one.text for one in finding.evidence)
