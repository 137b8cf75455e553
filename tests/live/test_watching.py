"""A folder of recordings without a telephone system: who and when from names and lists, every call once, nothing in silence."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import soundfile

from tests.cli.conftest import Run, run
from voice_agent.bundled import bundled_calls
from voice_agent.errors import ConfigError, RecordingError
from voice_agent.live.lists import Reading, call_name
from voice_agent.live.watching import Watch
from voice_agent.store import Store
from voice_agent.store.calls import calls, judgements

__all__ = ["run"]  # the fixture of the command line
ZONE = ZoneInfo("Asia/Shanghai")
PATTERN = r"(?P<time>\d{8}-\d{6})_(?P<job_number>\d+)_(?P<caller>\d+)"
READING = Reading.of(PATTERN, "%Y%m%d-%H%M%S", ZONE)


def stereo(path: Path, name: str = "c11-misdialled-scolded") -> None:
    """A bundled call as one stereo file."""
    sides = [soundfile.read(bundled_calls() / name / f"{name}-{side}.wav", dtype="int16")[0] for side in ("rx", "tx")]
    length = max(map(len, sides))
    soundfile.write(path, np.stack([np.pad(one, (0, length - len(one))) for one in sides], axis=1), 8000)


def settled(path: Path) -> None:
    """The file was last written a while ago."""
    before = time.time() - 100
    os.utime(path, (before, before))


def test_the_name_says_who_and_when() -> None:
    """By the site's own pattern; a name that does not fit says nothing."""
    known = READING.from_name("2026/20261130-101500_1086_13900000001")
    assert (known.job_number, known.caller) == ("1086", "13900000001")
    assert known.time == pytest.approx(1796004900.0)
    assert READING.from_name("anything").time is None
    with pytest.raises(ConfigError, match=r"watch\.name_pattern"):
        Reading.of("(", "", ZONE)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("a.wav", "a"),
        ("b/a-rx.wav", "b/a"),
        ("1795400100.1.wav", "1795400100.1"),
        ("1795400100.1", "1795400100.1"),
        ("b\\\\a.MP3", "b/a"),
    ],
)
def test_both_sides_and_every_kind_share_a_name(written: str, name: str) -> None:
    """Suffix and side are no part of a call's name; the number of an Asterisk call is."""
    assert call_name(written.replace("\\\\", "\\")) == name


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_list_names_what_the_files_do_not(encoding: str, tmp_path: Path) -> None:
    """Chinese or English headings, in both encodings; times as spreadsheets write them, lengths as clocks do."""
    rows = "录音,开始时间,时长,工号,来电号码,队列,方向\nx.wav,2026-11-30 10:15:00,1:15,1086,139,社保热线,呼出\n"
    (tmp_path / "list.csv").write_bytes(rows.encode(encoding))
    (known,) = READING.from_list(tmp_path / "list.csv")
    assert (known.name, known.seconds, known.job_number, known.queue, known.outbound) == (
        "x",
        75.0,
        "1086",
        "社保热线",
        True,
    )
    assert known.time == pytest.approx(1796004900.0)
    (tmp_path / "bad.csv").write_text("工号\n1086\n", encoding="utf-8")
    with pytest.raises(RecordingError, match=r"bad\.csv 第 2 行：没有写录音文件"):
        list(READING.from_list(tmp_path / "bad.csv"))


def test_growing_files_are_left_for_later_and_each_call_comes_once(tmp_path: Path) -> None:
    """A file that was just written is not taken yet; a listed call without a file is told when it is overdue."""
    stereo(tmp_path / "20261130-101500_1086_13900000001.wav")
    (tmp_path / "list.csv").write_text(
        "file,time,seconds,agent\ngone.wav,2026-11-29 10:00:00,60,1087\n", encoding="utf-8"
    )
    watch = Watch(tmp_path, READING, 60.0)
    assert [call.uniqueid for call in watch.look(wait=True)] == ["gone"]
    settled(tmp_path / "20261130-101500_1086_13900000001.wav")
    (call,) = watch.look(wait=True)
    assert (call.caller_number, call.clerks[0].job_number, round(call.talk_seconds)) == ("13900000001", "1086", 20)
    assert list(watch.look(wait=True)) == []


def test_the_same_call_in_two_kinds_of_file_is_one(tmp_path: Path) -> None:
    """A converted copy beside the original is passed over by name, not in silence."""
    for name in ("x.wav", "x.flac"):
        stereo(tmp_path / name)
        settled(tmp_path / name)
    watch = Watch(tmp_path, READING, 60.0)
    assert [call.uniqueid for call in watch.look(wait=True)] == ["x"]
    assert [one.path.name for one in watch.passed_over] == ["x.wav"]


def test_a_folder_that_goes_away_is_waited_for(tmp_path: Path) -> None:
    """Nothing ends when the folder is gone for a while; its calls come when it is back."""
    folder, away = tmp_path / "rec", tmp_path / "away"
    away.mkdir()
    stereo(away / "x.wav")
    settled(away / "x.wav")
    watch, stop = Watch(folder, READING, 60.0), threading.Event()
    assert list(watch.look(wait=True)) == []
    away.rename(folder)
    found = watch.calls(stop, 0.05, once=False)
    assert next(found).uniqueid == "x"
    stop.set()


@pytest.mark.vosk
def test_a_folder_is_judged_from_the_command_line(run: Run, tmp_path: Path) -> None:
    """The clerk from the name, not monitored for a listed call without a file, and what is no recording is named."""
    folder = tmp_path / "rec"
    folder.mkdir()
    stereo(folder / "20261130-101500_1134_13900000001.wav")
    (folder / "list.csv").write_text("文件,时间,时长,工号\n没有.wav,2026-11-29 10:00:00,60,1087\n", encoding="utf-8")
    (folder / "broken.mp3").write_bytes(b"rubbish")
    (folder / "notes.txt").write_text("x")
    config = tmp_path / "voice-agent.toml"
    config.write_text(
        f"[store]\npath = 'calls.db'\n[watch]\nname_pattern = '{PATTERN}'\n[recordings]\nwait_seconds = 1\n[work]\nworkers = 1\n"
    )
    told = run("--config", config, "watch", folder, "--once")
    assert told.exit_code == 0
    assert "略过" in told.stderr
    assert "notes.txt" in told.stderr
    with Store.open(tmp_path / "calls.db") as store:
        found = {call.call_id: call for call in calls.list_calls(store).calls}
        assert {name: (call.clerk, call.coverage) for name, call in found.items()} == {
            "20261130-101500_1134_13900000001": ("1134", "monitored"), "没有": ("1087", "not_monitored"), "broken": ("", "not_monitored"),
        }  # fmt: skip
        judgement = judgements.present_judgement(store, found["20261130-101500_1134_13900000001"].id)
        assert judgement is not None
        assert {one.rule: one.status for one in judgement.findings}["job_number"] in ("met", "uncertain")
    again = run("--config", config, "watch", folder, "--once")
    assert again.stdout == ""
