"""The short form of ``script/chaos``: a minute of random faults on a real site, and single faults whose effect is exactly known."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ami_bridge.events import Gap
from tests.asterisk_server import AsteriskServer, asterisk_root
from tests.chaos.checker import check
from tests.chaos.run import run
from tests.chaos.site import Site
from tests.chaos.witness import Seen
from tests.store.makers import MORNING, ended, judged_call
from voice_agent.store import Store
from voice_agent.store.calls import calls, gaps

pytestmark = [pytest.mark.chaos, pytest.mark.asterisk, pytest.mark.vosk, pytest.mark.timeout(600)]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with AsteriskServer(asterisk_root()) as asterisk, Site(tmp_path, asterisk, serve=False) as running:
        yield running


def test_a_minute_of_random_faults(tmp_path: Path) -> None:
    """Kills, cuts, stalls, restarts, locks, a full disk, a set clock, damaged files: every call is accounted for, none wrongly."""
    asterisk_root()
    report = run(60.0, random.randrange(1_000_000), tmp_path)
    assert report.found.faults == [], report.table()
    assert sum(report.faults.values()) >= 3


def test_calls_that_a_restart_of_asterisk_cuts_keep_who_and_where(site: Site) -> None:
    """Four talks, cut as by a power cut: each has its clerk, caller and queue, although a recording tells of it too."""
    site.place(4)
    site.wait(lambda: sum(seen.answered for seen in site.witness.calls.values()) == 4, 30)
    site.restart_asterisk(at_once=True)
    site.settle(120)
    with Store.open(site.store) as store:
        rows = list(calls.each_call(store))
        assert check(store, list(site.witness.calls.values()), [0.0]).faults == []
    assert {(row.queue, row.clerk) for row in rows} == {("hotline", clerk) for clerk in site.asterisk.clerks}
    assert {row.caller_number for row in rows} == {seen.number for seen in site.witness.calls.values()}


def test_a_kill_between_hangup_and_closing_loses_no_call(site: Site) -> None:
    """Three kills in the very moment in which a call is over and not yet told: a row or a gap over it, every time."""
    for _ in range(3):
        before = set(site.witness.calls)
        site.place(1)
        site.wait(
            lambda before=before: any(seen.ended for name, seen in site.witness.calls.items() if name not in before), 30
        )  # type: ignore[misc]
        site.stop_listener(signal.SIGKILL)
        site.start_listener()
        assert site.wait_following(60)
    site.settle(120)
    with Store.open(site.store) as store:
        found = check(store, list(site.witness.calls.values()), [0.0])
    assert found.faults == []
    assert sum(found.fates.values()) == 3


def test_calls_of_the_dead_time_are_covered_whatever_the_clock_says(site: Site) -> None:
    """The clock is an hour ahead, the listener is killed, calls pass, the clock is set right, it starts again: a row or a gap for each."""
    if not site.clock.works:
        pytest.skip("no C compiler for the clock that tests can set")
    site.clock.set(3600)
    time.sleep(8)
    site.stop_listener(signal.SIGKILL)
    site.place(3)
    site.wait(lambda: sum(seen.ended is not None for seen in site.witness.calls.values()) == 3, 60)
    site.clock.set(0)
    site.start_listener()
    assert site.wait_following(60)
    site.settle(120)
    with Store.open(site.store) as store:
        assert check(store, list(site.witness.calls.values()), [0.0]).faults == []


@pytest.mark.parametrize(
    ("what", "told"),
    [("lost", "lost without"), ("doubled", "judged twice"), ("compliant", "falsely compliant"), ("invented", "invented"),
     ("unanswered", "called unanswered"), ("open", "never ended")],
)  # fmt: skip
def test_the_checker_finds_what_it_is_there_for(tmp_path: Path, what: str, told: str) -> None:
    """Each kind of fault, planted by hand, is told; without one nothing is."""
    seen = Seen("1.1", "139", MORNING, MORNING + 64, queued=True, answered=True)
    with Store.open(tmp_path / "store.db") as store:
        number = judged_call(store, "1.1", {"closing": "missing"})
        assert check(store, [seen], [0.0]).faults == []
        if what == "lost":
            store.write("DELETE FROM calls WHERE id = ?", (number,))
            gaps.save_gap(store, Gap(MORNING + 100, MORNING + 200, "another time"))
        elif what == "doubled":
            store.write("INSERT INTO judgements (call, made_at, occasion, verdict, reason, cause, book_version) VALUES (?, 1, 'call', 'compliant', '', '', '')", (number,))  # fmt: skip
        elif what == "compliant":
            store.write("UPDATE calls SET verdict = 'compliant'")
        elif what == "invented":
            judged_call(store, "1.2", {"closing": "missing"})
        elif what == "unanswered":
            store.write("UPDATE calls SET coverage = 'unanswered'")
        else:
            calls.record_call(store, ended("1.3"))
            seen = Seen("1.3", "139", MORNING, MORNING + 64, queued=True, answered=True)
        assert any(told in fault for fault in check(store, [seen], [0.0]).faults)
