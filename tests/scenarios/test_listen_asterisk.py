"""From a ringing call on a real Asterisk to a judged call in the store, through a restart, without anybody touching anything."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from recordings_fixtures.asterisk.server import AsteriskServer, AsteriskUnavailableError, fetch_root
from voice_agent.bundled import bundled_calls
from voice_agent.demo import live
from voice_agent.evaluate import CallFolder, read_calls
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, gaps, judgements
from voice_agent.values import FAULTS, RULES

pytestmark = [pytest.mark.asterisk, pytest.mark.vosk, pytest.mark.timeout(900)]

FIRST, SECOND = 3, 2


@pytest.fixture
def chosen() -> list[CallFolder]:
    return live.choose_calls(read_calls(bundled_calls()), FIRST + SECOND)


@pytest.fixture
def asterisk(tmp_path: Path, chosen: list[CallFolder]) -> Iterator[AsteriskServer]:
    try:
        root = fetch_root()
    except AsteriskUnavailableError as error:
        pytest.skip(f"no Asterisk: {error}")
    with AsteriskServer(root, clerks=tuple(str(call.agent.job_number) for call in chosen)) as server:
        (tmp_path / "ast").mkdir()
        live.write_config(tmp_path, server, chosen)
        yield server


def test_calls_are_judged_live_and_a_restart_is_a_recorded_gap(
    asterisk: AsteriskServer, chosen: list[CallFolder], tmp_path: Path
) -> None:
    """Three calls at once, a restart of Asterisk, two more calls: the right clerk and no false accusation on any, the gap on record."""
    with live.listener(tmp_path):
        live.wait(lambda: live.follows(tmp_path), 90, "not connected")
        live.place(asterisk, chosen[:FIRST], tmp_path)
        live.wait(lambda: live.judged(tmp_path) == FIRST, 400, "first calls not judged")
        asterisk.restart()
        live.wait(lambda: closed_gaps(tmp_path) > 0, 90, "no gap")
        live.place(asterisk, chosen[FIRST:], tmp_path)
        live.wait(lambda: live.judged(tmp_path) == FIRST + SECOND, 400, "later calls not judged")
    with Store.open(tmp_path / "demo.db") as store:
        assert_right(store, chosen)


def closed_gaps(folder: Path) -> int:
    with Store.open(folder / "demo.db") as store:
        return sum(gap.end is not None for gap in gaps.list_gaps(store))


def assert_right(store: Store, chosen: list[CallFolder]) -> None:
    expected = {str(call.agent.job_number): call.expected for call in chosen}
    judged = calls.list_calls(store).calls
    assert {call.clerk for call in judged} == set(expected)
    for call in judged:
        judgement = judgements.present_judgement(store, call.id)
        assert judgement is not None
        found = {finding.rule: finding.status for finding in judgement.findings}
        assert set(found) == set(RULES), (call.clerk, judgement.reason)
        accused = {rule for rule, status in found.items() if status in FAULTS}
        assert accused <= {rule for rule, status in expected[call.clerk].findings.items() if status in FAULTS}, (
            call.clerk
        )
        assert found["job_number"] in (expected[call.clerk].findings["job_number"], "uncertain")


def test_killed_listener_loses_no_call_and_judges_none_twice(
    asterisk: AsteriskServer, chosen: list[CallFolder], tmp_path: Path
) -> None:
    """kill -9 right after the hang-up: the next start judges the call once, from what was already in the store."""
    with live.listener(tmp_path) as process:
        live.wait(lambda: live.follows(tmp_path), 90, "not connected")
        live.place(asterisk, chosen[:1], tmp_path)
        live.wait(lambda: recorded(tmp_path) == 1, 200, "call not recorded")
        os.kill(process.pid, signal.SIGKILL)
    with live.listener(tmp_path):
        live.wait(lambda: live.judged(tmp_path) == 1, 200, "call not judged")
    with Store.open(tmp_path / "demo.db") as store:
        (call,) = calls.list_calls(store, CallFilter(coverage="monitored")).calls
        assert len(judgements.history(store, call.id)) == 1


def recorded(folder: Path) -> int:
    with Store.open(folder / "demo.db") as store:
        return calls.count_calls(store)
