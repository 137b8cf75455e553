"""Look-up silences (rules.md): nobody speaks for a while, or the telephony side reports a hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voice_agent.speech.stream import Stream
from voice_agent.speech.turns import Utterance
from voice_agent.values import Span

#: A lone syllable below this confidence inside a silence is taken for a noise.
_NOISE_CONFIDENCE = 0.5


@dataclass(frozen=True)
class Silence:
    """A look-up silence, seconds; ``held``: the telephony side says that the caller was on hold."""

    start: float
    end: float
    held: bool = False

    @property
    def length(self) -> float:
        """How long nobody spoke, seconds."""
        return self.end - self.start


def is_noise(stream: Stream, utterance: Utterance) -> bool:
    """Whether an utterance is more likely a noise than speech."""
    lone = utterance.last - utterance.first == 1
    return lone and stream.confs[utterance.first] < _NOISE_CONFIDENCE


def look_ups(spoken: Iterable[Utterance], holds: Iterable[Span], begin: float, shortest: float) -> list[Silence]:
    """Silences of at least ``shortest`` seconds between speech from ``begin`` on, and every hold, joined where they overlap."""
    speech = sorted((one.start, one.end) for one in spoken)
    quiet = [Silence(a, b) for a, b in _gaps(speech, begin) if b - a >= shortest]
    held = [Silence(hold.start, hold.end, True) for hold in holds]
    return _joined(sorted([*quiet, *held], key=lambda one: (one.start, one.end)))


def _gaps(speech: Sequence[tuple[float, float]], begin: float) -> Iterable[tuple[float, float]]:
    until: float | None = None
    for start, end in speech:
        if until is not None and start > until > begin:
            yield until, start
        until = end if until is None else max(until, end)


def _joined(silences: Sequence[Silence]) -> list[Silence]:
    joined: list[Silence] = []
    for silence in silences:
        last = joined[-1] if joined else None
        if last and silence.start <= last.end and (last.held or silence.held):
            joined[-1] = Silence(last.start, max(last.end, silence.end), True)
        else:
            joined.append(silence)
    return joined
