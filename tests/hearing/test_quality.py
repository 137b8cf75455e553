"""Levels, noise, clipping and the gate: what is measured before anything is recognised."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hearing.conftest import RATE, Sound, noise, silence, speech
from voice_agent.hearing.sound.gate import MARGIN, active_spans
from voice_agent.hearing.sound.quality import Levels, Quality, assess, measure
from voice_agent.values import Span


def levels(sound: Sound, blocks: int = 3) -> Levels:
    whole = np.clip(sound * 32768, -32768, 32767).astype(np.int16)
    return measure(np.array_split(whole, blocks), RATE)


def quality(sound: Sound) -> Quality:
    return assess(levels(sound))


def call() -> Sound:
    return np.concatenate([silence(1), speech("opening"), silence(4), speech("policy"), silence(2)])


def test_a_tone_has_its_level() -> None:
    """A full-scale sine is −3 dBFS, however the sound was cut into blocks; a direct-current offset adds nothing."""
    tone = np.sin(2 * np.pi * 400 * np.arange(2 * RATE) / RATE)
    assert levels(tone * 0.5 + 0.3, blocks=7).between(0.5, 1.5) == pytest.approx(-9.03, abs=0.1)


def test_clean_speech_is_neither_noisy_nor_missing() -> None:
    """Speech without noise is usable."""
    measured = quality(call())
    assert measured.usable
    assert not measured.noisy


@pytest.mark.parametrize("below", [0, 5])
def test_speech_drowned_in_noise_is_noisy(below: float) -> None:
    """Noise at or 5 dB below the level of speech: nobody should be judged by what is recognised there."""
    sound = call()
    loud = 10 * np.log10(np.mean(speech("opening") ** 2))
    assert quality(sound + noise(len(sound) / RATE, loud - below)).noisy


def test_light_noise_is_not_held_against_a_recording() -> None:
    """At 25 dB signal-to-noise recognition is as good as without."""
    sound = call()
    loud = 10 * np.log10(np.mean(speech("opening") ** 2))
    assert not quality(sound + noise(len(sound) / RATE, loud - 25)).noisy


def test_clipped_speech_is_noisy() -> None:
    """Speech that was recorded far too loud."""
    measured = quality(call() * 30)
    assert measured.clipped_share > 0.02
    assert measured.noisy


@pytest.mark.parametrize("sound", [silence(20), noise(20, -60), noise(0.01, -20), silence(0)])
def test_a_silent_leg_is_unusable_and_nothing_of_it_is_heard(sound: Sound) -> None:
    """Digital silence, faint hiss, a click and no sound at all cost no recognition."""
    measured = levels(sound)
    assert not assess(measured).usable
    assert active_spans(measured, assess(measured)) == ()


def test_the_gate_keeps_speech_with_margins() -> None:
    """Both sentences stay whole, half a second around them stays too, the long silence between them goes."""
    measured = levels(call())
    first, second = active_spans(measured, assess(measured))
    length = len(speech("opening")) / RATE
    assert first.start < 1.0
    assert first.end > 1.0 + length - 0.2 + MARGIN - 0.3
    assert first.end < second.start < 1.0 + length + 4.0
    assert second.end == pytest.approx(len(call()) / RATE - 2.0, abs=1.0)


def test_a_noisy_leg_is_heard_whole() -> None:
    """Where noise hides the pauses nothing is cut: better slow than deaf."""
    sound = call()
    measured = levels(sound + noise(len(sound) / RATE, -35))
    assert active_spans(measured, assess(measured)) == (Span(0.0, pytest.approx(len(sound) / RATE)),)


@given(st.lists(st.floats(-90, 0), max_size=300), st.floats(-90, 0), st.floats(-90, 0))
def test_spans_are_in_order_apart_and_inside(db: list[float], speech_db: float, noise_db: float) -> None:
    """Whatever the levels: spans lie inside the leg, do not touch, and hold every long loud stretch."""
    measured = Levels(np.array(db, np.float32), 0.02, len(db) * 0.02, 0.0)
    spans = active_spans(measured, Quality(speech_db, noise_db, 0.0, usable=True))
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= measured.duration + 1e-9 for edge in edges)
    assert len(set(edges)) == len(edges)
