"""Optional rules in the store: kept, listed, counted and exported where a site judged by them, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from tests.store.makers import MORNING, SOURCE, book, ended, judged_call, judgement, staff
from tests.store.test_states import chosen
from voice_agent.reporting.tables import findings_sheet, statistics_sheets
from voice_agent.rules.verdict import cost
from voice_agent.store import Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.reviews import reviews
from voice_agent.store.statistics import statistics
from voice_agent.values import Evidence, Finding, Judgement, Status

RULE = "rating_request"


def with_rating(status: Status) -> Judgement:
    """A judgement with a finding of an optional rule after the thirteen."""
    made = judgement()
    heard = (Evidence("agent", 1.0, 2.0, "再见", "请您对我的服务作出评价"),)
    return replace(made, findings=(*made.findings, Finding(RULE, status, 0.9, heard, "理由")))


def saved(store: Store, uniqueid: str, status: Status) -> int:
    number = calls.record_call(store, ended(uniqueid), now=MORNING + 70).id
    whole = book()
    rules = {**whole.rules, RULE: replace(whole.rules["closing"], id=RULE, points=7.0, source=SOURCE)}
    judgements.save_judgement(store, number, with_rating(status), book=replace(whole, rules=rules, digest="optional"))
    return number


def test_findings_come_after_the_thirteen(store: Store) -> None:
    """The finding is read back last."""
    number = saved(store, "1.1", "met")
    assert judgements.current_findings(store, number)[-1].finding.rule == RULE


def test_lists_find_it(store: Store) -> None:
    """A list can be filtered by the rule; calls judged without it are never in it."""
    staff(store)
    number = saved(store, "1.1", "missing")
    judged_call(store, "1.2")
    assert chosen(store, rule=RULE) == [number]
    assert chosen(store, rule=RULE, status=("met",)) == []
    assert dict(calls.get_call(store, number).statuses)[RULE] == "missing"


def test_statistics_count_it_where_it_was_judged(store: Store) -> None:
    """The rule has a line of its own, after the others, over the calls judged by it; without any there is no line."""
    judged_call(store, "1.1")
    assert RULE not in [line.rule for line in statistics.rule_lines(store)]
    saved(store, "1.2", "missing")
    line = statistics.rule_lines(store)[-1]
    assert (line.rule, line.counts.faults, line.counts.met) == (RULE, 1, 0)


def test_exports_name_it(store: Store) -> None:
    """Findings and statistics carry its Chinese name."""
    saved(store, "1.1", "missing")
    assert any("请求评价" in row for row in findings_sheet(store).rows)
    assert any("请求评价" in row for sheet in statistics_sheets(store) for row in sheet.rows)


def test_people_decide_about_it(store: Store) -> None:
    """A reviewer may overrule it or add it; verdict and points follow."""
    people = staff(store)
    number = saved(store, "1.1", "missing")
    (found,) = [one for one in judgements.current_findings(store, number) if one.finding.rule == RULE]
    reviews.overrule(store, found.id, people["r1"], "请评价了")
    assert calls.get_call(store, number).verdict == "compliant"
    heard = (Evidence("agent", 1.0, 2.0, "再见", ""),)
    reviews.add_finding(store, number, people["r1"], Finding(RULE, "missing", 1.0, heard, "没有说"))
    assert calls.get_call(store, number).score == 100.0 - cost("missing", None, None) - 2.0
