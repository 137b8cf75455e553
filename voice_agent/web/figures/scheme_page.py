"""评分办法: the rule of scoring in force, its versions, and making another."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from starlette.responses import Response

from voice_agent.errors import AccessError, StoreError
from voice_agent.labels import RULE_NAMES
from voice_agent.store.assessment.scheme import (
    DEDUCTIONS,
    GRADES,
    REWARDS,
    Scheme,
    current_scheme,
    list_schemes,
    save_scheme,
)
from voice_agent.store.people.tree import scope
from voice_agent.web.call.reviewing import text_of
from voice_agent.web.doors.visit import Page, Visit


def show_scheme(visit: Visit) -> Response:
    """The rule with its form for those who see everything. Raises StoreError."""
    found, offered = list_schemes(visit.store), visit.site.book.rules
    rules = [rule for rule in RULE_NAMES if rule in offered or found[0].scheme.weights.get(rule)]
    return visit.show(
        "scheme.html", versions=found, scheme=found[0].scheme, rules=rules, deductions=DEDUCTIONS, rewards=REWARDS, grades=GRADES,
        may_change=scope(visit.store, visit.user) is None,
    )  # fmt: skip


def save(visit: Visit) -> Response:
    """Make a new version. Raises AccessError for somebody who sees a part alone, StoreError naming the field."""
    if scope(visit.store, visit.user) is not None:
        raise AccessError("评分办法对所有单位有效，只有能看到全部单位的主管可以修改")
    before = current_scheme(visit.store).scheme
    number = save_scheme(visit.store, _read(visit.form, before), text_of(visit, "note"), visit.user.id)
    visit.note("save_scheme", "", f"第 {number} 版")
    return visit.go("/cards/scheme")


def _read(form: Mapping[str, str], before: Scheme) -> Scheme:
    """What the form says; a field that it lacks stays."""

    def number(name: str, now: float, words: str) -> float:
        text = form.get(name, "").strip()
        try:
            value = float(text) if text else now
        except ValueError as error:
            raise StoreError(f"{words}应为数字") from error
        if not isfinite(value):
            raise StoreError(f"{words}应为数字")
        return value

    weights = {
        rule: number(f"weight_{rule}", before.weights.get(rule, 0.0), f"“{name}”的权重")
        for rule, name in RULE_NAMES.items()
    }
    deductions = {
        key: (number(f"each_{key}", before.deductions[key][0], name), number(f"most_{key}", before.deductions[key][1], name))
        for key, name in DEDUCTIONS.items()
    }  # fmt: skip
    first, second, third = (number(f"grade_{n}", before.grades[n], GRADES[n]) for n in range(3))
    return Scheme(
        {rule: weight for rule, weight in weights.items() if weight}, deductions,
        {key: number(f"reward_{key}", before.rewards[key], name) for key, name in REWARDS.items()},
        number("good_compliance", before.good_compliance * 100, "合格率优良线") / 100,
        int(number("least", before.least, "最少通数")), (first, second, third), int(number("models", before.models, "标兵名额")),
    )  # fmt: skip


PAGES = (
    Page("scheme", "GET", "/cards/scheme", show_scheme),
    Page("save_scheme", "POST", "/cards/scheme", save),
)
