"""Finding the recording of a call, and waiting for it, without ever touching it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.conftest import wav
from voice_agent.errors import ConfigError, RecordingError, RecordingIncomplete, RecordingNotFound
from voice_agent.intake.files import RecordingFiles
from voice_agent.intake.recordings import RecordingPlaces, find_recording, wait_until_complete

UNIQUEID = "1732262400.17"
Record = Callable[..., Path]


def test_the_reported_path_is_used(tmp_path: Path, record: Record) -> None:
    """What the call says about its recording comes first."""
    path = record("sub/whatever.wav")
    found = find_recording(RecordingPlaces(tmp_path), UNIQUEID, reported=str(path))
    assert found == RecordingFiles("mixed", UNIQUEID, whole=path)


def test_the_pattern_finds_what_was_not_reported(tmp_path: Path, record: Record) -> None:
    """Identifiers, dates and wildcards in the pattern; two channels are stereo."""
    path = record(f"2024/11/22/q-1001-{UNIQUEID}.wav", channels=2)
    places = RecordingPlaces(tmp_path, "{year}/{month}/*/*-{uniqueid}.wav")
    assert find_recording(places, UNIQUEID) == RecordingFiles("stereo", UNIQUEID, whole=path)


def test_legs_come_before_their_mix(tmp_path: Path, record: Record) -> None:
    """Separate sides say who spoke, so they are preferred, also when named by the call's identifier beside the mix."""
    record("mix.wav")
    legs = record(f"{UNIQUEID}-rx.wav"), record(f"{UNIQUEID}-tx.wav")
    found = find_recording(RecordingPlaces(tmp_path), UNIQUEID, reported=str(tmp_path / "mix.wav"))
    assert found == RecordingFiles("legs", UNIQUEID, caller=legs[0], agent=legs[1])


def test_one_leg_alone_is_still_a_recording(tmp_path: Path, record: Record) -> None:
    """With only one side the other is missing; that is for the judge to weigh."""
    agent = record(f"{UNIQUEID}-tx.wav")
    assert find_recording(RecordingPlaces(tmp_path), UNIQUEID) == RecordingFiles("legs", UNIQUEID, agent=agent)


def test_paths_of_another_machine_are_mapped(tmp_path: Path, record: Record) -> None:
    """The longest matching prefix is replaced; /var/spoolX is not below /var/spool."""
    path = record("pbx/monitor/a.wav")
    places = RecordingPlaces(tmp_path / "none", path_map={"/var/spool": str(tmp_path / "pbx"), "/var": "/nowhere"})
    assert find_recording(places, UNIQUEID, reported="/var/spool/monitor/a.wav").whole == path
    with pytest.raises(RecordingNotFound):
        find_recording(places, UNIQUEID, reported="/var/spoolX/monitor/a.wav")


@pytest.mark.parametrize("reported", ["../secret.wav", "/etc/passwd", "x/../../secret.wav", "link/secret.wav", "a\0b"])
def test_nothing_outside_the_recordings_is_read(tmp_path: Path, record: Record, reported: str) -> None:
    """Neither .., an absolute path nor a symbolic link leads out."""
    record("secret.wav")
    folder = tmp_path / "monitor"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    with pytest.raises(RecordingNotFound, match=UNIQUEID):
        find_recording(RecordingPlaces(folder), UNIQUEID, reported=reported)


@given(uniqueid=st.text(max_size=30), reported=st.text(max_size=30))
def test_hostile_identifiers_find_nothing_outside(
    tmp_path_factory: pytest.TempPathFactory, uniqueid: str, reported: str
) -> None:
    """Whatever the telephony side claims, what is found lies inside the folder."""
    folder = tmp_path_factory.getbasetemp()
    try:
        found = find_recording(RecordingPlaces(folder), uniqueid, reported=reported)
    except RecordingNotFound:
        return
    assert all(path.resolve().is_relative_to(folder.resolve()) for path in found.paths)


@pytest.mark.parametrize("pattern", ["{uniqeid}.wav", "{", "/etc/{uniqueid}.wav", "{0}.wav"])
def test_a_wrong_pattern_is_a_configuration_error(tmp_path: Path, pattern: str) -> None:
    """The error names the key and what may stand in it."""
    with pytest.raises(ConfigError, match=r"recordings\.pattern"):
        find_recording(RecordingPlaces(tmp_path, pattern), UNIQUEID)


def test_what_is_looked_for_is_told(tmp_path: Path) -> None:
    """Nobody should have to guess where it looked."""
    with pytest.raises(RecordingNotFound, match=r"1732262400\.17.*monitor.*recordings\.path_map"):
        find_recording(RecordingPlaces(tmp_path / "monitor"), UNIQUEID, reported="/elsewhere/a.wav")


def files(path: Path) -> RecordingFiles:
    return RecordingFiles("mixed", "x", whole=path)


def test_a_growing_recording_is_waited_for(tmp_path: Path) -> None:
    """While Asterisk writes the header says 0; once it closes the file the wait ends, and the file is as it was."""
    path = tmp_path / "x.wav"
    path.write_bytes(wav(bytes(1_000), promised=0))

    def finish() -> None:
        time.sleep(0.3)
        with path.open("ab") as file:
            file.write(bytes(2_000))
        time.sleep(0.2)
        with path.open("r+b") as file:
            file.seek(40)
            file.write((3_000).to_bytes(4, "little"))

    writer = threading.Thread(target=finish)
    writer.start()
    start = time.monotonic()
    wait_until_complete(files(path), seconds=20, poll=0.02)
    assert time.monotonic() - start > 0.4
    writer.join()
    assert path.read_bytes()[36:] == wav(bytes(3_000))[36:]


def test_the_wait_ends_at_its_deadline(tmp_path: Path) -> None:
    """A recording that never ends is an error that says so."""
    path = tmp_path / "x.wav"
    path.write_bytes(wav(bytes(1_000), promised=0))
    with pytest.raises(RecordingIncomplete, match="尚未写完"):
        wait_until_complete(files(path), seconds=0.1, poll=0.02)


def test_the_wait_ends_when_the_program_stops(tmp_path: Path) -> None:
    """A set stop event ends it at once."""
    path = tmp_path / "x.wav"
    path.write_bytes(wav(bytes(1_000), promised=0))
    stop = threading.Event()
    stop.set()
    with pytest.raises(RecordingIncomplete, match="正在停止"):
        wait_until_complete(files(path), seconds=60, pause=stop.wait)


def test_what_is_no_audio_is_not_waited_for(tmp_path: Path) -> None:
    """No amount of waiting makes text a recording."""
    path = tmp_path / "x.wav"
    path.write_bytes(b"these are words, not sounds")
    start = time.monotonic()
    with pytest.raises(RecordingError, match="不是 WAV"):
        wait_until_complete(files(path), seconds=60)
    assert time.monotonic() - start < 5


def test_a_headerless_file_must_have_stopped_growing(tmp_path: Path) -> None:
    """Without a header only time tells: a fresh one is not ready, one that lay still for a while is."""
    path = tmp_path / "x.raw"
    path.write_bytes(bytes(1_000))
    with pytest.raises(RecordingIncomplete):
        wait_until_complete(files(path), seconds=0.1, poll=0.02)
    os.utime(path, (time.time() - 10, time.time() - 10))
    wait_until_complete(files(path), seconds=1, poll=0.02)


@pytest.mark.parametrize("name", [f"{UNIQUEID}-rx.wav", f"{UNIQUEID}-tx.wav", f"{UNIQUEID}.wav", f"{UNIQUEID}.mp3"])
def test_no_leg_is_a_link_that_leads_out(tmp_path: Path, name: str, record: Record) -> None:
    """A leg, a mix or a converted file that links to somewhere else is not there, whatever honest names lie beside it."""
    outside = record("outside/secret.wav")
    folder = tmp_path / "monitor"
    for other in ("-rx", "-tx"):
        if f"{other}." not in name:
            record(f"monitor/{UNIQUEID}{other}.wav")
    folder.mkdir(exist_ok=True)
    (folder / name).symlink_to(outside)
    try:
        found = find_recording(RecordingPlaces(folder), UNIQUEID)
    except RecordingNotFound:
        return
    assert all(path.resolve().is_relative_to(folder) for path in found.paths)
