"""Whatever order things happen in, no call is lost and none judged twice: a state machine over the life of jobs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from tests.store.makers import MORNING, book, ended, judgement
from voice_agent.errors import JobError
from voice_agent.store import Store
from voice_agent.store.calls import calls, jobs, judgements
from voice_agent.store.calls.completion import complete
from voice_agent.store.calls.jobs import Job


class JobLife(RuleBasedStateMachine):
    """Calls arrive, workers take, renew, finish, fail, stop or vanish, time passes: no call is lost, none judged twice."""

    leases = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store.open(self.folder / "store.db")
        self.now = MORNING
        self.known: set[int] = set()
        self.finished: dict[int, int] = {}

    def teardown(self) -> None:
        """Every call that was recorded is judged in the end, by one worker that takes what is left."""
        for _ in range(400):
            self.now += 4000
            job = jobs.lease(self.store, "last", 60, deaths=4, now=self.now)
            if job is None:
                break
            complete(self.store, job, judgement(), book=book(), now=self.now)
        assert all(calls.get_call(self.store, call).verdict for call in self.known)
        assert all(len(judgements.history(self.store, call)) == 1 for call in self.known)
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(uniqueid=st.integers(0, 5))
    def call_ends(self, uniqueid: int) -> None:
        """The bridge reports a call, perhaps again."""
        self.known.add(calls.record_call(self.store, ended(f"1.{uniqueid}"), now=self.now).id)

    @rule(target=leases, seconds=st.sampled_from([10.0, 100.0]))
    def take(self, seconds: float) -> object:
        """A worker asks for work."""
        job = jobs.lease(self.store, "w", seconds, deaths=4, now=self.now)
        return multiple() if job is None else job

    @rule(seconds=st.sampled_from([1.0, 20.0, 200.0]))
    def time_passes(self, seconds: float) -> None:
        """Leases run out, back-offs end."""
        self.now += seconds

    @rule(job=leases)
    def begin(self, job: Job) -> None:
        """Hearing begins."""
        self._if_ours(lambda: jobs.begin(self.store, job, now=self.now))

    @rule(job=leases)
    def renew(self, job: Job) -> None:
        """A worker says that it is alive."""
        self._if_ours(lambda: jobs.renew(self.store, job, 50, now=self.now))

    @rule(job=consumes(leases))
    def finish(self, job: Job) -> None:
        """A worker saves its judgement."""
        if self._if_ours(lambda: complete(self.store, job, judgement(), book=book(), now=self.now)):
            self.finished[job.call] = self.finished.get(job.call, 0) + 1

    @rule(job=consumes(leases), final=st.booleans(), crash=st.booleans())
    def fail(self, job: Job, final: bool, crash: bool) -> None:
        """A try fails, by the recording's fault or ours."""
        self._if_ours(lambda: jobs.fail(self.store, job, "错", attempts=4, final=final, crash=crash, now=self.now))

    @rule(job=consumes(leases))
    def stop(self, job: Job) -> None:
        """A worker stops cleanly."""
        self._if_ours(lambda: jobs.release(self.store, job))

    @rule(job=consumes(leases))
    def vanish(self, job: Job) -> None:
        """A worker is killed: nothing more is heard of it."""

    @staticmethod
    def _if_ours(act: Callable[[], object]) -> bool:
        try:
            act()
        except JobError:
            return False
        return True

    @invariant()
    def nothing_is_judged_twice(self) -> None:
        """One judgement a call at most, whoever raced."""
        assert all(times == 1 for times in self.finished.values())
        assert all(len(judgements.history(self.store, call)) <= 1 for call in self.known)

    @invariant()
    def every_call_has_a_job_or_a_judgement(self) -> None:
        """Nothing falls between."""
        states = {row.call: row.state for row in jobs.list_jobs(self.store)}
        assert set(states) == self.known
        judged = {call for call in self.known if judgements.history(self.store, call)}
        assert judged == {call for call, state in states.items() if state in ("done", "failed")}


JobLife.TestCase.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
test_life_of_jobs = JobLife.TestCase
test_life_of_jobs.__doc__ = "No order of arrivals, leases, failures and deaths loses a call or judges one twice."
