"""Jobs on real recordings with real Vosk: whatever goes wrong ends visibly, and nothing of a recording is touched."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import soundfile

from ami_bridge.events import Alive, CallEnded, ClerkLeg, Gap
from tests.live.test_facts import CALL
from voice_agent.bundled import bundled_calls
from voice_agent.live.listener import listen
from voice_agent.live.threads import is_dead, worker_name
from voice_agent.live.worker import Desk
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, completion, gaps, jobs, judgements, transcripts

pytestmark = pytest.mark.vosk
UNIQUEID = "1700000000.1"


def ended(seconds_ago: float = 0.0) -> CallEnded:
    """A call that ended just now, taken by clerk 1086; as long as its recording."""
    end = time.time() - seconds_ago
    leg = ClerkLeg("王芳", "PJSIP/a1086", "1086", "PJSIP/a1086-1", "1700000000.2", end - 42, end)
    return replace(CALL, start=end - 44, answered=end - 42, end=end, holds=(), clerks=(leg,))


def record(folder: Path, side: str) -> Path:
    """One leg of a bundled call, as Asterisk would leave it."""
    samples, rate = soundfile.read(bundled_calls() / "c01-model-call" / f"c01-model-call-{side}.wav", dtype="int16")
    path = folder / f"{UNIQUEID}-{side}.wav"
    soundfile.write(path, samples, rate, subtype="PCM_16")
    return path


def test_a_call_becomes_a_judgement(store: Store, desk: Desk, folder: Path) -> None:
    """Legs, transcript, findings and history are in the store; the recordings lie as they lay."""
    paths = [record(folder, "rx"), record(folder, "tx")]
    before = [(path.stat().st_mtime_ns, path.read_bytes()) for path in paths]
    listen([ended()], store, desk, drain=True)
    (call,) = calls.list_calls(store, CallFilter(coverage="monitored")).calls
    assert call.clerk == "1086"
    assert {leg.channel for leg in transcripts.load_legs(store, call.id)} == {"caller", "agent"}
    judgement = judgements.present_judgement(store, call.id)
    assert judgement is not None
    assert {finding.rule: finding.status for finding in judgement.findings}["job_number"] == "met"
    assert [(path.stat().st_mtime_ns, path.read_bytes()) for path in paths] == before


def test_no_recording_is_not_monitored(store: Store, desk: Desk) -> None:
    """A call without a recording is counted, shown, and never compliant."""
    listen([ended()], store, desk, drain=True)
    (call,) = calls.list_calls(store).calls
    assert (call.coverage, call.cause, call.verdict) == ("not_monitored", "no_recording", "not_monitored")


def test_a_cut_recording_is_not_monitored(store: Store, desk: Desk, folder: Path) -> None:
    """A recording that ends in the middle proves nothing."""
    path = record(folder, "tx")
    path.write_bytes(path.read_bytes()[:20000])
    listen([ended()], store, desk, drain=True)
    (call,) = calls.list_calls(store).calls
    assert (call.coverage, call.cause) == ("not_monitored", "bad_recording")


def test_a_defective_store_of_sound_does_not_stop_other_calls(store: Store, desk: Desk, folder: Path) -> None:
    """One call with rubbish for a recording, one good call: both end, each as it should."""
    (folder / "1700000009.1.wav").write_bytes(b"no sound" * 1000)
    record(folder, "rx")
    record(folder, "tx")
    listen([replace(ended(), uniqueid="1700000009.1", linkedid="1700000009.1"), ended()], store, desk, drain=True)
    coverage = {call.call_id: call.coverage for call in calls.list_calls(store).calls}
    assert coverage == {"1700000009.1": "not_monitored", UNIQUEID: "monitored"}


def two_calls(folder: Path) -> list[CallEnded]:
    """Calls with the same sound, one after the other."""
    for side in ("rx", "tx"):
        (folder / f"1700000009.1-{side}.wav").write_bytes(record(folder, side).read_bytes())
    return [replace(ended(), uniqueid="1700000009.1", linkedid="1700000009.1"), ended()]


def test_whoever_cannot_be_told_stops_no_judging(store: Store, desk: Desk, folder: Path) -> None:
    """What fails in telling people about a call undoes nothing of it and keeps back no other."""

    def fails(_store: Store, _number: int) -> None:
        raise RuntimeError("the terminal is gone")

    listen(two_calls(folder), store, replace(desk, judged=fails), drain=True)
    assert {call.coverage for call in calls.list_calls(store).calls} == {"monitored"}


def test_a_fault_of_ours_in_writing_one_call_keeps_back_no_other(
    store: Store, desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No half of it is written, it ends visibly, and the thread goes on. Stands for a defect that nobody knows of yet."""
    complete = completion.complete

    def defective(store: Store, job: jobs.Job, *rest: Any, **more: Any) -> None:
        complete(store, job, *rest, **more)
        if job.call == 1:
            raise KeyError("nobody thought of this")

    monkeypatch.setattr(completion, "complete", lambda store, *rest, **more: _within(store, defective, *rest, **more))
    listen(two_calls(folder), store, desk, drain=True)
    first, second = (calls.get_call(store, number) for number in (1, 2))
    assert (first.coverage, first.cause) == ("not_monitored", "failure")
    assert transcripts.load_legs(store, 1) == []
    assert second.coverage == "monitored"


def _within(store: Store, act: Any, *rest: Any, **more: Any) -> None:
    with store.transaction():
        act(store, *rest, **more)


def test_calls_in_a_gap_are_counted_from_their_recordings(store: Store, desk: Desk, folder: Path) -> None:
    """A recording that was completed while nobody listened is a call that was not monitored."""
    path = record(folder, "tx")
    now = time.time()
    os.utime(path, (now - 50, now - 50))
    listen([Gap(now - 100, None, "down"), Gap(now - 100, now - 10, "down"), Alive(now, 0)], store, desk, drain=True)
    (call,) = calls.list_calls(store).calls
    assert (call.call_id, call.coverage, call.cause) == (UNIQUEID, "not_monitored", "gap")
    assert [gap.end for gap in gaps.list_gaps(store)] == [now - 10]
    assert gaps.last_alive(store) == now


def test_jobs_of_a_killed_process_are_taken_over(store: Store, desk: Desk, folder: Path) -> None:
    """A lease of a process that no longer runs does not have to run out first."""
    record(folder, "tx")
    record(folder, "rx")
    calls.record_call(store, ended())
    jobs.lease(store, f"{worker_name(0).split(':')[0]}:999999999:0", 3600.0)
    listen([], store, replace(desk, attempts=2), drain=True)
    assert jobs.count_jobs(store)["done"] == 1


def test_only_processes_of_this_machine_can_be_known_dead() -> None:
    """A lease held elsewhere is left alone."""
    assert not is_dead(worker_name(3))
    assert not is_dead("another-host:999999999:0")
    assert not is_dead("something else")
