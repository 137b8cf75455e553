"""One recording → what was said on each leg, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voice_agent.hearing.sound.audio import blocks, check_files, rate_of, resampled
from voice_agent.hearing.sound.crosstalk import without_echo
from voice_agent.hearing.sound.gate import active_spans
from voice_agent.hearing.sound.quality import Levels, Quality, assess, measure
from voice_agent.hearing.sound.steps import in_step
from voice_agent.hearing.sound.tone import Tone, ToneMeter
from voice_agent.hearing.sound.twins import is_same_sound
from voice_agent.hearing.transcriber import Transcriber
from voice_agent.intake.files import Leg, RecordingFiles
from voice_agent.values import Agent, Channel, Segment, Span, Transcript


@dataclass(frozen=True)
class Heard:
    """What came of a recording. ``missing_legs`` and ``noisy_legs`` belong into the CallContext; ``duration`` in seconds.

    ``legs`` are the channels as they were heard: laid in step, two channels with the same sound as one mixed channel.
    """

    transcript: Transcript
    quality: tuple[tuple[Channel, Quality], ...]
    missing_legs: tuple[Channel, ...]
    noisy_legs: tuple[Channel, ...]
    duration: float
    legs: tuple[Leg, ...] = ()


@dataclass(frozen=True)
class _Measured:
    leg: Leg
    rate: int
    levels: Levels
    quality: Quality
    tone: Tone | None


def hear(
    files: RecordingFiles,
    transcriber: Transcriber,
    *,
    swap: bool = False,
    call_id: str | None = None,
    agent: Agent | None = None,
) -> Heard:
    """Transcribe a recording leg by leg; ``swap``: left or rx is the agent. Raises RecordingError."""
    check_files(files)
    step = in_step(files)
    measured = [_measure(leg) for leg in _heard_legs(step.files.legs(swap=swap))]
    heard = {part.leg.channel: _transcribe(part, transcriber) for part in measured}
    segments = [segment for part in measured for segment in _own(part, measured, heard)]
    duration = round(max(part.levels.duration for part in measured), 3)
    ordered = tuple(sorted(segments, key=lambda segment: (segment.start, segment.end)))
    return Heard(
        Transcript(call_id or files.call_id, ordered, agent or Agent(), duration),
        tuple((part.leg.channel, part.quality) for part in measured),
        _missing(measured),
        tuple(part.leg.channel for part in measured if part.quality.noisy or step.doubtful),
        duration,
        tuple(part.leg for part in measured),
    )


def _heard_legs(legs: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """The legs, or one mixed channel where both hold the same sound."""
    if len(legs) == 2 and is_same_sound(*legs):
        return (replace(legs[0], channel="mixed"),)
    return legs


def _measure(leg: Leg) -> _Measured:
    rate = rate_of(leg)
    meter = ToneMeter(rate)
    levels = measure(meter.overhear(blocks(leg)), rate)
    return _Measured(leg, rate, levels, assess(levels), meter.tone())


def _transcribe(part: _Measured, transcriber: Transcriber) -> tuple[Segment, ...]:
    spans = active_spans(part.levels, part.quality)
    return tuple(segment for span in spans for segment in _transcribe_span(part, span, transcriber))


def _transcribe_span(part: _Measured, span: Span, transcriber: Transcriber) -> tuple[Segment, ...]:
    rate = transcriber.rate_for(part.rate)
    sound = resampled(blocks(part.leg, span), part.rate, rate)
    return transcriber.transcribe(sound, rate, part.leg.channel, span.start, part.tone)


def _own(part: _Measured, legs: list[_Measured], heard: dict[Channel, tuple[Segment, ...]]) -> tuple[Segment, ...]:
    segments = heard[part.leg.channel]
    for other in legs:
        if other is not part:
            segments = without_echo(segments, part.levels, other.levels)
    return segments


def _missing(measured: list[_Measured]) -> tuple[Channel, ...]:
    """Sides of which nothing can be heard; of a mixed channel only the whole can be missing."""
    usable = {part.leg.channel for part in measured if part.quality.usable}
    sides: tuple[Channel, ...] = ("mixed",) if measured[0].leg.channel == "mixed" else ("caller", "agent")
    return tuple(side for side in sides if side not in usable)
