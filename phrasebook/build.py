"""Entries as written → the frozen dataclasses of ``phrasebook.model``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeVar, cast, get_args

from phrasebook.entries import Entry, check_names
from phrasebook.errors import UnknownReferenceError
from phrasebook.model import ActEntry, Matter, Norm, Phrase, Rule, Severity, Side, Source
from phrasebook.pattern import unknown
from phrasebook.vocabulary import ACT_SIDES, OPTIONAL_LIMITS, RULE_LIMITS

T = TypeVar("T")
Sources = Mapping[str, Source]
_LIMITS = {**RULE_LIMITS, **OPTIONAL_LIMITS}
_ACT_NAME = re.compile("[a-z][a-z_]*")


def source_of(entry: Entry, known: Sources, text: str | None = None) -> Source:
    """The source written in ``entry``: the id of a norm or phrase, or ``{ annex, article, text }`` (``text`` defaults)."""
    if isinstance(written := entry.values.get("source"), str):
        return known[_known(entry, "source", written, known)]
    table = entry.table("source")
    check_names(table, ("annex", "article", "text"), entry.origins["source"], entry.id)
    annex, article = table.get("annex"), table.get("article")
    if annex not in (0, 2, 3, 4) or not isinstance(article, str):
        raise entry.error("来源应写 annex（2、3、4，自定为 0）和 article（条号）", "source")
    quoted = table.get("text", text)
    if not isinstance(quoted, str) or not quoted.strip():
        raise entry.error("来源缺少原文 text", "source")
    return Source(annex, article, quoted)


def _known(entry: Entry, name: str, value: str, known: Mapping[str, object]) -> str:
    if value not in known:
        error = entry.error(unknown(f"引用的 {value} 不存在", value, known), name, value)
        raise UnknownReferenceError(error.message, error.place)
    return value


def references(entry: Entry, name: str, known: Mapping[str, object]) -> tuple[str, ...]:
    """A list of ids that all exist in ``known``. Raises ``UnknownReferenceError``."""
    return tuple(_known(entry, name, value, known) for value in entry.strings(name))


def norm(entry: Entry, rules: Mapping[str, object], acts: Mapping[str, object]) -> Norm:
    """A norm of annex 2 or a prohibition of annex 3."""
    heard, checked = references(entry, "acts", acts), references(entry, "rules", rules)
    return Norm(entry.id, source_of(entry, {}), entry.flag("audible"), heard, checked)


def matter(entry: Entry) -> Matter:
    """Business that callers ask about; a term of one character would be heard everywhere."""
    for term in entry.strings("terms"):
        if len(term) < 2:
            raise entry.error(f"“{term}”太短，至少要两个字", "terms", term)
    if not entry.strings("terms"):
        raise entry.error("至少要有一个词", "terms")
    return Matter(entry.id, entry.string("name"), entry.strings("terms"))


def phrase(entry: Entry, rules: Mapping[str, object], acts: Mapping[str, object]) -> Phrase:
    """A mandated phrase of annex 4; its text is its own source."""
    text = entry.string("text")
    return Phrase(
        id=entry.id,
        text=text,
        source=source_of(entry, {}, text),
        telephone=entry.flag("telephone"),
        rules=references(entry, "rules", rules),
        acts=references(entry, "acts", acts),
        patterns=entry.some_patterns("patterns"),
    )


def act(entry: Entry, sources: Sources) -> ActEntry:
    """Words that are evidence of an act: of a duty's, or, with a category, of something prohibited."""
    side = cast(Side, entry.one_of("side", get_args(Side)))
    prohibited = "category" in entry.values
    if not prohibited and (extra := [name for name in ("severity", "source") if name in entry.values]):
        raise entry.error(f"写了 {extra[0]} 却没有 category（只有忌语才有轻重和出处）", extra[0])
    return ActEntry(
        id=entry.id,
        act=_prohibited_act(entry, side) if prohibited else _duty_act(entry, side),
        side=side,
        name=entry.string("name"),
        patterns=entry.some_patterns("patterns"),
        unless=entry.patterns("unless"),
        examples=entry.strings("examples"),
        counterexamples=entry.strings("counterexamples"),
        category=entry.string("category") if prohibited else "",
        severity=_severity(entry) if prohibited else None,
        source=source_of(entry, sources) if prohibited else None,
    )


def _duty_act(entry: Entry, side: Side) -> str:
    """An act that rules ask for: another would never be looked at."""
    name = _known(entry, "act", entry.string("act"), ACT_SIDES)
    if side != ACT_SIDES[name]:
        raise entry.error(f"{name} 的 side 应为 {ACT_SIDES[name]}", "side")
    return name


def _prohibited_act(entry: Entry, side: Side) -> str:
    """An act of any name: adding a prohibited category is data only. Only the clerk can break a prohibition."""
    name = entry.string("act")
    if name in ACT_SIDES or not _ACT_NAME.fullmatch(name):
        raise entry.error(f"忌语的 act 应由小写英文字母和下划线组成，且不能是 {name} 这样的义务行为", "act")
    if side != "agent":
        raise entry.error("忌语只看坐席说的话，side 应为 agent", "side")
    return name


def is_enabled(entry: Entry) -> bool:
    """Whether a rule is judged: the thirteen always, an optional one where its ``enabled`` says so."""
    if entry.id in OPTIONAL_LIMITS:
        return entry.flag("enabled")
    if "enabled" in entry.values:
        raise entry.error("这条规则必须评判，不能关闭；只有选用规则才写 enabled", "enabled")
    return True


def rule(entry: Entry, sources: Sources) -> Rule:
    """One duty of the contract."""
    return Rule(
        id=_known(entry, "id", entry.id, _LIMITS),
        name=entry.string("name"),
        duty=entry.string("duty"),
        severity=_severity(entry),
        points=entry.points("points"),
        late_points=entry.points("late_points"),
        limits=MappingProxyType(_limits(entry)),
        source=source_of(entry, sources),
    )


def _severity(entry: Entry) -> Severity:
    return cast(Literal["minor", "normal", "serious"], entry.one_of("severity", get_args(Severity)))


def _limits(entry: Entry) -> dict[str, float]:
    """The limits written: exactly those that this rule's judging reads."""
    limits, known = entry.table("limits"), _LIMITS[entry.id]
    check_names(limits, known, entry.origins["limits"], entry.id)
    for name in known:
        if name not in limits:
            raise entry.error(f"limits 里缺少 {name}（各项限度要写全）", "limits")
        value = limits[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise entry.error(f"limits 里的 {name} 应为不小于 0 的数字", "limits")
    return {name: float(value) for name, value in limits.items()}
