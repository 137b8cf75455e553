"""The sentences on the verdict of a call and on what its figures hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ami_bridge.events import ClerkLeg, Recording
from tests.contract.cases import ANSWER, NEED, whole
from tests.judging.dialogue import BOOK, transcript
from tests.live.test_facts import CALL
from tests.store.makers import judged_call, judgement
from voice_agent.config import Config
from voice_agent.coverage import lay, why_not_monitored
from voice_agent.live.facts import context_of
from voice_agent.pipeline import judge_transcript
from voice_agent.rules.verdict import verdict_of
from voice_agent.store import Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.calls.unmonitored import Cause, not_monitored
from voice_agent.store.statistics import statistics
from voice_agent.values import FAULTS, RULES, CallContext, Status


def verdict(**statuses: Status) -> str:
    """The verdict where every rule is met but those given."""
    return verdict_of(statuses.get(rule, "met") for rule in RULES)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store of its own."""
    return Store.open(tmp_path / "store.db")


def test_all_applicable_duties_met() -> None:
    """C-verdict-1: met and not applicable together are compliant."""
    assert verdict(callback="not_applicable", hold_notice="not_applicable") == "compliant"


@pytest.mark.parametrize("status", sorted(FAULTS))
def test_any_fault(status: Status) -> None:
    """C-verdict-2: one fault is non-compliant, whatever else is uncertain."""
    assert verdict(job_number=status, greeting="uncertain") == "non_compliant"


def test_something_uncertain() -> None:
    """C-verdict-3: without a fault it is for a person."""
    assert verdict(greeting="uncertain") == "needs_review"


def test_what_needs_review_enters_no_mean(store: Store) -> None:
    """C-verdict-4: the mean is that of the other calls."""
    judged_call(store, "1.1", {"closing": "missing"})
    judged_call(store, "1.2", {"closing": "uncertain"})
    assert statistics.total(store).mean_score == 90.0


@pytest.mark.parametrize("cause", ["gap", "no_recording", "bad_recording", "failure"])
def test_what_was_not_monitored(store: Store, cause: Cause) -> None:
    """C-verdict-5, C-verdict-7, C-verdict-8: it says why, is counted, is never compliant and enters no mean."""
    number = judged_call(store, "1.1", {"closing": "missing"})
    not_monitored(store, number, cause, "原因")
    judged_call(store, "1.2", {"closing": "missing"})
    call, counts = calls.get_call(store, number), statistics.total(store)
    assert (call.verdict, call.cause, call.score) == ("not_monitored", cause, None)
    assert (counts.calls, counts.not_monitored, counts.compliant, counts.mean_score) == (2, 1, 0, 90.0)


def partly(seconds: float) -> CallContext:
    """What is known of the example call (100 s of talk) of which ``seconds`` were recorded."""
    answered = 1000.0
    leg = ClerkLeg(None, "PJSIP/a1086", "1086", "PJSIP/a1086-1", "1086", answered, answered + 100.0)
    call = replace(CALL, clerks=(leg,), answered=answered, end=leg.end, holds=())
    line = lay(call, [(Recording("/rec/a.wav", "caller", answered, answered + seconds), seconds)])
    assert bool(why_not_monitored(line, 0.9)) == (seconds < 90.0)
    return context_of(call, line, Config().recordings.least_coverage)


def test_too_little_was_recorded() -> None:
    """C-verdict-6, C-verdict-9: below nine tenths the call was not monitored, and what was heard is still judged."""
    said = transcript(*whole(NEED, ANSWER))
    whole_call = judge_transcript(said, BOOK, partly(95.0)).judgement
    part = judge_transcript(said, BOOK, partly(85.0)).judgement
    assert whole_call.verdict != "not_monitored"
    assert (part.verdict, part.score) == ("not_monitored", None)
    assert tuple(one.rule for one in part.findings) == RULES


def test_the_least_coverage_is_configurable() -> None:
    """C-verdict-6: nine tenths by default, another share where a site says so."""
    assert Config().recordings.least_coverage == 0.9
    assert Config.model_validate({"recordings": {"least_coverage": 0.5}}).recordings.least_coverage == 0.5


def test_findings_of_what_was_not_monitored_are_kept(store: Store) -> None:
    """C-verdict-9: the findings of a call that was recorded in part stand in the store."""

    number = judged_call(store, "1.1")
    part = replace(judgement({"closing": "missing"}), verdict="not_monitored", score=None, reason="只录到一部分")
    judgements.save_judgement(store, number, part)
    assert calls.get_call(store, number).verdict == "not_monitored"
    assert [one.finding.rule for one in judgements.current_findings(store, number)] == list(RULES)
