"""Legs that are out of step are laid as they were spoken or declared doubtful; two channels with the same sound are one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.hearing.conftest import RATE, Sound, noise, silence
from voice_agent.bundled import bundled_calls
from voice_agent.hearing.hear import hear
from voice_agent.hearing.sound.audio import blocks, seconds_of
from voice_agent.hearing.sound.steps import in_step, where
from voice_agent.hearing.sound.twins import is_same_sound
from voice_agent.hearing.vosk_transcriber import VoskTranscriber
from voice_agent.intake.files import Laid, Leg, Part, RecordingFiles


def side(name: str, which: str) -> Sound:
    """One leg of a bundled call."""
    return np.asarray(soundfile.read(bundled_calls() / name / f"{name}-{which}.wav")[0])


@pytest.mark.parametrize("name", ["c01-model-call", "c12-how-to-in-one-go", "c19-long-look-up"])
def test_15_a_leg_that_begins_late_is_laid_where_it_was_spoken(name: str, write: Callable[..., Path]) -> None:
    """Without option S the caller's leg has twelve seconds more: the clerk's is moved, and the other way round."""
    longer = write(np.concatenate([silence(12.0), side(name, "rx")]), name="x-rx.wav")
    shorter = write(side(name, "tx"), name="x-tx.wav")
    step = in_step(RecordingFiles("legs", "x", caller=longer, agent=shorter))
    assert (step.files.agent_late, step.doubtful) == (pytest.approx(12.0, abs=0.5), False)
    back = in_step(RecordingFiles("legs", "x", caller=shorter, agent=longer))
    assert back.files.caller_late == pytest.approx(12.0, abs=0.5)


def test_a_leg_that_ends_early_stays_where_it_is(write: Callable[..., Path]) -> None:
    """Twelve more seconds of silence at the end of one leg move nothing."""
    longer = write(np.concatenate([side("c01-model-call", "rx"), silence(12.0)]), name="x-rx.wav")
    step = in_step(
        RecordingFiles("legs", "x", caller=longer, agent=write(side("c01-model-call", "tx"), name="x-tx.wav"))
    )
    assert (step.files.caller_late, step.files.agent_late, step.doubtful) == (0.0, 0.0, False)


def test_legs_that_nothing_places_are_doubtful() -> None:
    """Two speakers who never answer each other fit anywhere: nobody may be accused by their order."""
    alone, other = np.array([[1.0, 2.0]]), np.array([[0.2, 0.4]])
    assert where(alone, other, 20.0) is None


def test_doubtful_legs_accuse_nobody(write: Callable[..., Path], vosk: VoskTranscriber) -> None:
    """What is heard on legs that cannot be placed is heard, and not trusted."""
    caller = write(
        np.concatenate([silence(20.0), side("c11-misdialled-scolded", "rx")[3 * RATE : 8 * RATE], silence(9.0)]),
        name="y-rx.wav",
    )
    agent = write(side("c11-misdialled-scolded", "tx")[: 4 * RATE], name="y-tx.wav")
    heard = hear(RecordingFiles("legs", "y", caller=caller, agent=agent), vosk)
    assert set(heard.noisy_legs) == {"caller", "agent"}


@pytest.mark.parametrize("gain", [1.0, 0.3])
def test_10_the_same_sound_twice_is_one_mixed_channel(
    gain: float, write: Callable[..., Path], vosk: VoskTranscriber
) -> None:
    """A mono mix saved as two channels, one of them quieter and noisy: heard once, as mixed."""
    mix = side("c01-model-call", "rx") + side("c01-model-call", "tx")
    path = write(mix * 0.5, mix * 0.5 * gain + noise(len(mix) / RATE, -60.0)[: len(mix)])
    heard = hear(RecordingFiles("stereo", "m", whole=path), vosk)
    assert {segment.channel for segment in heard.transcript.segments} == {"mixed"}
    assert [leg.channel for leg in heard.legs] == ["mixed"]


@pytest.mark.parametrize("echo", [0.0, 0.1, 0.3])
def test_two_sides_with_an_echo_are_two(echo: float, write: Callable[..., Path]) -> None:
    """However loud the echo, two people are two channels."""
    caller, agent = side("c01-model-call", "rx"), side("c01-model-call", "tx")
    path = write(caller + echo * agent, agent + echo * caller)
    assert not is_same_sound(Leg("caller", path, 0), Leg("agent", path, 1))


def test_silence_twice_is_no_mix(write: Callable[..., Path]) -> None:
    """Two empty channels are missing, not mixed."""
    path = write(silence(3.0), silence(3.0))
    assert not is_same_sound(Leg("caller", path, 0), Leg("agent", path, 1))


def test_several_recordings_are_read_as_one_time_line(write: Callable[..., Path]) -> None:
    """Each part where it lies, of different rates, silence between them and up to the call's end."""
    first = write(np.full(RATE, 0.1), np.full(RATE, 0.2), name="a.wav")
    second = write(np.full(16_000 * 2, 0.3), np.full(16_000 * 2, 0.4), name="b.wav", rate=16_000)
    one, other = RecordingFiles("stereo", "a", whole=first), RecordingFiles("stereo", "b", whole=second)
    files = RecordingFiles("stereo", "a", laid=(Laid(one, 0.0), Laid(other, 3.0, 0.5, 1.5, swapped=True)), length=5.0)
    caller, agent = files.legs()
    sound = np.concatenate(list(blocks(caller))) / 32768
    assert len(sound) == 5 * RATE
    assert [
        round(float(np.median(sound[int(at * RATE) : int((at + 0.5) * RATE)])), 2) for at in (0.2, 1.5, 3.2, 4.2)
    ] == [0.1, 0, 0.4, 0]
    assert agent.channel == "agent"


def test_a_span_of_a_laid_leg_is_the_same_span_of_the_whole(write: Callable[..., Path]) -> None:
    """Any stretch read alone is what lies there in the whole."""
    path = write(noise(4.0, -20.0), name="n.wav")
    leg = Leg("agent", path, 0, (Part(path, 0, 1.5, 1.0, 3.0),), 6.0)
    whole = np.concatenate(list(blocks(leg)))
    from voice_agent.values import Span  # noqa: PLC0415 - a name that is used once

    part = np.concatenate(list(blocks(leg, Span(1.0, 4.5))))
    assert np.array_equal(part, whole[RATE : int(4.5 * RATE)])
    assert seconds_of(path) == 4.0
