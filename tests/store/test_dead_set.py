"""Calls that were given up are listed with their reason, and can be heard again when somebody has mended what was wrong."""

from __future__ import annotations

import pytest

from ami_bridge.events import Gap
from tests.store.makers import MORNING, book, ended, judged_call, judgement
from voice_agent.errors import NotInStore, StoreError
from voice_agent.store import Store
from voice_agent.store.calls import calls, jobs, judgements
from voice_agent.store.calls.completion import complete
from voice_agent.store.calls.dead_set import count_dead, list_dead, retry, retry_all


def given_up(store: Store, name: str, cause: str = "no_recording") -> int:
    """A call whose job ended with a fault."""
    number = calls.record_call(store, ended(name), now=MORNING).id
    job = jobs.lease(store, "w", 60, now=MORNING)
    assert job is not None
    jobs.fail(store, job, "找不到录音", final=True, cause=cause, now=MORNING)  # type: ignore[arg-type]
    return number


def test_the_dead_are_listed_with_reason_and_cause(store: Store) -> None:
    """Call, cause, reason and both counts; judged calls, unanswered ones and those in a gap are not among them."""
    given_up(store, "1.1")
    judged_call(store, "1.2")
    calls.record_call(store, ended("1.3", answered=False))
    calls.record_call(store, ended("1.4", gaps=(Gap(MORNING, MORNING + 1, "x"),)))
    (dead,) = list_dead(store)
    assert (dead.call_id, dead.cause, dead.reason, dead.attempts, dead.crashes) == (
        "1.1",
        "no_recording",
        "找不到录音",
        1,
        0,
    )
    assert count_dead(store) == 1


def test_a_retried_call_is_heard_and_judged_and_was_never_compliant_before(store: Store) -> None:
    """Until it is heard it stays not monitored; afterwards the history shows both."""
    number = given_up(store, "1.1", "bad_recording")
    assert retry(store, "1.1", now=MORNING) == number
    assert calls.get_call(store, number).coverage == "not_monitored"
    job = jobs.lease(store, "w", 60, now=MORNING)
    assert job is not None
    assert (job.attempts, job.crashes) == (0, 0)
    complete(store, job, judgement(), book=book())
    assert calls.get_call(store, number).verdict == "compliant"
    assert [one.verdict for one in judgements.history(store, number)] == ["compliant", "not_monitored"]


def test_all_are_retried_at_once(store: Store) -> None:
    """Every call of the dead set, and nothing else."""
    for name in ("1.1", "1.2", "1.3"):
        given_up(store, name)
    judged_call(store, "1.4")
    assert retry_all(store) == 3
    assert count_dead(store) == 0  # they wait now; that they are not monitored stays
    assert retry_all(store) == 0
    assert [job.error for job in jobs.list_jobs(store, state="waiting")][:3] == ["", "", ""]


def test_what_cannot_be_heard_again_says_why(store: Store) -> None:
    """A gap, an unanswered call, a judged one, one that waits: each has its own reason."""
    calls.record_call(store, ended("1.1", gaps=(Gap(MORNING, MORNING + 1, "x"),)))
    calls.record_call(store, ended("1.2", answered=False))
    judged_call(store, "1.3")
    calls.record_call(store, ended("1.4"))
    for name, why in {"1.1": "监测中断", "1.2": "没有人接听", "1.3": "rejudge", "1.4": "正在等待"}.items():
        with pytest.raises(StoreError, match=why):
            retry(store, name)
    with pytest.raises(NotInStore):
        retry(store, "1.9")


def test_a_call_in_a_gap_without_a_seen_answer_is_unknown(store: Store) -> None:
    """Overload hides answers: such a call is not monitored, with the reason, and never counts as unanswered."""
    number = calls.record_call(store, ended("1.1", answered=False, gaps=(Gap(MORNING, MORNING + 9, "x"),))).id
    row = calls.get_call(store, number)
    assert (row.coverage, row.cause, row.answered) == ("not_monitored", "gap", None)
    judged = judgements.current_judgement(store, number)
    assert judged is not None
    assert "有没有人接听" in judged.reason
    assert store.value("SELECT sum(unanswered) FROM call_tally WHERE cube = 'unit_day'") == 0


@pytest.mark.parametrize(
    "followed",
    [
        ended("1.1", gaps=(Gap(MORNING, MORNING + 9, "x"),)),
        ended("1.1", answered=False, gaps=(Gap(MORNING, MORNING + 9, "x"),)),
    ],
)
def test_the_richer_record_wins(store: Store, followed: object) -> None:
    """What only a file told is replaced by what the bridge had followed, whichever comes first; clerk, caller and queue stay."""
    file = ended("1.1", queue=None, clerks=(), gaps=(Gap(MORNING, MORNING + 9, "x"),))
    file = file.__class__(**{**file.__dict__, "caller_number": None, "complete": False})
    for told in (file, followed, file):
        number = calls.record_call(store, told).id  # type: ignore[arg-type]
    row = calls.get_call(store, number)
    assert (row.queue, row.caller_number) == ("hotline", "13800000000")
    assert row.clerk == ("1086" if followed.answered else "")  # type: ignore[attr-defined]
    assert calls.count_calls(store) == 1
