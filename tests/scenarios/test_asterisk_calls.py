"""Calls on a real Asterisk, followed live with the least privilege."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ami_bridge.probe import probe
from recordings_fixtures.asterisk.stage import EXTENSIONS, Way
from tests.asterisk_server import AsteriskServer, Stage, asterisk_root, listener, write_silence
from tests.scenarios.asterisk_watch import Watch

pytestmark = pytest.mark.asterisk


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with AsteriskServer(asterisk_root()) as server:
        yield server


@pytest.fixture(scope="module")
def wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spoken") / "two-seconds.wav"
    write_silence(path, 2.0)
    return path


@pytest.fixture
def stage(asterisk: AsteriskServer) -> Iterator[Stage]:
    with Stage(asterisk) as directing:
        yield directing


@pytest.fixture
def watch(asterisk: AsteriskServer) -> Iterator[Watch]:
    with Watch(listener(asterisk)) as watching:
        watching.until_following()
        yield watching


def test_three_at_once_with_the_right_clerks(watch: Watch, stage: Stage, wav: Path, asterisk: AsteriskServer) -> None:
    """Three simultaneous queue calls: each with its own clerk, its recording closed on disk, each returned once."""
    placed = {stage.place_call(wav, wav, job).number: job for job in ("1201", "1202", "1203")}
    watch.until(lambda: len(watch.calls) == 3)
    assert {call.caller_number: call.clerks[0].job_number for call in watch.calls} == placed
    for call in watch.calls:
        assert (call.queue, call.complete, call.gaps, len(call.clerks)) == ("hotline", True, (), 1)
        assert call.recording == str(asterisk.monitor_folder / f"{call.uniqueid}.wav")
        assert Path(call.recording).is_file()
        assert Path(call.recording.replace(".wav", "-rx.wav")).is_file()


@pytest.mark.parametrize("way", EXTENSIONS)
def test_every_way_to_a_clerk(watch: Watch, stage: Stage, wav: Path, way: Way) -> None:
    """Queue or Dial, directly, over Local or optimised Local: the telephone that talked and its job number are found."""
    placed = stage.place_call(wav, wav, "1204", way=way, ends="agent")
    watch.until(lambda: watch.calls)
    (call,) = watch.calls
    assert call.caller_number == placed.number
    assert [(clerk.job_number, clerk.channel.split("-")[0]) for clerk in call.clerks] == [("1204", "PJSIP/a1204")]
    assert call.hung_up_by == "agent"
    assert 1.5 < call.talk_seconds < 4


def test_recording_is_in_step_with_the_call(watch: Watch, stage: Stage, wav: Path) -> None:
    """Second 0 of the recording is ``recording_started``: it is as long as the rest of the call."""
    stage.place_call(wav, wav, "1201", ring_seconds=1.0)
    watch.until(lambda: watch.calls)
    (call,) = watch.calls
    assert call.recording is not None
    assert call.recording_started is not None
    seconds = (Path(call.recording).stat().st_size - 44) / 16000
    assert seconds == pytest.approx(call.end - call.recording_started, abs=0.4)


def test_abandoned(watch: Watch, stage: Stage) -> None:
    """A caller who gives up in the queue: no clerk, no answer, hung up by the caller."""
    stage.place_abandoned_call(1.0)
    watch.until(lambda: watch.calls)
    (call,) = watch.calls
    assert (call.answered, call.clerks, call.hung_up_by, call.talk_seconds) == (None, (), "caller", 0.0)
    assert call.ring_seconds == pytest.approx(1.0, abs=0.5)


def test_blind_transfer(watch: Watch, stage: Stage, wav: Path) -> None:
    """A clerk puts the caller through: one call, two clerks in turn, each with the right number."""
    placed = stage.place_call(wav, wav, "1201")
    stage.wait_answered(placed.number)
    stage.says("1203", wav)
    stage.transfer_blind("1201", "1203")
    watch.until(lambda: watch.calls)
    (call,) = watch.calls
    assert [clerk.job_number for clerk in call.clerks] == ["1201", "1203"]
    assert (call.transferred, call.hung_up_by) == (True, "caller")


def test_attended_transfer_with_hold(watch: Watch, stage: Stage, wav: Path) -> None:
    """A clerk asks a colleague and puts the caller through: the caller's hold is measured, the consultation is no call of its own."""
    stage.says("1202", wav)
    placed = stage.place_call(wav, wav, "1201")
    stage.wait_answered(placed.number)
    stage.consult("1201", "1202")
    stage.wait_answered("1201")
    stage.hang_up_clerk("1201")
    watch.until(lambda: watch.calls)
    (call,) = watch.calls
    assert [clerk.job_number for clerk in call.clerks] == ["1201", "1202"]
    assert call.transferred
    assert len(call.holds) == 1
    assert call.start < call.holds[0].start < call.holds[0].end <= call.clerks[1].start + 0.1


def test_doctor_sees_least_privilege_and_excess(asterisk: AsteriskServer) -> None:
    """A visit tells version, clock, and which rights are too many; a wrong password is told apart from silence."""
    least, stage = probe(listener(asterisk)), probe(listener(asterisk, "stage", secret=asterisk.stage_secret))
    assert (least.login, least.asterisk, least.excess, least.can_list_channels) == ("ok", "22", (), False)
    assert stage.excess == ("command", "originate", "system", "config")
    assert least.clock_difference == pytest.approx(0, abs=1)
    assert probe(listener(asterisk, secret="wrong")).login == "refused"
    assert probe(listener(asterisk, port=asterisk.tls_port)).login == "unreachable"
