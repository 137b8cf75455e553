"""A day in ten minutes: ten calls on a real Asterisk with everything that happens to them, judged with the right clerks and coverage."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from recordings_fixtures.asterisk.stage import Stage
from tests.asterisk_server import AsteriskServer, asterisk_root
from voice_agent.bundled import bundled_calls
from voice_agent.demo import live
from voice_agent.store import Store
from voice_agent.store.calls import calls, gaps, judgements, timelines
from voice_agent.store.calls.call_rows import CallRow

pytestmark = [pytest.mark.asterisk, pytest.mark.vosk, pytest.mark.timeout(900)]
JOBS = tuple(str(number) for number in range(1201, 1213))


@pytest.fixture
def asterisk(tmp_path: Path) -> Iterator[AsteriskServer]:
    with AsteriskServer(asterisk_root(), clerks=JOBS) as server:
        (tmp_path / "ast").mkdir()
        live.write_config(tmp_path, server, [])
        yield server


@pytest.fixture
def legs(tmp_path: Path) -> tuple[Path, Path]:
    """Both sides of a bundled call of 22 seconds, as Asterisk plays them."""
    found = []
    for side in ("rx", "tx"):
        sound, rate = soundfile.read(bundled_calls() / "c24-shirking" / f"c24-shirking-{side}.wav", dtype="int16")
        soundfile.write(tmp_path / f"{side}.wav", np.asarray(sound), rate, subtype="PCM_16")
        found.append(tmp_path / f"{side}.wav")
    return found[0], found[1]


def test_ten_calls(asterisk: AsteriskServer, legs: tuple[Path, Path], tmp_path: Path) -> None:
    """Parking, transfer, pickup, mute, option b, overflow, recordings stopped and begun anew, listen killed, Asterisk restarted."""
    with live.listener(tmp_path) as process:
        live.wait(lambda: live.follows(tmp_path), 90, "not connected")
        with Stage(asterisk) as stage:
            numbers = first_nine(stage, legs)
        live.wait(lambda: live.judged(tmp_path) >= len(numbers), 400, "first calls not judged")
        with Stage(asterisk) as stage:
            numbers["outlived"] = stage.place_call(*legs, "1211").number
            stage.wait_answered(numbers["outlived"])
            time.sleep(6)  # a heartbeat is stored
            os.kill(process.pid, signal.SIGKILL)
            process.wait(10)
    with live.listener(tmp_path):
        live.wait(
            lambda: live.judged(tmp_path) >= len(numbers), 400, "the call that outlived the listener was not judged"
        )
        known = len(closed_gaps(tmp_path))
        asterisk.restart()
        live.wait(lambda: len(closed_gaps(tmp_path)) > known, 90, "no gap")
        time.sleep(3)  # while it starts Asterisk may let go of the connection once more
        live.wait(lambda: not open_gaps(tmp_path), 90, "not connected again")
        with Stage(asterisk) as stage:
            numbers["after"] = stage.place_call(*legs, "1212", way="dial").number
        live.wait(lambda: live.judged(tmp_path) >= len(numbers), 400, "the call after the restart was not judged")
    with Store.open(tmp_path / "demo.db") as store:
        check(store, numbers)


def first_nine(stage: Stage, legs: tuple[Path, Path]) -> dict[str, str]:
    """Nine calls at once, and what is done to each of them; name → the caller's number."""
    for job in ("1203", "1205", "1207"):
        stage.says(job, legs[1])
    placed = {
        "plain": stage.place_call(*legs, "1201"),
        "parked": stage.place_call(*legs, "1202"),
        "transferred": stage.place_call(*legs, "1204"),
        "picked up": stage.place_call(*legs, "1206", ring_seconds=60),
        "muted": stage.place_call(*legs, "1208"),
        "stopped": stage.place_call(*legs, "1209"),
    }
    numbers = {name: call.number for name, call in placed.items()}
    for name in ("plain", "parked", "transferred", "muted", "stopped"):
        stage.wait_answered(numbers[name])
    stage.dials("1207", "*81206")
    time.sleep(3)
    caller = {name: stage.callers(number)[0] for name, number in numbers.items()}
    stage.act("MixMonitorMute", Channel=caller["muted"], Direction="both", State="1")
    stage.park("1202", numbers["parked"])
    stage.transfer_blind("1204", "1205")
    stage.act("StopMixMonitor", Channel=caller["stopped"])
    time.sleep(3)
    stage.act("MixMonitorMute", Channel=caller["muted"], Direction="both", State="0")
    stage.dials("1203", "701")
    time.sleep(16)
    stage.wait_for(lambda: len(stage.callers()) <= 1, 40)
    stage.hang_up_callers()
    more = {
        "option b": stage.place_call(*legs, "1201", ring_seconds=4.0, mix="Sb"),
        "overflow": stage.place_call(*legs, "1202", way="overflow"),
        "local": stage.place_call(*legs, "1204", way="local", ends="agent"),
    }
    time.sleep(20)
    stage.wait_for(lambda: not stage.callers(), 60)
    return numbers | {name: call.number for name, call in more.items()}


def closed_gaps(folder: Path) -> list[object]:
    with Store.open(folder / "demo.db") as store:
        return [gap for gap in gaps.list_gaps(store) if gap.end is not None]


def open_gaps(folder: Path) -> list[object]:
    with Store.open(folder / "demo.db") as store:
        return [gap for gap in gaps.list_gaps(store) if gap.end is None]


def check(store: Store, numbers: dict[str, str]) -> None:
    found = {call.caller_number: call for call in calls.list_calls(store, limit=100).calls}
    by_name = {name: found[number] for name, number in numbers.items()}
    clerks = {
        name: [clerk.job_number for clerk in calls.clerks_of_call(store, call.id)] for name, call in by_name.items()
    }
    assert clerks == {
        "plain": ["1201"], "parked": ["1202", "1203"], "transferred": ["1204", "1205"], "picked up": ["1207"], "muted": ["1208"],
        "stopped": ["1209"], "option b": ["1201"], "overflow": ["1202"], "local": ["1204"], "outlived": ["1211"], "after": ["1212"],
    }  # fmt: skip
    covered = {name: call.coverage for name, call in by_name.items()}
    assert covered == {name: "not_monitored" if name == "stopped" else "monitored" for name in numbers}
    assert "录音只覆盖" in reason(store, by_name["stopped"])
    assert by_name["overflow"].queue == "hotline"
    for name, seconds in (("parked", 3.0), ("muted", 3.0)):
        assert max(unjudged(store, by_name[name])) == pytest.approx(seconds, abs=1.5), name
    line = timelines.load_timeline(store, by_name["option b"].id)
    assert line is not None
    assert line.share > 0.97
    assert line.began == pytest.approx(by_name["option b"].answered, abs=0.5)
    assert by_name["outlived"].talk_seconds == pytest.approx(22.5, abs=2.0)


def unjudged(store: Store, call: CallRow) -> list[float]:
    """How long the stretches are that are not judged although somebody was on the line."""
    line = timelines.load_timeline(store, call.id)
    assert line is not None
    return [one.end - one.start for one in line.unjudged if one.start > 1.0]


def reason(store: Store, call: CallRow) -> str:
    judgement = judgements.present_judgement(store, call.id)
    assert judgement is not None
    return judgement.reason
