"""Which alerts a call gives cause for. Pure: rules are data (``[[alerts]]``), the state is that of the live table, moments in unix seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from voice_agent.config.model import AlertConfig
from voice_agent.labels import RULE_NAMES

_MEASURES = {
    "silence": "静默 {:.0f} 秒", "hold": "保持 {:.0f} 秒", "duration": "通话 {:.0f} 秒", "wait": "等候 {:.0f} 秒", "clerk_cuts": "坐席打断 {:.0f} 次",
    "pace": "语速每分钟 {:.0f} 字", "talk_share": "坐席说话占 {:.0%}",
}  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """Why a rule raises an alert: Chinese, and the words heard ("" for a measure)."""

    rule: AlertConfig
    what: str
    detail: str


def causes(rules: Iterable[AlertConfig], unit: str, state: Mapping[str, Any], now: float) -> Iterator[Cause]:
    """What a call in this state gives cause for at ``now``."""
    for rule in rules:
        if rule.units and unit not in rule.units:
            continue
        kind, _, name = rule.on.partition(":")
        found = {"act": _act, "finding": _finding, "measure": _measure}[kind](rule, name, state, now)
        if found is not None:
            yield Cause(rule, *found)


def _act(rule: AlertConfig, name: str, state: Mapping[str, Any], _now: float) -> tuple[str, str] | None:
    for one in state.get("acts", ()):
        if one["act"] == name and one["p"] >= rule.at_least:
            return f"{rule.name}：{one['name']}", one["text"]
    return None


def _finding(rule: AlertConfig, name: str, state: Mapping[str, Any], _now: float) -> tuple[str, str] | None:
    """A rule that is found broken for good: prohibited speech that was heard, a duty whose time is over."""
    for duty in state.get("duties", ()):
        if duty["rule"] == name and duty["state"] in ("found", "overdue") and duty["score"] >= rule.at_least:
            words = [one["text"] for one in state.get("warnings", ()) if one["act"] == "fault" and one["sure"]]
            detail = "；".join(words) if name == "prohibited" else duty["why"]
            return f"{rule.name}：{RULE_NAMES[name]}", detail
    return None


def _measure(rule: AlertConfig, name: str, state: Mapping[str, Any], now: float) -> tuple[str, str] | None:
    value = _value(name, state, now)
    if value is None or value < rule.at_least:
        return None
    return f"{rule.name}：{_MEASURES[name].format(value)}", ""


def _value(name: str, state: Mapping[str, Any], now: float) -> float | None:
    if name == "wait":
        return None if state.get("answered") is not None else now - state["start"]
    if name == "duration":
        return _since(state.get("answered"), now)
    if name == "hold":
        return _since(state.get("hold"), now)
    if name == "silence":
        # What lies in the writer's buffer is not known yet: silence is counted up to what was heard.
        heard = state.get("heard")
        on_line = state.get("listening") == "on" and state.get("hold") is None and heard is not None
        return _since(state.get("quiet"), heard) if on_line else None
    return (state.get("delivery") or {}).get(name)


def _since(moment: float | None, now: float | None) -> float | None:
    return None if moment is None or now is None else now - moment
