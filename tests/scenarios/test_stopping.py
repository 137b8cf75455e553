"""A listener on a real Asterisk is stopped while calls are open and heard, and the next one goes on where it ended."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from recordings_fixtures.asterisk.stage import Stage
from tests.asterisk_server import AsteriskServer, asterisk_root, write_silence
from voice_agent.bundled import bundled_calls
from voice_agent.demo import live
from voice_agent.evaluate import read_calls
from voice_agent.store import Store
from voice_agent.store.calls import calls, gaps, jobs

pytestmark = [pytest.mark.asterisk, pytest.mark.vosk, pytest.mark.timeout(300)]
STOPS_WITHIN = 15.0  # seconds; systemd kills after ninety


@pytest.fixture
def asterisk(tmp_path: Path) -> Iterator[AsteriskServer]:
    chosen = live.choose_calls(read_calls(bundled_calls()), 1)
    with AsteriskServer(asterisk_root(), clerks=(str(chosen[0].agent.job_number),)) as server:
        live.write_config(tmp_path, server, chosen)
        yield server


def test_sigterm_with_an_open_call_loses_nothing(asterisk: AsteriskServer, tmp_path: Path) -> None:
    """It ends with 0 within seconds; the call that ended while nobody listened is counted, the gap is on record."""
    write_silence(tmp_path / "spoken.wav", 4.0)
    with live.listener(tmp_path) as process:
        live.wait(lambda: live.follows(tmp_path), 90, "not connected")
        with Stage(asterisk) as stage:
            placed = stage.place_call(tmp_path / "spoken.wav", tmp_path / "spoken.wav", asterisk.clerks[0])
            stage.wait_answered(placed.number)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(STOPS_WITHIN) == 0
            assert time.monotonic() - began < STOPS_WITHIN
            live.wait(lambda: "0 active calls" in asterisk.cli("core show channels count"), 60, "call not over")
    with live.listener(tmp_path):
        live.wait(lambda: settled(tmp_path) == 1, 120, "call not counted")
    with Store.open(tmp_path / "demo.db") as store:
        (call,) = calls.list_calls(store).calls
        assert (call.coverage, call.verdict) == ("not_monitored", "not_monitored")
        assert [gap for gap in gaps.list_gaps(store) if gap.end is not None] != []
        assert jobs.count_jobs(store)["leased"] == 0


def settled(folder: Path) -> int:
    with Store.open(folder / "demo.db") as store:
        pending = sum(jobs.count_jobs(store)[state] for state in ("waiting", "leased"))
        return calls.count_calls(store) if not pending else 0
