"""Cases from the field from AMI stream and recordings to the verdict: only the clerk's own, recorded time is judged."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from ami_bridge.events import CallEnded, Recording, Stretch
from ami_bridge.replay import replay_calls
from ami_bridge.settings import Settings
from tests.live.test_facts import CALL
from voice_agent.bundled import bundled_calls
from voice_agent.intake.recordings import RecordingPlaces, folder_is_gone
from voice_agent.live.listener import listen
from voice_agent.live.rejudge import rejudge, stored_context
from voice_agent.live.worker import Desk, work_off
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, jobs, judgements, timelines, transcripts
from voice_agent.values import FAULTS, Status

pytestmark = pytest.mark.vosk
CASES = Path(__file__).parents[1] / "ami_bridge" / "cases"
RATE, CALLER = 8000, "1795400100.1"
Sound = npt.NDArray[np.int16]


def leg(name: str, side: str) -> Sound:
    """One leg of a bundled call."""
    return np.asarray(soundfile.read(bundled_calls() / name / f"{name}-{side}.wav", dtype="int16")[0])


def quiet(seconds: float) -> Sound:
    return np.zeros(int(seconds * RATE), np.int16)


def save(folder: Path, name: str, sides: Mapping[str, list[Sound]]) -> None:
    """Both legs of a recording as MixMonitor's r and t would leave them."""
    for side, parts in sides.items():
        soundfile.write(folder / f"{name}-{side}.wav", np.concatenate(parts), RATE, subtype="PCM_16")


def both(*parts: str | float) -> dict[str, list[Sound]]:
    """Bundled calls and silences (seconds) one after the other, on both sides."""
    return {side: [quiet(one) if isinstance(one, float) else leg(one, side) for one in parts] for side in ("rx", "tx")}


def told(name: str) -> CallEnded:
    """The call of a case."""
    (call,) = [
        one
        for one in replay_calls(CASES / f"{name}.ami.gz", Settings(member_pattern=r"(\d{4})$"))
        if isinstance(one, CallEnded)
    ]
    return call


def statuses(store: Store) -> dict[str, Status]:
    """What was found on the one call in the store."""
    (call,) = calls.list_calls(store).calls
    judgement = judgements.present_judgement(store, call.id)
    assert judgement is not None
    return {finding.rule: finding.status for finding in judgement.findings}


def faults(store: Store) -> set[str]:
    return {rule for rule, status in statuses(store).items() if status in FAULTS}


def test_20_a_recording_that_stopped_early_is_not_monitored(store: Store, desk: Desk, folder: Path) -> None:
    """25 of 42 seconds: never compliant, with the reason, and what was heard is still judged and shown."""
    save(folder, CALLER, {side: [leg("c01-model-call", side)[: 25 * RATE]] for side in ("rx", "tx")})
    listen([told("20-recording-stopped-early")], store, desk, drain=True)
    (call,) = calls.list_calls(store).calls
    judgement = judgements.present_judgement(store, call.id)
    assert judgement is not None
    assert (call.coverage, call.verdict, call.score) == ("not_monitored", "not_monitored", None)
    assert "只覆盖其中 59%" in judgement.reason
    assert statuses(store)["greeting"] == "met"


def test_20_a_site_may_be_content_with_less(store: Store, desk: Desk, folder: Path) -> None:
    """The limit is the site's: with 50 % the same call is judged."""
    save(folder, CALLER, {side: [leg("c01-model-call", side)[: 25 * RATE]] for side in ("rx", "tx")})
    listen([told("20-recording-stopped-early")], store, replace(desk, least_coverage=0.5), drain=True)
    assert calls.list_calls(store).calls[0].coverage == "monitored"


@pytest.mark.parametrize(("name", "before"), [("21-option-b-hold", 0.0), ("21c-control-no-b", 9.95)])
def test_21_option_b_moves_no_hold(name: str, before: float, store: Store, desk: Desk, folder: Path) -> None:
    """A well announced hold is one whether the recording begins with the call or, with option b, at the bridge."""
    save(folder, CALLER, both(before, "c01-model-call"))
    listen([told(name)], store, desk, drain=True)
    assert calls.list_calls(store).calls[0].verdict == "compliant"
    assert statuses(store)["hold_notice"] == "met"


def test_22_the_second_clerks_own_recording_is_heard(store: Store, desk: Desk, folder: Path) -> None:
    """After a transfer the second clerk, in a file of their own, is rude: found, at the time of the call."""
    save(folder, CALLER, both("c15-transfer"))
    save(folder, f"{CALLER}-1240", both("c16-quarrel"))
    listen([told("22-second-recording-after-transfer")], store, desk, drain=True)
    (call,) = calls.list_calls(store).calls
    judgement = judgements.present_judgement(store, call.id)
    assert judgement is not None
    rude = [
        one.evidence[0].start for one in judgement.findings if one.rule == "prohibited" and one.status == "violated"
    ]
    assert rude
    assert min(rude) > 26
    assert {leg.channel: len(leg.parts) for leg in transcripts.load_legs(store, call.id)} == {"caller": 2, "agent": 2}


def test_22_without_the_second_file_the_call_is_not_monitored(store: Store, desk: Desk, folder: Path) -> None:
    """A told recording that is nowhere leaves the second clerk unheard."""
    save(folder, CALLER, both("c15-transfer"))
    listen([told("22-second-recording-after-transfer")], store, desk, drain=True)
    assert calls.list_calls(store).calls[0].verdict == "not_monitored"


def test_22_a_second_recording_on_the_clerks_own_channel_is_heard_too(store: Store, desk: Desk, folder: Path) -> None:
    """There r is the clerk's voice: the sides are the other way round, and the rude clerk is found all the same."""
    call = told("22-second-recording-after-transfer")
    first, second = call.recordings
    save(folder, CALLER, both("c15-transfer"))
    sides = both("c16-quarrel")
    save(folder, f"{CALLER}-1240", {"rx": sides["tx"], "tx": sides["rx"]})
    listen([replace(call, recordings=(first, replace(second, side="agent")))], store, desk, drain=True)
    assert statuses(store)["prohibited"] == "violated"


def test_25_the_queues_voice_greets_for_nobody(store: Store, desk: Desk, folder: Path) -> None:
    """Announcement and waiting before the answer are no greeting, no job number and no look-up silence of the clerk."""
    sides = both(24.95, "c05-cold-and-impatient")
    sides["tx"][0][RATE : RATE * 6] = leg("c06-unit-late", "tx")[: RATE * 5]
    save(folder, CALLER, sides)
    listen([told("25-queue-greets-clerk-does-not")], store, desk, drain=True)
    found = statuses(store)
    assert (found["greeting"], found["identity"], found["job_number"]) == ("missing", "missing", "missing")
    assert not faults(store) & {"hold_notice", "hold_return"}
    (call,) = calls.list_calls(store).calls
    transcript = transcripts.load_transcript(store, call.id)
    assert transcript is not None
    assert any(segment.channel == "agent" and segment.start < 20 for segment in transcript.segments), (
        "the page shows it all"
    )


def test_52_a_caller_who_leaves_without_a_farewell_owes_none(store: Store, desk: Desk, folder: Path) -> None:
    """Who left first hung up: the clerk cannot be blamed for a missing ending."""
    save(folder, CALLER, both("c18-caller-hangs-up"))
    listen([told("52-caller-leaves-first-call")], store, desk, drain=True)
    assert calls.list_calls(store).calls[0].hung_up_by == "caller"
    assert statuses(store)["closing"] == "not_applicable"


def test_53_ringing_between_two_clerks_is_no_hold(store: Store, desk: Desk, folder: Path) -> None:
    """Twenty seconds until the second clerk picks up are nobody's look-up silence; judged again it stays so."""
    save(folder, CALLER, both("c15-transfer", 20.0, "c02-number-at-the-end"))
    listen([told("53-wait-between-two-clerks")], store, desk, drain=True)
    assert not faults(store) & {"hold_notice", "hold_return"}
    (again,) = rejudge(store, desk.book, CallFilter(), again=True)
    assert again.after is not None
    assert {one.rule for one in again.after.findings if one.status in FAULTS} == faults(store)


def test_a_muted_stretch_is_no_look_up_silence(store: Store, desk: Desk, folder: Path) -> None:
    """Ten muted seconds in the middle of a call are held against nobody; the call stays monitored."""
    sides = both("c03-number-when-asked")
    for parts in sides.values():
        parts[0] = np.concatenate([parts[0][: 9 * RATE], quiet(10.0), parts[0][9 * RATE :]])
    save(folder, CALLER, sides)
    call = told("21c-control-no-b")
    (recording,) = call.recordings
    assert recording.start is not None
    end = call.clerks[0].start + 52.0
    muted = (Stretch(call.clerks[0].start + 9.0, call.clerks[0].start + 19.0),)
    recording = replace(recording, start=call.clerks[0].start, end=end, muted=muted)
    clerk = replace(call.clerks[0], end=end)
    listen([replace(call, end=end, holds=(), clerks=(clerk,), recordings=(recording,))], store, desk, drain=True)
    (row,) = calls.list_calls(store).calls
    line = timelines.load_timeline(store, row.id)
    assert line is not None
    assert [(one.start, one.end) for one in line.unjudged] == [(9.0, 19.0)]
    assert row.coverage == "monitored"
    judgement = judgements.present_judgement(store, row.id)
    assert judgement is not None
    holds = [one for finding in judgement.findings if finding.rule == "hold_notice" for one in finding.evidence]
    assert [one for one in holds if not one.text and one.start < 19.0] == []


def test_what_was_known_is_known_again(store: Store, desk: Desk, folder: Path) -> None:
    """Judging again uses the very time line that was stored."""
    save(folder, CALLER, both("c15-transfer", 20.0, "c02-number-at-the-end"))
    listen([told("53-wait-between-two-clerks")], store, desk, drain=True)
    (call,) = calls.list_calls(store).calls
    line = timelines.load_timeline(store, call.id)
    assert line is not None
    context = stored_context(store, call.id, line.duration)
    assert (context.unjudged, context.handover) == (line.unjudged, pytest.approx(23.3, abs=0.1))
    assert CALL.direction == context.direction == "inbound"
    assert timelines.load_story(store, call.id) == told("53-wait-between-two-clerks").story


def test_a_folder_that_is_away_is_waited_for(store: Store, desk: Desk, folder: Path) -> None:
    """A mount that drops for a while loses no call: the job waits, and is judged when the folder is back."""
    away = folder.with_name("away")
    save(folder, CALLER, both("c18-caller-hangs-up"))
    folder.rename(away)
    call = replace(told("52-caller-leaves-first-call"), recording=None, recordings=())
    shift = time.time() - call.end - 30.0
    late = replace(call, answered=call.end + shift - 31.4, end=call.end + shift, clerks=(), start=call.start + shift)
    calls.record_call(store, late)
    job = jobs.lease(store, "a:1:0", 30.0)
    assert job is not None
    work_off(store, job, desk, threading.Event())
    assert jobs.count_jobs(store) == {"waiting": 1, "leased": 0, "done": 0, "failed": 0}
    away.rename(folder)
    again = jobs.lease(store, "a:1:0", 30.0, now=time.time() + 31)
    assert again is not None
    work_off(store, again, desk, threading.Event())
    assert calls.list_calls(store).calls[0].coverage == "monitored"


def test_an_empty_mount_point_is_a_folder_that_is_away(folder: Path) -> None:
    """Empty although there were recordings: away. Empty from the beginning: there simply are none."""
    places = RecordingPlaces(folder)
    assert folder_is_gone(places, had_some=True)
    assert not folder_is_gone(places, had_some=False)


def test_09_an_outgoing_call_is_judged_by_the_rules_that_fit(store: Store, desk: Desk, folder: Path) -> None:
    """A clerk rings a citizen: r is the clerk's voice on the clerk's own channel, and nobody asks what the citizen needs."""
    site = Settings(outgoing=True)
    (call,) = [one for one in replay_calls(CASES / "09-click-to-call-call.ami.gz", site) if isinstance(one, CallEnded)]
    sides = both("c23-need-not-asked")
    save(folder, call.uniqueid, {"rx": sides["tx"], "tx": sides["rx"]})
    clerk = call.clerks[0]
    recording = Recording(f"{call.uniqueid}.wav", "agent", clerk.start, clerk.start + 21.8)
    short = replace(
        call, end=clerk.start + 21.8, clerks=(replace(clerk, end=clerk.start + 21.8),), recordings=(recording,)
    )
    listen([short], store, desk, drain=True)
    found = statuses(store)
    assert (found["greeting"], found["need_inquiry"]) == ("met", "not_applicable")
