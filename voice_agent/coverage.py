"""When the recordings of a call began, what they cover, and which of it is a clerk's own time: the one place that says so. Pure.

A call is laid on a time line. Second 0 is where its first recording begins (or its talk, if that began more than a second before),
and everything that is counted in seconds afterwards (transcript, findings, waveform, holds) is counted on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ami_bridge.events import CallEnded, Recording
from voice_agent.spans import joined, length, shifted, within, without
from voice_agent.values import Span

#: How far a file's length may be from what its events promise (seconds, and share of the length): buffers, clocks, rounding.
TOLERANCE_SECONDS, TOLERANCE_SHARE = 1.0, 0.02
#: Shorter stretches outside the clerk's time are rounding, not waiting.
SLIVER_SECONDS = 0.5
#: A clerk who answered is connected within so many seconds (an announcement to one of the two plays before).
CONNECTING_SECONDS = 30.0
#: A deliberate mute takes nothing away from the coverage, unless less than this share of the talk is left.
LEAST_UNMUTED = 0.5


@dataclass(frozen=True)
class Placed:
    """Seconds ``start`` to ``end`` of a recording (its number in the list given) lie at ``at`` (unix seconds)."""

    recording: int
    at: float
    start: float
    end: float


@dataclass(frozen=True)
class Timeline:
    """A call's time line: ``began`` is its second 0 (unix seconds), everything else is seconds on it.

    ``talk`` is the clerks' own time on the line, ``recorded`` what there is sound of, ``muted`` where that sound is silence on purpose.
    ``greeted`` is talk before the two were connected (a clerk answered and an announcement played): judged if recorded, never missing.
    ``placed`` says where each recording lies. ``doubt`` (Chinese, "" for none) says why times may be wrong.
    """

    began: float
    duration: float
    talk: tuple[Span, ...]
    recorded: tuple[Span, ...]
    muted: tuple[Span, ...] = ()
    placed: tuple[Placed, ...] = ()
    doubt: str = ""
    greeted: tuple[Span, ...] = ()

    @property
    def unjudged(self) -> tuple[Span, ...]:
        """Where nothing is judged: before the answer, between clerks, after them, muted, or not recorded."""
        own = without(within(self.talk, self.recorded), self.muted)
        rest = without((Span(0.0, self.duration),), own)
        return tuple(one for one in rest if one.end - one.start >= SLIVER_SECONDS)

    @property
    def uncovered(self) -> tuple[Span, ...]:
        """Talk of which there is no recording."""
        return tuple(
            one for one in without(self.talk, (*self.recorded, *self.greeted)) if one.end - one.start >= SLIVER_SECONDS
        )

    @property
    def share(self) -> float:
        """How much of the talk was recorded (0–1); mutes count neither way unless they leave too little."""
        talk = without(self.talk, self.greeted)
        meant = without(talk, self.muted)
        if length(meant) < LEAST_UNMUTED * length(talk):
            meant = talk
        return length(within(without(self.recorded, self.muted), meant)) / length(meant) if length(meant) else 1.0


def lay(call: CallEnded, sounds: Sequence[tuple[Recording | None, float]]) -> Timeline:
    """The time line of a call with these recordings (as Asterisk told them, None: only the file is known) and their lengths (s)."""
    placed = [piece for number, (told, seconds) in enumerate(sounds) for piece in place(call, number, told, seconds)]
    talk = _talk(call)
    first = min((piece.at for piece in placed), default=call.answered or call.start)
    began = min(first, talk[0].start) if talk and talk[0].start < first - 1.0 else first
    recorded = joined(Span(piece.at - began, piece.at - began + piece.end - piece.start) for piece in placed)
    own = joined(shifted(span, -began) for span in talk)
    end = max((span.end for span in (*recorded, *own)), default=0.0)
    if recorded and end - recorded[-1].end <= 1.0:
        end = recorded[-1].end
    muted = [Span(*one) for told, _ in sounds if told for one in told.muted]
    return Timeline(
        began=began,
        duration=round(end, 3),
        talk=within(own, (Span(0.0, end),)),
        recorded=recorded,
        muted=within((shifted(span, -began) for span in muted), recorded),
        placed=tuple(sorted(placed, key=lambda piece: (piece.at, piece.recording))),
        greeted=joined(shifted(span, -began) for span in _greeted(call, [told for told, _ in sounds if told])),
        doubt="；".join(filter(None, (_doubt(told, seconds) for told, seconds in sounds))),
    )


def _talk(call: CallEnded) -> tuple[Span, ...]:
    """The clerks' own time, unix seconds; of a call whose clerks are unknown all from the answer to the end.

    A hold is the clerk's time as well: who asks a colleague before a transfer leaves the caller's bridge and still owes a word before.
    """
    legs = [Span(leg.start, min(leg.end, call.end)) for leg in call.clerks]
    if not legs and call.answered is not None:
        legs = [Span(call.answered, call.end)]
    return joined([*legs, *(Span(hold.start, hold.end) for hold in call.holds)])


def _greeted(call: CallEnded, told: Sequence[Recording]) -> list[Span]:
    """Between a clerk's answer and the bridge: with option b nothing is recorded then. Unix seconds."""
    spans = []
    for leg in call.clerks:
        bridges = [
            stay.start
            for one in told
            for stay in one.bridged
            if (one.start or 0.0) < stay.start and stay.end > leg.start
        ]
        if bridges and leg.start < min(bridges) <= min(leg.end, leg.start + CONNECTING_SECONDS):
            spans.append(Span(leg.start, min(bridges)))
    return spans


def place(call: CallEnded, number: int, told: Recording | None, seconds: float) -> list[Placed]:
    """Where a recording of this length lies: from its beginning, with option b only in the bridges, else up to the call's end."""
    if told is None or told.start is None:
        end = call.end if told is None else told.end
        return [Placed(number, end - seconds, 0.0, seconds)]
    if not _agrees(seconds, told.end - told.start) and _agrees(seconds, _bridged(told)):
        return _in_bridges(number, told, seconds)
    if seconds > told.end - told.start and not _agrees(seconds, told.end - told.start):
        return [Placed(number, told.end - seconds, 0.0, seconds)]
    return [Placed(number, told.start, 0.0, seconds)]


def _agrees(seconds: float, expected: float) -> bool:
    return abs(seconds - expected) <= max(TOLERANCE_SECONDS, TOLERANCE_SHARE * expected)


def _bridged(told: Recording) -> float:
    return sum(one.end - one.start for one in told.bridged)


def _in_bridges(number: int, told: Recording, seconds: float) -> list[Placed]:
    """Option b: only what was said in bridges is in the file, one after the other; the last piece takes what is left."""
    placed, done = [], 0.0
    for place_, stay in enumerate(told.bridged):
        last = place_ == len(told.bridged) - 1
        until = seconds if last else min(seconds, done + stay.end - stay.start)
        if until > done:
            placed.append(Placed(number, stay.start, done, until))
            done = until
    return placed


def _doubt(told: Recording | None, seconds: float) -> str:
    """Why nobody can say where in the call this recording's seconds lie."""
    if told is None or told.start is None:
        return ""
    expected = told.end - told.start
    if _agrees(seconds, expected) or _agrees(seconds, _bridged(told)):
        return ""
    return f"录音长 {seconds:.0f} 秒，按电话系统所报应为 {expected:.0f} 秒，时间可能对不上"


def why_not_monitored(line: Timeline, least: float) -> str:
    """Chinese: why this coverage is too little to call the call monitored; "" if it is enough."""
    if line.share >= least or not length(line.talk):
        return ""
    muted = length(within(line.muted, line.talk))
    parts = [f"坐席通话 {length(line.talk):.0f} 秒，录音只覆盖其中 {line.share:.0%}（要求 {least:.0%}）"]
    parts += [f"{_clock(one.start)}–{_clock(one.end)} 没有录音" for one in line.uncovered[:3]]
    parts += [f"静音 {muted:.0f} 秒"] if muted > 1.0 else []
    return "，".join(parts)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{seconds % 60:04.1f}"
