"""The bundled calls are complete, consistent and cover every rule both kept and broken."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import soundfile

from phrasebook import load_book
from voice_agent.bundled import read_and_judge
from voice_agent.evaluate import CallFolder, compare, differences, read_calls
from voice_agent.values import FAULTS, RULES

FIXTURES = Path(__file__).parent.parent / "recordings_fixtures"
CALLS = read_calls(FIXTURES / "calls")
BY_NAME = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.call_id)
SUBTYPES = {"pcm": "PCM_16", "alaw": "ALAW", "ulaw": "ULAW", "gsm": "GSM610"}


def script(call: CallFolder) -> dict[str, Any]:
    """The script that a call was made from."""
    return tomllib.loads((call.path / "script.toml").read_text("utf-8"))


def truth(call: CallFolder) -> dict[str, Any]:
    """The true transcript as it lies on the disk."""
    loaded: dict[str, Any] = json.loads(call.transcript.read_text("utf-8"))
    return loaded


def test_there_are_enough_two_leg_calls() -> None:
    """At least fourteen calls come as two legs; one file with two channels and one mixed channel are there too."""
    legs = [call for call in CALLS if len(call.audio) == 2]
    single = [soundfile.info(call.audio[0]).channels for call in CALLS if len(call.audio) == 1]
    assert len(legs) >= 14
    assert set(single) == {1, 2}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_kept_and_broken_somewhere(rule: str) -> None:
    """No rule is measured on one side only."""
    statuses = {call.expected.findings[rule] for call in CALLS}
    assert "met" in statuses
    assert statuses & FAULTS


def test_every_status_occurs() -> None:
    """Late, mismatch, missing, violated, uncertain, not applicable and met are all expected somewhere."""
    statuses = {status for call in CALLS for status in call.expected.findings.values()}
    assert statuses == {"met", "missing", "late", "mismatch", "violated", "not_applicable", "uncertain"}


@BY_NAME
def test_the_verdict_follows_from_the_findings(call: CallFolder) -> None:
    """Any fault: not compliant; else anything uncertain: a person must look; else compliant."""
    statuses = set(call.expected.findings.values())
    verdict = "needs_review" if "uncertain" in statuses else "compliant"
    assert call.expected.verdict == ("non_compliant" if statuses & FAULTS else verdict)


@BY_NAME
def test_every_fault_says_why(call: CallFolder) -> None:
    """A finding that accuses, or cannot be decided, is explained."""
    doubtful = {rule for rule, status in call.expected.findings.items() if status in FAULTS | {"uncertain"}}
    assert doubtful - {"closing"} <= set(call.expected.why)


@BY_NAME
def test_audio_is_telephone_audio(call: CallFolder) -> None:
    """8 kHz in the codec of the script, as long as the transcript says, legs equally long, 20 to 70 seconds."""
    duration = truth(call)["duration"]
    assert 20 <= duration <= 70
    for path in call.audio:
        info = soundfile.info(path)
        assert (info.samplerate, info.subtype) == (8000, SUBTYPES[script(call)["codec"]])
        assert info.duration == pytest.approx(duration, abs=0.1)  # GSM comes in blocks of 40 ms


@BY_NAME
def test_names_say_which_leg_is_whose(call: CallFolder) -> None:
    """Two legs are named as MixMonitor names them, one file after the call."""
    names = [path.name for path in call.audio]
    both = [f"{call.call_id}-rx.wav", f"{call.call_id}-tx.wav"]
    assert names == (both if script(call)["layout"] == "legs" else [f"{call.call_id}.wav"])
    assert call.path.name == call.call_id


@BY_NAME
def test_true_times_lie_inside_the_audio(call: CallFolder) -> None:
    """Segments are in order, have a length, and end before the audio does; holds too."""
    transcript = truth(call)
    starts = [segment["start"] for segment in transcript["segments"]]
    assert starts == sorted(starts)
    assert all(0 < segment["start"] < segment["end"] <= transcript["duration"] for segment in transcript["segments"])
    assert all(0 < hold.start < hold.end < transcript["duration"] for hold in call.context.holds)


@BY_NAME
def test_something_is_heard_where_the_transcript_says(call: CallFolder) -> None:
    """Each segment is louder than the pause before the first word: the times belong to this audio."""
    sounds = [soundfile.read(path, always_2d=True)[0] for path in call.audio]
    legs = {"caller": sounds[0], "agent": sounds[-1], "mixed": sounds[0]}
    for segment in truth(call)["segments"]:
        sound = legs[segment["channel"]]
        said = sound[int(segment["start"] * 8000) : int(segment["end"] * 8000)]
        assert said.std() > 3 * sound[:3200].std()


@BY_NAME
def test_the_transcript_says_what_the_script_says(call: CallFolder) -> None:
    """Same words a side; only the punctuation is gone."""
    for side in ("caller", "agent") if script(call)["layout"] != "mono" else ():
        turns = "".join(turn["text"] for turn in script(call)["turns"] if turn["side"] == side)
        said = "".join(segment["text"] for segment in truth(call)["segments"] if segment["channel"] == side)
        assert said == "".join(sign for sign in turns if "\u4e00" <= sign <= "\u9fff")


def test_true_transcripts_give_the_expected_findings() -> None:
    """With a perfect recogniser no fault is overlooked and nobody accused; what differs is for a person, in three findings at most."""
    judged = [result.judgement for _, result in read_and_judge(CALLS, load_book())]
    found = compare(CALLS, judged)
    assert (found.total.overlooked, found.total.accused) == (0, 0), differences(found)
    undecided = [one for one in found.differences if one.finding is not None]
    assert len(undecided) <= 3, differences(found)
    assert all(one.judged in {"uncertain", "not_applicable"} for one in undecided), differences(found)


def test_voices_codecs_and_noise_vary() -> None:
    """Many voices on both sides, all four codecs, noise on some calls and none on others."""
    scripts = [script(call) for call in CALLS]
    assert len({one["voices"][side] for one in scripts for side in ("agent", "caller")}) >= 12
    assert {one["codec"] for one in scripts} == set(SUBTYPES)
    kinds = {setting["kind"] for one in scripts for setting in one.get("noise", {}).values()}
    assert kinds == {"white", "pink", "babble"}
    assert any("noise" not in one for one in scripts)


def test_the_whole_folder_stays_small() -> None:
    """All fixtures together take at most 15 MB of a clone."""
    assert sum(path.stat().st_size for path in FIXTURES.rglob("*") if path.is_file()) <= 15_000_000
