"""Figures: kept sums equal a fresh count whatever happens, periods are exact to the day, rates have their denominators."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ami_bridge.events import Gap
from phrasebook.model import PhraseBook
from tests.store.makers import DAY, HOUR, MORNING, SOURCE, book, ended, judged_call, judgement, staff, unhurried
from tests.store.test_reviews import finding, spoken
from voice_agent.rules import verdict as judging
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.calls import present_state as state
from voice_agent.store.calls.books import Points
from voice_agent.store.calls.unmonitored import not_monitored
from voice_agent.store.reviews import closings, reviews
from voice_agent.store.statistics import phrase_sums, statistics, tally
from voice_agent.store.statistics.breakdown import Breakdown, cube_for
from voice_agent.store.statistics.columns import CALL_COLUMNS, RULE_COLUMNS
from voice_agent.store.statistics.figures import CallCounts, RuleCounts
from voice_agent.values import FAULTS, RULES, Finding, Status

STATUSES: tuple[Status, ...] = get_args(Status)


def test_rates_name_their_denominator(store: Store) -> None:
    """Met of met and faults; uncertain and not applicable stand beside, never inside; nothing decided is no rate."""
    for n, status in enumerate(("met", "met", "late", "missing", "uncertain", "not_applicable")):
        judged_call(store, f"1.{n}", {"closing": status})
    line = next(each for each in statistics.rule_lines(store) if each.rule == "closing")
    assert line.counts == RuleCounts(2, 2, 1, 1, missing=1, late=1)
    assert (line.counts.applicable, line.counts.rate) == (4, 0.5)
    assert RuleCounts(0, 0, 3, 4).rate is None


def test_coverage_counts_what_was_not_monitored_with_its_cause(store: Store) -> None:
    """Unanswered, pending, not monitored (by cause) and monitored calls add up; not monitored is never compliant."""
    judged_call(store, "1.1")
    calls.record_call(store, ended("1.2", answered=False, ring=40.0))
    calls.record_call(store, ended("1.3", ring=20.0))
    calls.record_call(store, ended("1.4", gaps=(Gap(MORNING, None, "x"),)))
    for n, cause in enumerate(("no_recording", "bad_recording", "failure")):
        not_monitored(store, calls.record_call(store, ended(f"2.{n}")).id, cause, "原因")  # type: ignore[arg-type]
    counts = statistics.total(store)
    assert (counts.calls, counts.unanswered, counts.pending, counts.monitored, counts.not_monitored) == (7, 1, 1, 1, 4)
    assert (counts.gap, counts.no_recording, counts.bad_recording, counts.failure) == (1, 1, 1, 1)
    assert (counts.compliant, counts.compliance, counts.coverage) == (1, 1.0, 1 / 6)
    assert (counts.late_answers, counts.mean_ring, counts.connect_rate) == (1, (4.0 * 5 + 20.0) / 6, 6 / 7)
    assert CallCounts().mean_ring is None


def test_breakdowns_have_keys_people_know(store: Store) -> None:
    """Clerk (with name), unit, window, hour, day, ISO week, month."""
    staff(store)
    judged_call(store, "1.1")
    judged_call(store, "1.2", start=MORNING + 9 * DAY + 5 * HOUR, clerk="2001")
    keys = {by: [(line.key, line.label) for line in statistics.call_lines(store, by=by)] for by in get_args(Breakdown)}
    assert keys["total"] == [("", "")]
    assert keys["clerk"] == [("1086", "张三"), ("2001", "王五")]
    assert keys["unit"] == [("医保中心", "医保中心"), ("社保局", "社保局")]
    assert keys["window"] == [("1号窗口", "医保中心 1号窗口"), ("3号窗口", "社保局 3号窗口")]
    assert [key for key, _ in keys["hour"]] == ["09", "14"]
    assert [key for key, _ in keys["day"]] == ["2026-11-22", "2026-12-01"]
    assert [key for key, _ in keys["week"]] == ["2026-W47", "2026-W49"]
    assert [key for key, _ in keys["month"]] == ["2026-11", "2026-12"]


def test_a_transferred_call_blames_nobody_for_a_colleague(store: Store) -> None:
    """The missing goodbye is the second clerk's, the missing greeting the first one's."""
    staff(store)
    number = calls.record_call(store, ended("1.1", clerks=("1086", "2001"))).id
    judgements.save_judgement(store, number, judgement({"greeting": "missing", "closing": "missing"}), book=book())
    faults = {(line.key, line.rule) for line in statistics.rule_lines(store, by="clerk") if line.counts.faults}
    assert faults == {("1086", "greeting"), ("2001", "closing")}
    assert calls.count_calls(store, CallFilter(clerk="1086", rule="closing")) == 0
    assert calls.count_calls(store, CallFilter(clerk="2001", rule="closing")) == 1


#: What may happen: (call, what, rule, status).
acts = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["judge", "lose", "overrule", "add", "finish"]), st.sampled_from(RULES[:4]), st.sampled_from(STATUSES)),
    min_size=1, max_size=14,
)  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts)
def test_kept_sums_equal_a_fresh_count(happened: list[tuple[int, str, str, Status]]) -> None:
    """After any history the sums are what counting all calls anew gives, and what counting the calls themselves gives."""
    folder = Path(tempfile.mkdtemp())
    with Store.open(folder / "store.db") as store:
        people = staff(store)
        for call, what, rule, status in happened:
            _act(store, people["r1"], call, what, rule, status)
        kept = _sums(store)
        tally.rebuild(store)
        assert _sums(store) == kept
        for by in get_args(Breakdown):
            _compare_with_counting(store, by)
    shutil.rmtree(folder)


def _act(store: Store, reviewer: int, call: int, what: str, rule: str, status: Status) -> None:
    clerks = (("1086",), ("2001", "1087"), (None,))[call % 3]
    number = calls.record_call(
        store, ended(f"1.{call}", clerks=clerks, start=MORNING + call * 5 * DAY + call * HOUR)
    ).id
    judged = judgements.current_judgement(store, number)
    if what == "judge":
        judgements.save_judgement(store, number, judgement({rule: status}), book=book())
    elif what == "lose":
        not_monitored(store, number, "failure", "错")
    elif judged is not None and judged.verdict != "not_monitored":
        if what == "overrule":
            reviews.overrule(store, finding(store, number, rule).id, reviewer, "理由", status=status)
        elif what == "add":
            reviews.add_finding(store, number, reviewer, spoken(rule, status))
        else:
            closings.finish_review(store, number, reviewer, reason="以后再听")


def _sums(store: Store) -> list[list[tuple[object, ...]]]:
    """Both tables without rows that have come back to nothing; sums of points to a thousandth."""
    whole = "SELECT * FROM rule_tally WHERE met OR faults OR uncertain OR not_applicable ORDER BY 1, 2, 3, 4, 5, 6, 7"
    rows = [tuple(row) for row in store.rows(whole)]
    points = "SELECT * FROM call_tally WHERE calls ORDER BY 1, 2, 3, 4, 5, 6"
    return [
        rows,
        [tuple(round(cell, 3) if isinstance(cell, float) else cell for cell in row) for row in store.rows(points)],
    ]


def _compare_with_counting(store: Store, by: Breakdown) -> None:
    """A filter that the sums cannot answer, but that narrows nothing, makes the calls themselves be counted."""
    for chosen in (
        CallFilter(),
        CallFilter(since=date(2026, 11, 25), until=date(2026, 12, 10)),
        CallFilter(unit="社保局"),
        CallFilter(clerk="1086"),
    ):
        counted = replace(chosen, queue="hotline")
        assert cube_for(counted, by) is None
        assert statistics.rule_lines(store, chosen, by) == statistics.rule_lines(store, counted, by)
        ours, theirs = statistics.call_lines(store, chosen, by), statistics.call_lines(store, counted, by)
        assert [replace(line, counts=replace(line.counts, score_sum=0.0, ring_sum=0.0)) for line in ours] == [
            replace(line, counts=replace(line.counts, score_sum=0.0, ring_sum=0.0)) for line in theirs
        ]
        assert [line.counts.score_sum for line in ours] == pytest.approx([line.counts.score_sum for line in theirs])


def test_rule_filter_narrows_lines_not_calls(store: Store) -> None:
    """The rate of one rule is over all calls, not only those at fault."""
    judged_call(store, "1.1", {"closing": "missing"})
    judged_call(store, "1.2")
    for chosen in (CallFilter(rule="closing"), CallFilter(rule="closing", queue="hotline")):
        assert [(line.rule, line.counts.rate) for line in statistics.rule_lines(store, chosen)] == [("closing", 0.5)]


def test_kinds_of_fault_are_counted(store: Store) -> None:
    """Missing, late and mismatch stand apart, narrowed like everything else."""
    staff(store)
    judged_call(store, "1.1", {"job_number": "late"})
    judged_call(store, "1.2", {"job_number": "mismatch"}, clerk="2001")
    everything = {(line.status, line.calls) for line in statistics.status_lines(store, CallFilter(rule="job_number"))}
    assert everything == {("late", 1), ("mismatch", 1)}
    assert {line.status for line in statistics.status_lines(store, CallFilter(rule="job_number", clerk="2001"))} == {
        "mismatch"
    }
    assert len(statistics.status_lines(store)) == 14


findings = st.lists(
    st.builds(Finding, st.sampled_from(RULES), st.sampled_from(STATUSES), st.just(1.0)),
    unique_by=lambda each: each.rule,
)


@unhurried
@given(findings, st.floats(0, 40), st.floats(0, 40))
def test_verdict_and_points_are_those_of_the_judging_part(found: list[Finding], fault: float, late: float) -> None:
    """What reviews lead to is computed as the machine computes it."""
    small = _book_with(fault, late)
    total = sum(state._cost(each.status, Points(fault, late) if each.rule in small.rules else None) for each in found)
    undecided = judging.verdict_of(each.status for each in found) == "needs_review"
    assert judging.points_of(found, small) == (None if undecided else max(0.0, round(100.0 - total, 1)))


def _book_with(fault: float, late: float) -> PhraseBook:
    """Values every rule but the last, so that unvalued rules are met as well."""
    whole = book()
    rules = {rule: replace(whole.rules[rule], points=fault, late_points=late, source=SOURCE) for rule in RULES[:-1]}
    return replace(whole, rules=rules)


def test_faults_are_what_the_rules_call_faults() -> None:
    """The statuses in the sums' SQL are those of the contract."""
    assert {"missing", "late", "mismatch", "violated"} == FAULTS


def test_one_list_of_columns_is_behind_every_figure(store: Store) -> None:
    """The kept tables, the statements and the results have the same figures in the same order, each spelt once."""
    for columns, table, counts in ((RULE_COLUMNS, "rule_tally", RuleCounts), (CALL_COLUMNS, "call_tally", CallCounts)):
        kept = [row["name"] for row in store.rows(f"PRAGMA table_info({table})")]
        assert list(columns) == [field.name for field in fields(counts)]
        assert [name for name in kept if name in columns] == list(columns)
        assert set(kept) - set(columns) <= {"cube", "span", "unit", "window", "clerk", "hour", "rule"}


def test_a_decision_costs_the_same_in_any_store(store: Store) -> None:
    """The sums of one call are changed by its number: no statement passes over all calls, findings or uses."""
    for sql in (tally._RULES_OF_ONE, tally._CALLS_OF_ONE, phrase_sums._ONE):
        plan = [row["detail"] for row in store.rows(f"EXPLAIN QUERY PLAN {sql}", {"call": 1, "sign": 1})]
        passes = [
            step for step in plan if step.startswith("SCAN") and step.split()[1] not in ("k", "s", "u", "CONSTANT")
        ]
        assert passes == []
