"""Real Vosk on real sound: one recording becomes a two-sided transcript with exact times."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.hearing.conftest import RATE, Sound, noise, silence, speech
from voice_agent.errors import RecordingError
from voice_agent.hearing.hear import Heard, hear
from voice_agent.hearing.scoring import errors_between
from voice_agent.hearing.vosk_transcriber import VoskTranscriber
from voice_agent.intake.files import RecordingFiles
from voice_agent.values import Agent

pytestmark = pytest.mark.vosk
Write = Callable[..., Path]

OPENING, QUESTION, POLICY = "您好这里是社保总机请讲", "失业金能领几个月", "知青下乡的年限也可以算连续工龄"
AGENT_AT, CALLER_AT, AGENT_AGAIN_AT = 1.0, 5.0, 20.0


def legs() -> tuple[Sound, Sound]:
    """Caller and agent: the agent greets at 1 s, the caller asks at 5 s, the agent answers at 20 s."""
    agent = np.concatenate([silence(AGENT_AT), speech("opening")])
    agent = np.concatenate([np.pad(agent, (0, int(AGENT_AGAIN_AT * RATE) - len(agent))), speech("policy"), silence(1)])
    caller = np.concatenate([silence(CALLER_AT), speech("question"), silence(1)])
    return np.pad(caller, (0, len(agent) - len(caller))), agent


def stereo(path: Path) -> RecordingFiles:
    return RecordingFiles("stereo", "call-1", whole=path)


def said(heard: Heard, channel: str) -> str:
    return "".join(segment.text for segment in heard.transcript.segments if segment.channel == channel)


def close(heard: str, truth: str) -> bool:
    return errors_between(truth, heard).syllables <= 0.25 * len(truth)


def test_both_sides_are_heard_with_their_times(vosk: VoskTranscriber, write: Write) -> None:
    """Each side's words stand on its own channel, in order, at the times at which they were spoken, without spaces."""
    heard = hear(stereo(write(*legs())), vosk, agent=Agent("1086"))
    assert close(said(heard, "agent"), OPENING + POLICY)
    assert close(said(heard, "caller"), QUESTION)
    assert [segment.channel for segment in heard.transcript.segments] == ["agent", "caller", "agent"]
    for segment, start in zip(heard.transcript.segments, (AGENT_AT, CALLER_AT, AGENT_AGAIN_AT), strict=True):
        assert segment.start == pytest.approx(start, abs=0.3)
        assert segment.text == "".join(word.text for word in segment.words)
        assert all(0 < word.conf <= 1 and word.start < word.end for word in segment.words)
    assert heard.transcript.agent.job_number == "1086"
    assert heard.duration == heard.transcript.duration == pytest.approx(len(legs()[0]) / RATE, abs=0.01)
    assert (heard.missing_legs, heard.noisy_legs) == ((), ())


def test_swapped_channels(vosk: VoskTranscriber, write: Write) -> None:
    """With ``swap`` the left channel is the agent's."""
    caller, agent = legs()
    heard = hear(stereo(write(agent, caller)), vosk, swap=True)
    assert close(said(heard, "agent"), OPENING + POLICY)


def test_two_legs_and_a_missing_one(vosk: VoskTranscriber, write: Write) -> None:
    """Separate files give the same as stereo; where one is absent its side is missing, not silent by choice."""
    caller, agent = legs()
    files = RecordingFiles(
        "legs", "c", caller=write(caller, name="c.wav"), agent=write(agent, name="a.wav", subtype="ALAW")
    )
    assert close(said(hear(files, vosk), "caller"), QUESTION)
    alone = hear(RecordingFiles("legs", "c", agent=files.agent), vosk)
    assert alone.missing_legs == ("caller",)
    assert close(said(alone, "agent"), OPENING + POLICY)


def test_a_mixed_channel_is_heard_as_mixed(vosk: VoskTranscriber, write: Write) -> None:
    """Who spoke is not known, so nobody is named."""
    caller, agent = legs()
    heard = hear(RecordingFiles("mixed", "c", whole=write(caller + agent)), vosk)
    assert {segment.channel for segment in heard.transcript.segments} == {"mixed"}
    assert close(said(heard, "mixed"), OPENING + QUESTION + POLICY)


@pytest.mark.parametrize(
    ("rate", "subtype"), [(16_000, "PCM_16"), (44_100, "PCM_24"), (8_000, "GSM610"), (8_000, "ULAW")]
)
def test_other_rates_and_codings_are_understood(vosk: VoskTranscriber, write: Write, rate: int, subtype: str) -> None:
    """The same sentence through other formats is still the same sentence, nearly."""
    import soxr  # noqa: PLC0415 - only this test needs it

    sound = soxr.resample(np.concatenate([silence(0.5), speech("opening"), silence(0.5)]), RATE, rate)
    heard = hear(RecordingFiles("mixed", "c", whole=write(sound, rate=rate, subtype=subtype)), vosk)
    assert errors_between(OPENING, said(heard, "mixed")).syllables <= 5


def test_an_echo_is_not_laid_into_the_wrong_mouth(vosk: VoskTranscriber, write: Write) -> None:
    """The other side's words, 20 dB weaker and 30 ms late on this leg, are dropped; its own words stay."""
    caller, agent = legs()
    delay = int(0.03 * RATE)
    echo = 0.1 * np.pad(agent, (delay, 0))[: len(agent)], 0.1 * np.pad(caller, (delay, 0))[: len(caller)]
    heard = hear(stereo(write(caller + echo[0], agent + echo[1])), vosk)
    assert close(said(heard, "caller"), QUESTION)
    assert close(said(heard, "agent"), OPENING + POLICY)


def test_an_echo_on_an_otherwise_silent_leg_is_dropped(vosk: VoskTranscriber, write: Write) -> None:
    """A caller who never speaks is not given the agent's words."""
    _, agent = legs()
    heard = hear(stereo(write(0.1 * agent, agent)), vosk)
    assert said(heard, "caller") == ""


def test_a_quiet_speaker_is_not_taken_for_an_echo(vosk: VoskTranscriber, write: Write) -> None:
    """A caller 20 dB weaker than the agent keeps every word, even while the agent speaks."""
    clip, over = speech("question"), speech("policy")
    agent = np.concatenate([silence(1), speech("opening"), silence(3), over, silence(1)])
    caller = np.concatenate([silence(4), 0.1 * clip])
    caller = np.pad(caller, (0, len(agent) - len(caller)))
    start = int((1 + 3) * RATE) + len(speech("opening"))
    caller[start : start + len(clip)] += 0.1 * clip
    heard = hear(stereo(write(caller, agent)), vosk)
    assert errors_between(QUESTION * 2, said(heard, "caller")).syllables <= 5


def test_silent_recordings_have_no_words_and_missing_legs(vosk: VoskTranscriber, write: Write) -> None:
    """A whole silent call: no words, both sides missing, and an hour of it is heard in a few seconds."""
    start = time.process_time()
    heard = hear(stereo(write(silence(600), noise(600, -65))), vosk)
    assert heard.transcript.segments == ()
    assert heard.missing_legs == ("caller", "agent")
    assert time.process_time() - start < 10  # bare Vosk takes ten times as long; benchmarks/ measures it


@pytest.mark.parametrize("level", [-50, -30])
def test_noise_and_tones_have_no_words(vosk: VoskTranscriber, write: Write, level: float) -> None:
    """Noise and the ring-back tone (450 Hz, 1 s on, 4 s off) are not speech."""
    ring = 0.1 * np.sin(2 * np.pi * 450 * np.arange(15 * RATE) / RATE) * (np.arange(15 * RATE) % (5 * RATE) < RATE)
    assert hear(stereo(write(noise(15, level), ring)), vosk).transcript.segments == ()


def test_clipped_and_drowned_legs_are_marked(vosk: VoskTranscriber, write: Write) -> None:
    """Legs whose recognition should not be held against anybody are named."""
    caller, agent = legs()
    heard = hear(stereo(write(np.clip(40 * caller, -1, 1), agent + noise(len(agent) / RATE, -22))), vosk)
    assert heard.noisy_legs == ("caller", "agent")


def test_skipping_silence_does_not_change_what_is_heard(vosk: VoskTranscriber, write: Write) -> None:
    """The gate saves time only: words that are heard clearly are those of the whole leg fed to Vosk, and all times.

    A word that is guessed may be guessed otherwise, because frames begin elsewhere; it is guessed at the same time.
    """
    from voice_agent.hearing.sound.audio import blocks  # noqa: PLC0415 - only this test needs it
    from voice_agent.intake.files import Leg  # noqa: PLC0415

    _, agent = legs()
    path = write(agent)
    whole = vosk.transcribe(blocks(Leg("mixed", path)), RATE, "mixed", 0.0)
    gated = hear(RecordingFiles("mixed", "c", whole=path), vosk).transcript.segments
    ours, theirs = ([word for segment in segments for word in segment.words] for segments in (gated, whole))
    clear = [(a.text, b.text) for a, b in zip(ours, theirs, strict=True) if max(a.conf, b.conf) >= 0.7]
    assert len(clear) > 0.75 * len(ours)
    assert all(one == other for one, other in clear)
    assert [w.start for w in ours] == pytest.approx([w.start for w in theirs], abs=0.1)


def test_a_broken_leg_is_an_error_not_a_guess(vosk: VoskTranscriber, write: Write) -> None:
    """When one of two legs cannot be read the call is not judged by the other alone."""
    caller, agent = legs()
    cut = write(agent, name="a.wav")
    cut.write_bytes(cut.read_bytes()[:5_000])
    with pytest.raises(RecordingError, match=r"a\.wav"):
        hear(RecordingFiles("legs", "c", caller=write(caller, name="c.wav"), agent=cut), vosk)
