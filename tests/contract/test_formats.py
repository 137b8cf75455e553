"""The sentences on the interchange formats: transcripts, judgements, recordings."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.cli.conftest import Run, run  # noqa: F401 - the command line as a user calls it
from tests.contract.cases import ANSWER, NEED, whole
from tests.hearing.conftest import Sound
from tests.judging.dialogue import BOOK, transcript
from voice_agent.bundled import bundled_calls
from voice_agent.hearing.hear import hear
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.hearing.sound.twins import is_same_sound
from voice_agent.hearing.vosk_transcriber import VoskTranscriber
from voice_agent.intake.files import RecordingFiles
from voice_agent.intake.paths import files_of
from voice_agent.rules import judge
from voice_agent.transcripts import judgement_to_json, read_transcript, transcript_from_json, write_transcript
from voice_agent.values import FAULTS, Agent, CallContext

CALL = bundled_calls() / "c01-model-call"
WRITTEN = {
    "call_id": "1", "agent": {"job_number": "1086", "name": "王芳", "unit": "社保中心"}, "duration": 41.2,
    "segments": [
        {"channel": "agent", "start": 0.4, "end": 2.9, "text": "您好", "words": [{"word": "您好", "start": 0.4, "end": 0.9, "conf": 0.93}]}
    ],
}  # fmt: skip


def test_a_transcript_is_read_and_written(tmp_path: Path) -> None:
    """C-format-1: what is written is what was read, name by name."""
    made = transcript_from_json(json.dumps(WRITTEN).encode(), "t.json")
    path = write_transcript(tmp_path, made)
    assert json.loads(path.read_text(encoding="utf-8")) == WRITTEN
    assert read_transcript(path) == made


def test_what_may_be_absent() -> None:
    """C-format-2: without agent, duration and words the transcript is still one."""
    segment = {name: value for name, value in WRITTEN["segments"][0].items() if name != "words"}  # type: ignore[index, attr-defined]  # JSON
    made = transcript_from_json(json.dumps({"call_id": "1", "segments": [segment]}).encode(), "t.json")
    assert (made.agent, made.duration, made.segments[0].words) == (Agent(), None, ())


def test_punctuation_changes_nothing() -> None:
    """C-format-3: the same call with and without punctuation has the same statuses."""
    plain = whole(NEED, ANSWER)
    pointed = tuple(f"{line[0]}{line[1:3]}，{line[3:]}。" for line in plain if isinstance(line, str))
    found = [
        [one.status for one in judge(transcript(*lines), CallContext(), BOOK).findings] for lines in (plain, pointed)
    ]
    assert found[0] == found[1]


def test_a_judgement_has_these_names() -> None:
    """C-format-4: names and types as the contract shows them; a line holds one object."""
    made = judgement_to_json(judge(transcript(*whole(NEED, ANSWER)), CallContext(), BOOK))
    assert {"call_id", "verdict", "score", "findings"} <= set(made)
    finding = next(one for one in made["findings"] if one["evidence"])
    assert {"rule", "status", "score", "evidence"} <= set(finding)
    assert {"channel", "start", "end", "text", "phrase"} <= set(finding["evidence"][0])
    assert "\n" not in json.dumps(made, ensure_ascii=False)


def test_two_channels(tmp_path: Path) -> None:
    """C-format-5: left is the caller, right the agent; swapped it is the other way round."""
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros((8000, 2)), 8000)
    (files,) = files_of([path])
    assert isinstance(files, RecordingFiles)
    assert [(leg.channel, leg.column) for leg in files.legs()] == [("caller", 0), ("agent", 1)]
    assert [(leg.channel, leg.column) for leg in files.legs(swap=True)] == [("agent", 0), ("caller", 1)]


def test_two_legs_by_name(tmp_path: Path) -> None:
    """C-format-6: Asterisk's names say which leg is whose."""
    for name in ("1795311000.1-rx.wav", "1795311000.1-tx.wav"):
        soundfile.write(tmp_path / name, np.zeros(8000), 8000)
    (files,) = files_of([tmp_path])
    assert isinstance(files, RecordingFiles)
    assert [(leg.channel, leg.path.name[-7:]) for leg in files.legs()] == [("caller", "-rx.wav"), ("agent", "-tx.wav")]


def test_the_command_line_takes_legs_and_swapped_channels(run: Run) -> None:  # noqa: F811 - the fixture
    """C-format-5, C-format-6: ``check`` has the options that the contract names."""
    told = run("check", "--help").stdout
    assert all(option in told for option in ("--swap-channels", "--caller-leg", "--agent-leg", "--transcript-out"))


def test_a_mixed_channel_accuses_nobody() -> None:
    """C-format-7: a call full of faults on one mixed channel has none, only what a person must hear."""
    bad = ("M喂", "M我问一下养老金", "M等着", 12.0, "M你烦不烦啊自己上网查去", "M你工号多少", "M不告诉你", "M嗯")
    statuses = {one.rule: one.status for one in judge(transcript(*bad), CallContext(), BOOK).findings}
    assert not FAULTS & set(statuses.values())
    assert statuses["prohibited"] == statuses["job_number"] == "uncertain"


def side(which: str) -> Sound:
    return np.asarray(soundfile.read(CALL / f"c01-model-call-{which}.wav")[0])


@pytest.mark.vosk
@pytest.mark.parametrize("same", [True, False])
def test_the_same_sound_twice_is_a_mix(tmp_path: Path, same: bool) -> None:
    """C-format-8: two channels of one mix are heard as one mixed channel, two sides as two."""
    caller, agent = (one[: 8 * 8000] for one in (side("rx"), side("tx")))
    mix = 0.5 * (caller + agent)
    soundfile.write(tmp_path / "a.wav", np.stack([mix, mix] if same else [caller, agent], axis=1), 8000)
    files = RecordingFiles("stereo", "a", whole=tmp_path / "a.wav")
    assert is_same_sound(*files.legs()) == same
    heard = hear(files, VoskTranscriber(BUNDLED))
    assert [leg.channel for leg in heard.legs] == (["mixed"] if same else ["caller", "agent"])
