"""Lay the sentences of a script on the two legs of a call, with pauses, overlaps, holds and noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import soxr
from sentences import Sentence, sentences
from telephone import RATE, SPEECH_DB, Samples, disturb, line, music, receive

KOKORO_RATE = 24_000
SIDES = ("caller", "agent")
#: Callers come from farther away.
LEVELS = {"caller": SPEECH_DB - 3, "agent": SPEECH_DB}
LEAD, TAIL, TURN_GAP, SENTENCE_GAP = 0.6, 0.7, 0.55, 0.32


@dataclass(frozen=True)
class Placed:
    """A stretch of sound on one side, from ``start`` seconds."""

    side: str
    start: float
    samples: Samples
    text: str = ""

    @property
    def end(self) -> float:
        """Where it stops, seconds."""
        return self.start + len(self.samples) / RATE


@dataclass(frozen=True)
class Call:
    """A finished call: samples a side, what was said when, where the telephone was on hold."""

    legs: Mapping[str, Samples]
    segments: tuple[Placed, ...]
    holds: tuple[tuple[float, float], ...]

    @property
    def duration(self) -> float:
        """Seconds; both legs are equally long."""
        return len(self.legs["agent"]) / RATE


@dataclass
class Timeline:
    """Where the next sound goes."""

    now: float = LEAD
    placed: list[Placed] = field(default_factory=list)
    holds: list[tuple[float, float]] = field(default_factory=list)

    def put(self, side: str, at: float, samples: Samples, text: str = "") -> float:
        """Place a sound; returns its end. ``now`` is the end of whatever lasts longest."""
        sound = Placed(side, at, samples, text)
        self.placed.append(sound)
        self.now = max(self.now, sound.end)
        return sound.end

    def hold(self, seconds: float) -> None:
        """The agent's telephone plays music for ``seconds``."""
        start = self.now + 0.5
        self.holds.append((round(start, 2), round(self.put("agent", start, music(seconds)), 2)))


def lay(script: dict[str, Any], spoken: Mapping[Sentence, np.ndarray]) -> Call:
    """Lay out the whole call."""
    timeline = Timeline()
    for number, turn in enumerate(script["turns"]):
        _lay_turn(timeline, turn, script, spoken, first=number == 0)
    legs = {side: _mix(side, timeline) for side in SIDES}
    return Call(_finish(legs, script, timeline), _in_order(timeline), tuple(timeline.holds))


def _lay_turn(
    timeline: Timeline,
    turn: dict[str, Any],
    script: dict[str, Any],
    spoken: Mapping[Sentence, np.ndarray],
    *,
    first: bool,
) -> None:
    if "hold" in turn:
        timeline.hold(float(turn["hold"]))
    at = timeline.now + float(turn.get("gap", 0.0 if first else TURN_GAP))
    for sentence in sentences(turn, script):
        samples = _sound(sentence, spoken[sentence], turn["side"])
        at = timeline.put(turn["side"], at, samples, sentence.bare) + SENTENCE_GAP


def _sound(sentence: Sentence, samples: np.ndarray, side: str) -> Samples:
    """The sentence as it comes out of the telephone, raised or lowered if its voice says so."""
    shifted = soxr.resample(samples, KOKORO_RATE, KOKORO_RATE / sentence.ratio) if sentence.ratio != 1 else samples
    return receive(shifted, KOKORO_RATE, LEVELS[side])


def _mix(side: str, timeline: Timeline) -> Samples:
    leg = np.zeros(int((timeline.now + TAIL) * RATE))
    for sound in timeline.placed:
        if sound.side == side:
            start = int(sound.start * RATE)
            leg[start : start + len(sound.samples)] += sound.samples
    return leg


def _finish(legs: dict[str, Samples], script: dict[str, Any], timeline: Timeline) -> dict[str, Samples]:
    """Noise as the script asks, then the open line."""
    rng = np.random.default_rng(script["seed"])
    voices = [sound.samples for sound in timeline.placed if sound.text]
    for side, setting in script.get("noise", {}).items():
        legs[side] = disturb(legs[side], setting, rng, voices)
    return {side: line(legs[side], rng) for side in SIDES}


def _in_order(timeline: Timeline) -> tuple[Placed, ...]:
    return tuple(sorted((sound for sound in timeline.placed if sound.text), key=lambda sound: sound.start))
