"""Which calls are meant: one filter for lists, statistics, exports, random draws and the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from math import isfinite
from typing import Any, Literal, get_args

from voice_agent.errors import StoreError
from voice_agent.values import EVERY_RULE, Status, Verdict

#: Why a call was not monitored (``unmonitored.Cause``).
CAUSES = ("gap", "no_recording", "bad_recording", "failure")
#: Characters that are sought at once: SQLite's full text refuses what is nested too deeply, and nobody types more.
LONGEST_TEXT = 100
Coverage = Literal["pending", "monitored", "not_monitored", "unanswered"]
#: ``waiting``: flagged and nobody has reviewed it; ``claimed``: somebody is at it; ``objected``: a clerk objects.
ReviewState = Literal["waiting", "claimed", "reviewed", "objected"]
#: ``any``: rated; ``good``: rated and not low; ``low``: rated low.
RatingChoice = Literal["any", "good", "low"]


@dataclass(frozen=True)
class CallFilter:
    """A choice of calls; every field narrows it, None or empty means any.

    ``since``/``until`` are local days, both inclusive. ``clerk`` is a job number and finds every call that clerk took part in.
    ``rule`` with ``status``: calls whose deciding finding for that rule has one of these (present) statuses; ``rule`` alone:
    the rule is at fault; ``status`` alone: any rule has it. ``score_min``/``score_max`` are points 0–100, inclusive.
    ``text``: words somebody said. ``draw``: the calls of a random draw. ``ring_over``: answered after more than so many seconds.
    ``first``: of a clerk only the calls that this clerk took first, as statistics count them.
    ``done``: of a draw only the calls that were reviewed in it. ``node``: code of a subtree of the
    hierarchy, all units in it. ``phrase``: a mandated phrase (its id) was said. ``charge``: of the units that this reviewer
    (number of the user) is responsible for. ``rating``: how the caller rated the call; then clerk, unit and window are those who were
    rated.
    """

    since: date | None = None
    until: date | None = None
    clerk: str | None = None
    unit: str | None = None
    window: str | None = None
    hour: int | None = None
    queue: str | None = None
    verdict: tuple[Verdict, ...] = ()
    rule: str | None = None
    status: tuple[Status, ...] = ()
    review: ReviewState | None = None
    score_min: float | None = None
    score_max: float | None = None
    coverage: Coverage | None = None
    cause: str | None = None
    text: str | None = None
    draw: int | None = None
    ring_over: float | None = None
    first: bool | None = None
    done: bool | None = None
    node: str | None = None
    phrase: str | None = None
    charge: int | None = None
    rating: RatingChoice | None = None

    def as_params(self) -> dict[str, str]:
        """The filter as strings for an address or a record; ``from_params`` reads them back."""
        return {
            field.name: _text(value) for field in fields(self) if (value := getattr(self, field.name)) not in (None, ())
        }

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> CallFilter:
        """Read a filter from strings; unknown names are ignored, empty values mean any. Raises StoreError (Chinese)."""
        given = {name: params[name].strip() for name in _READERS if params.get(name, "").strip()}
        return cls(**{name: _read(name, value) for name, value in given.items()})


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return ",".join(value) if isinstance(value, tuple) else f"{value:g}" if isinstance(value, float) else str(value)


def _choices(value: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    chosen = tuple(part.strip() for part in value.split(",") if part.strip())
    for part in chosen:
        if part not in allowed:
            raise ValueError(f"可选 {'、'.join(allowed)}")
    return chosen


def _choice(value: str, allowed: tuple[str, ...]) -> str:
    chosen = _choices(value, allowed)
    if len(chosen) != 1:
        raise ValueError("只能选一项")
    return chosen[0]


def _hour(value: str) -> int:
    if not 0 <= int(value) <= 23:
        raise ValueError("应为 0–23")
    return int(value)


def _day(value: str) -> date:
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise ValueError("日期应写作 2026-11-22") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"年份应为 {FIRST_YEAR}–{LAST_YEAR}")
    return day


def _reference(value: str) -> int:
    """The number of something in the store; SQLite knows none longer."""
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise ValueError("应为编号")
    return int(value)


def _words(value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"最多 {LONGEST_TEXT} 个字符")
    return value


def _number(value: str) -> float:
    try:
        number = float(value)
    except ValueError as error:
        raise ValueError("应为数字") from error
    if not isfinite(number):
        raise ValueError("应为数字")
    return number


#: Nobody telephoned before; beyond lies nothing that a calendar could count back from.
FIRST_YEAR, LAST_YEAR = 1990, 2999
#: The filter that narrows nothing.
EVERY_CALL = CallFilter()

_READERS: Mapping[str, Any] = {
    "since": _day,
    "until": _day,
    "clerk": str,
    "unit": str,
    "window": str,
    "hour": _hour,
    "queue": str,
    "verdict": lambda value: _choices(value, get_args(Verdict)),
    "rule": lambda value: _choice(value, EVERY_RULE),
    "status": lambda value: _choices(value, get_args(Status)),
    "review": lambda value: _choice(value, get_args(ReviewState)),
    "score_min": _number,
    "score_max": _number,
    "coverage": lambda value: _choice(value, get_args(Coverage)),
    "cause": lambda value: _choice(value, CAUSES),
    "text": _words,
    "draw": _reference,
    "ring_over": _number,
    "first": lambda value: _choice(value, ("1",)) == "1",
    "done": lambda value: _choice(value, ("1",)) == "1",
    "node": str,
    "phrase": str,
    "charge": _reference,
    "rating": lambda value: _choice(value, get_args(RatingChoice)),
}
_NAMES = {
    "since": "起始日期", "until": "截止日期", "hour": "时段", "verdict": "结论", "status": "状态", "review": "复核状态",
    "rule": "规则", "cause": "未监测原因", "text": "说过的话", "score_min": "最低分", "score_max": "最高分", "coverage": "监测情况", "draw": "抽查编号",
    "ring_over": "振铃超过", "first": "首接", "done": "已完成", "rating": "评价", "charge": "分工",
}  # fmt: skip


def _read(name: str, value: str) -> Any:
    try:
        return _READERS[name](value)
    except ValueError as error:
        raise StoreError(f"筛选条件“{_NAMES.get(name, name)}”不合法（{value}）：{error}") from error
