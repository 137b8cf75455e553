"""``voice-agent check`` on transcripts and real recordings, good and bad."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.cli.conftest import Run
from voice_agent.bundled import bundled_calls
from voice_agent.transcripts import read_transcript
from voice_agent.values import RULES

CALL = bundled_calls() / "c01-model-call"


def judgements(output: str) -> dict[str, dict[str, object]]:
    return {one["call_id"]: one for one in map(json.loads, output.splitlines())}


def test_transcript_gives_one_json_line(run: Run) -> None:
    """The format of rules.md, one object a line, nothing else on standard output."""
    checked = run("check", CALL / "transcript.json", "--json")
    (judgement,) = judgements(checked.stdout).values()
    assert judgement["verdict"] == "compliant"
    assert [finding["rule"] for finding in judgement["findings"]] == list(RULES)  # type: ignore[index, attr-defined]  # JSON
    assert checked.exit_code == 0


def test_job_number_on_the_command_line_wins(run: Run) -> None:
    """--job-number says who the clerk is, whatever the file says."""
    checked = run("check", CALL / "transcript.json", "--json", "--job-number", "2299")
    (judgement,) = judgements(checked.stdout).values()
    found = {finding["rule"]: finding["status"] for finding in judgement["findings"]}  # type: ignore[attr-defined]  # JSON
    assert found["job_number"] == "mismatch"


@pytest.mark.vosk
def test_two_legs_are_heard_and_judged(run: Run, tmp_path: Path) -> None:
    """A leg named alone finds its partner; the transcript can be kept and read again."""
    checked = run(
        "check", CALL / "c01-model-call-rx.wav", "--json", "--job-number", "1086", "--transcript-out", tmp_path / "out"
    )
    (judgement,) = judgements(checked.stdout).values()
    assert judgement["verdict"] in ("compliant", "needs_review")
    (written,) = (tmp_path / "out").iterdir()
    transcript = read_transcript(written)
    assert {segment.channel for segment in transcript.segments} == {"agent", "caller"}
    assert written.stat().st_mode & 0o077 == 0


@pytest.mark.vosk
@pytest.mark.parametrize("side", ["agent", "caller"])
def test_one_leg_is_judged_as_far_as_one_side_allows(run: Run, side: str) -> None:
    """The clerk's leg alone shows greeting and job number; the caller's leg alone leaves every duty of the clerk undecided."""
    leg = CALL / f"c01-model-call-{'tx' if side == 'agent' else 'rx'}.wav"
    checked = run("check", f"--{side}-leg", leg, "--json", "--job-number", "1086")
    (judgement,) = judgements(checked.stdout).values()
    found = {finding["rule"]: finding["status"] for finding in judgement["findings"]}  # type: ignore[attr-defined]  # JSON
    assert judgement["verdict"] != "not_monitored"
    if side == "agent":
        assert (found["greeting"], found["job_number"]) == ("met", "met")
    else:
        assert judgement["verdict"] == "needs_review"
        assert not {"missing", "late", "mismatch", "violated"} & set(found.values())


@pytest.mark.vosk
def test_swapped_channels_change_who_speaks(run: Run, tmp_path: Path) -> None:
    """--swap-channels: left is the clerk."""
    legs = [soundfile.read(CALL / f"c01-model-call-{side}.wav", dtype="int16") for side in ("tx", "rx")]
    length = max(len(samples) for samples, _ in legs)
    both = np.stack([np.pad(samples, (0, length - len(samples))) for samples, _ in legs], axis=1)
    soundfile.write(tmp_path / "both.wav", both, legs[0][1], subtype="PCM_16")
    checked = run("check", tmp_path / "both.wav", "--json", "--swap-channels", "--transcript-out", tmp_path / "out")
    assert checked.exit_code == 0
    transcript = read_transcript(tmp_path / "out" / "both.json")
    first = transcript.segments[0]
    assert (first.channel, first.text[:2]) == ("agent", "您好")


@pytest.mark.vosk
def test_bad_files_do_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    """Every bad recording is named with its reason, the good one is judged, the exit code is 2, nothing is deleted."""
    shutil.copy(CALL / "transcript.json", tmp_path / "good.json")
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "text.wav").write_bytes(b"this is no sound, however long it may be" * 100)
    whole = (CALL / "c01-model-call-tx.wav").read_bytes()
    (tmp_path / "cut.wav").write_bytes(whole[: len(whole) // 2])
    soundfile.write(tmp_path / "three.wav", np.zeros((8000, 3), np.int16), 8000)
    soundfile.write(tmp_path / "slow.wav", np.zeros(4000, np.int16), 4000)
    (tmp_path / "broken.json").write_text('{"call_id": "x", "segments": [{"channel": "agent"}]}', encoding="utf-8")
    names = sorted(path.name for path in tmp_path.iterdir())
    checked = run("check", *sorted(tmp_path.iterdir()), "--json")
    assert checked.exit_code == 2
    assert list(judgements(checked.stdout)) == ["c01-model-call"]
    for name in ("empty.wav", "text.wav", "cut.wav", "three.wav", "slow.wav", "broken.json"):
        assert name in checked.stderr
    assert "segments[0].start" in checked.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == names


@pytest.mark.vosk
def test_silence_is_not_monitored(run: Run, tmp_path: Path) -> None:
    """A recording in which nobody speaks is no compliant call."""
    soundfile.write(tmp_path / "silent.wav", np.zeros((80000, 2), np.int16), 8000)
    (judgement,) = judgements(run("check", tmp_path / "silent.wav", "--json").stdout).values()
    assert judgement["verdict"] == "not_monitored"


def test_missing_file_and_empty_folder_are_told(run: Run, tmp_path: Path) -> None:
    """What is not there is named."""
    for path, words in ((tmp_path / "absent.wav", "没有这个文件"), (tmp_path, "没有录音")):
        told = run("check", path)
        assert told.exit_code == 2
        assert words in told.stderr


@pytest.mark.vosk
def test_17_a_folder_is_accounted_for(run: Run, tmp_path: Path) -> None:
    """Judged, passed over and refused files of a folder are told one by one; anything refused ends with exit code 2."""
    samples, rate = soundfile.read(CALL / "c01-model-call-tx.wav")
    soundfile.write(tmp_path / "a.mp3", samples[: 6 * rate], rate)
    shutil.copy(CALL / "c01-model-call-rx.wav", tmp_path / "b-rx.wav")
    shutil.copy(CALL / "c01-model-call-tx.wav", tmp_path / "b-tx.wav")
    shutil.copy(CALL / "c01-model-call-tx.wav", tmp_path / "b.wav")
    shutil.copy(CALL / "transcript.json", tmp_path / "b.json")
    fine = run("check", tmp_path)
    assert fine.exit_code == 0
    assert "检查 2 通，略过 2 个文件，拒绝 0 个文件。" in fine.stdout
    for name in ("b.wav", "b.json"):
        assert f"略过 {tmp_path / name}：" in fine.stdout.replace("\n", "")
    (tmp_path / "c.g729").write_bytes(b"x")
    (tmp_path / "d.ogg").write_bytes(b"rubbish")
    refused = run("check", tmp_path, "--json")
    assert refused.exit_code == 2
    assert len(judgements(refused.stdout)) == 2
    assert "拒绝 2 个文件" in refused.stderr
    assert "c.g729：读不了这种录音" in refused.stderr
    assert "d.ogg：无法解码录音" in refused.stderr


def test_17_a_folder_of_nothing_but_unreadable_kinds_is_refused_by_name(run: Run, tmp_path: Path) -> None:
    """Never "nothing here" where there is sound that nobody can read."""
    (tmp_path / "c.g729").write_bytes(b"x")
    refused = run("check", tmp_path)
    assert (refused.exit_code, "c.g729" in refused.stderr) == (2, True)


@pytest.mark.vosk
def test_10_a_mono_mix_in_two_channels_accuses_nobody(run: Run, tmp_path: Path) -> None:
    """Both channels hold the same mix, the caller's anger in it: treated like one mixed channel."""
    folder = bundled_calls() / "c17-patient-with-anger"
    sides = [soundfile.read(folder / f"c17-patient-with-anger-{side}.wav")[0] for side in ("rx", "tx")]
    length = max(map(len, sides))
    mix = sum(np.pad(one, (0, length - len(one))) for one in sides) * 0.6
    soundfile.write(tmp_path / "mix.wav", np.stack([mix, mix], axis=1), 8000)
    (judgement,) = judgements(run("check", tmp_path / "mix.wav", "--json").stdout).values()
    assert judgement["verdict"] != "non_compliant"
    assert {each["channel"] for one in judgement["findings"] for each in one["evidence"]} <= {"mixed"}  # type: ignore[attr-defined]  # JSON


def test_a_site_may_judge_by_more_rules(run: Run, tmp_path: Path) -> None:
    """A rule that the site's phrase book switches on comes after the thirteen, and the table names it in Chinese."""
    book = tmp_path / "book"
    book.mkdir()
    (book / "book.toml").write_text('version = "本地"\neffective = 2026-01-01\n', encoding="utf-8")
    (book / "rules.toml").write_text('[[rule]]\nid = "rating_request"\nenabled = true\n', encoding="utf-8")
    config = tmp_path / "voice-agent.toml"
    config.write_text(f'[phrasebook]\nfolder = "{book}"\n', encoding="utf-8")
    checked = run("--config", config, "check", CALL / "transcript.json", "--json")
    (judgement,) = judgements(checked.stdout).values()
    assert [finding["rule"] for finding in judgement["findings"]] == [*RULES, "rating_request"]  # type: ignore[index, attr-defined]  # JSON
    assert "请求评价" in run("--config", config, "check", CALL / "transcript.json").stdout
