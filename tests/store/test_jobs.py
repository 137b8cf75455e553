"""The life of a job: leases, back-off, giving up visibly, and nothing lost or done twice whatever order things happen in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.makers import MORNING, book, ended, judgement, transcript
from voice_agent.errors import JobError
from voice_agent.store import Store
from voice_agent.store.calls import calls, jobs, judgements, transcripts
from voice_agent.store.calls.completion import complete
from voice_agent.store.calls.jobs import Job
from voice_agent.store.calls.transcripts import Leg


def recorded(store: Store, *uniqueids: str) -> list[int]:
    """Calls with a job each, due from MORNING on."""
    return [calls.record_call(store, ended(name), now=MORNING).id for name in uniqueids]


def leased(store: Store, now: float = MORNING, seconds: float = 60.0, deaths: int = 10) -> Job:
    """The next job, which must exist."""
    job = jobs.lease(store, "w", seconds, deaths=deaths, now=now)
    assert job is not None
    return job


def test_job_due_longest_comes_first_and_only_once(store: Store) -> None:
    """Two workers never get the same job while its lease runs."""
    first, second = recorded(store, "1.1", "1.2")
    assert [leased(store).call, leased(store).call] == [first, second]
    assert jobs.lease(store, "w", 60, now=MORNING) is None


def test_lease_that_ran_out_is_taken_over(store: Store) -> None:
    """Whoever comes back late finds the job in other hands and saves nothing."""
    recorded(store, "1.1")
    dead = leased(store)
    taker = leased(store, now=MORNING + 61)
    with pytest.raises(JobError, match="租约已失效"):
        complete(store, dead, judgement(), book=book())
    assert judgements.history(store, dead.call) == []
    complete(store, taker, judgement(), book=book())
    assert len(judgements.history(store, taker.call)) == 1


def test_renewed_lease_holds(store: Store) -> None:
    """A worker that is alive keeps its job."""
    recorded(store, "1.1")
    job = jobs.renew(store, leased(store), 600, now=MORNING + 50)
    assert job.lease_until == MORNING + 650
    assert jobs.lease(store, "other", 60, now=MORNING + 100) is None


def test_completion_keeps_everything_at_once(store: Store) -> None:
    """Transcript, legs, judgement and the job's end come together."""
    (number,) = recorded(store, "1.1")
    legs = [
        Leg("caller", Path("/rec/a.wav"), 0, 8000, 41.5, quality={"snr_db": 21.5}),
        Leg("agent", Path("/rec/a.wav"), 1, usable=False),
    ]
    heard = transcript(("agent", "您好"), call_id="1.1")
    complete(
        store,
        leased(store),
        judgement({"closing": "missing"}),
        book=book(),
        transcript=heard,
        legs=legs,
        recogniser="vosk",
    )
    assert transcripts.load_transcript(store, number) == heard
    assert transcripts.load_legs(store, number) == legs
    current = judgements.current_judgement(store, number)
    assert current is not None
    assert (current.verdict, current.book_version, current.transcript) == ("non_compliant", "1", 1)
    assert jobs.count_jobs(store) == {"waiting": 0, "leased": 0, "done": 1, "failed": 0}


def test_failures_wait_longer_and_end_visibly(store: Store) -> None:
    """Each failure doubles the wait; the last one makes the call not_monitored with the error."""
    (number,) = recorded(store, "1.1")
    now = MORNING
    for tries in (1, 2):
        assert jobs.fail(store, leased(store, now), "模型缺失", attempts=3, now=now) == "waiting"
        assert jobs.lease(store, "w", 60, now=now + jobs.delay(tries) - 1) is None
        now += jobs.delay(tries)
    assert jobs.fail(store, leased(store, now), "模型缺失", attempts=3, now=now) == "failed"
    row, current = calls.get_call(store, number), judgements.current_judgement(store, number)
    assert (row.verdict, row.cause) == ("not_monitored", "failure")
    assert current is not None
    assert current.reason == "模型缺失"
    assert jobs.lease(store, "w", 60, now=now + 1e6) is None


def test_delay_grows_to_its_limit() -> None:
    """30 s, 60 s, 120 s … never above an hour."""
    assert [jobs.delay(n) for n in (1, 2, 3, 8, 1000)] == [30.0, 60.0, 120.0, 3600.0, 3600.0]


def test_final_failure_does_not_wait(store: Store) -> None:
    """A recording that does not exist is not looked for again."""
    (number,) = recorded(store, "1.1")
    assert jobs.fail(store, leased(store), "找不到录音", final=True, cause="no_recording", now=MORNING) == "failed"
    assert calls.get_call(store, number).cause == "no_recording"


def dies(store: Store, now: float, *, begun: bool = True, deaths: int = 10) -> None:
    """A worker takes the next job, begins to hear, and is never heard of again."""
    job = leased(store, now, deaths=deaths)
    if begun:
        jobs.begin(store, job, now=now)


def test_job_that_kills_its_workers_is_given_up(store: Store) -> None:
    """A recording on which every worker dies does not go round for ever; how often is in the reason."""
    (number,) = recorded(store, "1.1")
    now = MORNING
    for _ in range(3):
        dies(store, now, deaths=3)
        now += 61
    assert jobs.lease(store, "w", 60, deaths=3, now=now) is None
    current = judgements.current_judgement(store, number)
    assert current is not None
    assert "3 次" in current.reason
    assert calls.get_call(store, number).cause == "failure"


def test_deaths_before_hearing_began_do_not_count(store: Store) -> None:
    """Kills while the model loads, however many, leave the job as it was."""
    recorded(store, "1.1")
    now = MORNING
    for _ in range(50):
        dies(store, now, begun=False)
        now += 61
    job = leased(store, now)
    assert (job.attempts, job.crashes) == (0, 0)


def test_faults_of_the_recording_and_crashes_of_ours_are_counted_apart(store: Store) -> None:
    """Four of each do not make five; the fifth fault does."""
    (number,) = recorded(store, "1.1")
    now = MORNING
    for turn in range(8):
        jobs.begin(store, job := leased(store, now), now=now)
        assert jobs.fail(store, job, "坏", crash=turn % 2 == 0, cause="bad_recording", now=now) == "waiting"
        now += jobs.LONGEST_DELAY
    assert jobs.fail(store, leased(store, now), "坏", cause="bad_recording", now=now) == "failed"
    assert calls.get_call(store, number).cause == "bad_recording"


def test_after_some_deaths_the_next_try_waits(store: Store) -> None:
    """One recording must not keep a machine restarting: from the fourth death on it waits, and others go first."""
    recorded(store, "1.1")
    now = MORNING
    for _ in range(4):
        dies(store, now)
        now += 61
    assert jobs.lease(store, "w", 60, now=now) is None
    assert leased(store, now + jobs.FIRST_DELAY).crashes == 4


def test_a_lease_that_ran_out_begins_nothing(store: Store) -> None:
    """Whoever lost the job may not count it as begun."""
    recorded(store, "1.1")
    late = leased(store)
    leased(store, MORNING + 61)
    with pytest.raises(JobError):
        jobs.begin(store, late)


def test_a_clock_that_was_ahead_keeps_no_call_waiting(store: Store) -> None:
    """Calls recorded tomorrow are heard today, and those that wait for a second try as before."""
    recorded(store, "1.1")
    jobs.fail(store, leased(store), "坏", now=MORNING)
    early = MORNING - 86400
    assert jobs.lease(store, "w", 60, now=early) is None
    assert jobs.mend_clock(store, now=early) == 1
    assert jobs.mend_clock(store, now=early) == 0
    assert leased(store, early).attempts == 1


def test_release_and_postpone_do_not_count(store: Store) -> None:
    """A clean stop and a growing recording are no failures."""
    recorded(store, "1.1")
    jobs.begin(store, first := leased(store), now=MORNING)
    jobs.release(store, first)
    job = leased(store)
    assert (job.attempts, job.crashes) == (0, 0)
    jobs.postpone(store, job, 5, "录音还在写", now=MORNING)
    assert jobs.lease(store, "w", 60, now=MORNING + 4) is None
    last = leased(store, MORNING + 5)
    assert (last.attempts, last.crashes) == (0, 0)


def test_jobs_of_the_dead_are_due_at_once(store: Store) -> None:
    """After a restart nobody waits for the leases of processes that are gone."""
    recorded(store, "1.1", "1.2")
    jobs.lease(store, "dead", 600, now=MORNING)
    jobs.lease(store, "alive", 600, now=MORNING)
    assert sorted(jobs.leased_workers(store)) == ["alive", "dead"]
    assert jobs.reclaim(store, "dead") == 1
    assert jobs.lease(store, "new", 600, now=MORNING) is not None
    assert jobs.lease(store, "new", 600, now=MORNING) is None


def test_list_shows_state_and_error(store: Store) -> None:
    """A person sees what waits and why."""
    recorded(store, "1.1", "1.2")
    jobs.fail(store, leased(store), "坏", now=MORNING)
    assert [(job.state, job.error) for job in jobs.list_jobs(store)] == [("waiting", ""), ("waiting", "坏")]
    assert jobs.list_jobs(store, state="done") == []
    assert jobs.next_due(store) == MORNING
