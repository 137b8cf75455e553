"""How the pages write times, figures, rules and verdicts, and the templates that use it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from phrasebook.wording import in_words
from voice_agent.labels import CHANNEL_NAMES, RULE_NAMES, STATUS_NAMES, VERDICT_NAMES, clock
from voice_agent.masking import mask, mask_number
from voice_agent.store.reviews.heard_complaints import ACT_NAMES
from voice_agent.values import Channel
from voice_agent.web.doors.permissions import ROLE_NAMES
from voice_agent.web.figures.presets import presets

FOLDER = Path(__file__).parent
COVERAGE_NAMES = {"pending": "待判定", "monitored": "已监测", "not_monitored": "未监测", "unanswered": "未接听"}
CAUSE_NAMES = {
    "gap": "监测中断",
    "no_recording": "没有录音",
    "bad_recording": "录音不可用",
    "failure": "处理失败",
    "": "",
}
REVIEW_NAMES = {"waiting": "待复核", "claimed": "复核中", "reviewed": "已复核", "objected": "有申诉"}
DECISION_NAMES = {
    "confirm": "确认", "overrule": "改判", "cannot_judge": "无法判定", "add": "补充", "objection": "申诉裁定",
}  # fmt: skip
OBJECTION_NAMES = {
    "open": "申诉待裁定",
    "upheld": "申诉成立",
    "rejected": "申诉未成立，维持原判",
    "withdrawn": "申诉已撤回",
}
HUNG_UP_NAMES = {"caller": "来电人", "agent": "坐席", "system": "系统", "unknown": "不详"}
_KINDS = {
    "met": "good", "compliant": "good", "upheld": "good", "uncertain": "warn", "needs_review": "warn", "open": "warn",
    "missing": "bad", "late": "bad", "mismatch": "bad", "violated": "bad", "non_compliant": "bad", "not_monitored": "gap",
}  # fmt: skip
_SIGNS = {"good": "✓", "bad": "✗", "warn": "?", "gap": "∅", "none": "–"}


def kind(name: str | None) -> str:
    """The class that colours a status, a verdict or the state of an objection."""
    return _KINDS.get(name or "", "none")


def sign(name: str | None) -> str:
    """The sign that goes with it, for those who do not see colours."""
    return _SIGNS[kind(name)]


def percent(rate: float | None) -> str:
    """A rate 0–1 as people read it; ``–`` where there is nothing behind it."""
    return "–" if rate is None else f"{rate:.1%}"


#: Limits of rules as people say them.
_LIMITS = {
    "opening_turns": "前 {:g} 轮话以内", "opening_seconds": "{:g} 秒以内", "silence_seconds": "静默 {:g} 秒以上",
    "repeat_seconds": "超过 {:g} 秒再说一次",
}  # fmt: skip
_SLOTS = {"any": "…", "unit": "××中心", "window": "××窗口", "digits": "×"}


def limit(name: str, value: float) -> str:
    """A limit of a rule in words; one that this page does not know is told by its number alone."""
    return _LIMITS.get(name, "限度 {:g}").format(value)


def plainly(pattern: str) -> str:
    """A pattern of the phrase book as somebody would say it: the first of its variants, without what may be left out."""
    before, text = "", pattern
    while text != before:
        before = text
        text = re.sub(r"\[[^\[\]()]*\]", "", text)
        text = re.sub(r"\(([^|()\[\]]*)(?:\|[^()\[\]]*)?\)", r"\1", text)
    return re.sub(r"\{(\w+)[^{}]*\}", lambda slot: _SLOTS.get(slot[1], "×"), text)


def certainty(rate: float | None) -> str:
    """How certain the machine is: whole percents, and never quite 100, because it is never quite certain."""
    return "–" if rate is None else f"{min(99, round(rate * 100))}%"


def points(score: float | None) -> str:
    """Points 0–100, at most one decimal."""
    return "–" if score is None else f"{round(score, 1):g}"


def minutes(seconds: float | None) -> str:
    """A duration as ``3:07``."""
    return "–" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02}"


#: What a visit may not read: nothing (False), whatever is personal (True), and also what is known to be so in this call.
Veil = bool | Sequence[str]


def spoken(text: str, *, hidden: Veil, side: Channel | None = None) -> str:
    """What somebody said or wrote, personal data masked unless this visit may see them; broken characters become �."""
    whole = text.encode("utf-8", "replace").decode("utf-8", "replace")
    if hidden is False:
        return whole
    return mask(whole, () if hidden is True else hidden, side)


def environment(timezone: str) -> Environment:
    """The templates: everything is escaped, and a name that is not given is an error."""
    zone = ZoneInfo(timezone)

    def when(moment: float | None) -> str:
        return "–" if moment is None else f"{datetime.fromtimestamp(moment, zone):%Y-%m-%d %H:%M}"

    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "when": when, "kind": kind, "sign": sign, "percent": percent, "certainty": certainty, "plainly": plainly, "in_words": in_words, "points": points, "minutes": minutes, "clock": clock,
        "spoken": spoken, "mask_number": mask_number,
    }  # fmt: skip
    made.filters.update(filters)
    made.globals.update(
        RULES=RULE_NAMES, STATUSES=STATUS_NAMES, VERDICTS=VERDICT_NAMES, CHANNELS=CHANNEL_NAMES, COVERAGES=COVERAGE_NAMES,
        CAUSES=CAUSE_NAMES, REVIEWS=REVIEW_NAMES, DECISIONS=DECISION_NAMES, OBJECTIONS=OBJECTION_NAMES, ROLES=ROLE_NAMES,
        HUNG_UP=HUNG_UP_NAMES, COMPLAINT_ACTS=ACT_NAMES, limit=limit, PRESETS=lambda: presets(datetime.now(zone).date()),
    )  # fmt: skip
    return made
