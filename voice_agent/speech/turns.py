"""Who speaks when: utterances, turns (rules.md), the stretches in which a phrase may be sought.

Everything is derived from the times of syllables, never from how a recogniser cut its segments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from voice_agent.speech.stream import Stream
from voice_agent.values import Channel

#: A pause after which the same side begins a new utterance, seconds; shorter ones happen inside words.
UTTERANCE_PAUSE = 0.5
#: A pause over which no phrase is put together, seconds; people do pause inside a number they read out.
PHRASE_PAUSE = 3.0
#: A backchannel is short: more than this many syllables is a turn of its own.
BACKCHANNEL_LENGTH = 6


@dataclass(frozen=True)
class Utterance:
    """Speech of one side without a pause: places ``first`` to ``last`` (exclusive) of its stream, seconds, and the characters."""

    channel: Channel
    first: int
    last: int
    start: float
    end: float
    said: str


@dataclass(frozen=True)
class Turn:
    """Consecutive utterances of one side; ``number`` counts the turns of that side from 0."""

    channel: Channel
    number: int
    utterances: tuple[Utterance, ...]

    @property
    def start(self) -> float:
        """When the turn begins, seconds."""
        return self.utterances[0].start

    @property
    def end(self) -> float:
        """When the turn ends, seconds."""
        return max(utterance.end for utterance in self.utterances)

    @property
    def said(self) -> str:
        """All characters said in the turn."""
        return "".join(utterance.said for utterance in self.utterances)


def utterances(stream: Stream) -> list[Utterance]:
    """Cut ``stream`` at its pauses."""
    cuts = [0, *(i for i in range(1, len(stream.said)) if _pause(stream, i) > UTTERANCE_PAUSE), len(stream.said)]
    return [_utterance(stream, first, last) for first, last in pairwise(cuts) if first < last]


def _pause(stream: Stream, place: int) -> float:
    return stream.starts[place] - stream.ends[place - 1]


def _utterance(stream: Stream, first: int, last: int) -> Utterance:
    start, end = stream.starts[first], max(stream.ends[first:last])
    return Utterance(stream.channel, first, last, start, end, stream.said[first:last])


def take_turns(spoken: Iterable[Utterance], is_backchannel: Callable[[str], bool]) -> list[Turn]:
    """Turns in order of time. A backchannel while the other side has the turn is nobody's turn."""
    groups: list[list[Utterance]] = []
    for utterance in sorted(spoken, key=lambda one: (one.start, one.end, one.channel)):
        if groups and groups[-1][0].channel == utterance.channel:
            groups[-1].append(utterance)
        elif not groups or not is_backchannel(utterance.said):
            groups.append([utterance])
    return _numbered(groups)


def _numbered(groups: Sequence[Sequence[Utterance]]) -> list[Turn]:
    counts: dict[Channel, int] = {}
    turns = []
    for group in groups:
        channel = group[0].channel
        counts[channel] = counts.get(channel, -1) + 1
        turns.append(Turn(channel, counts[channel], tuple(group)))
    return turns


def turn_of_places(stream: Stream, turns: Iterable[Turn]) -> list[int]:
    """The number of the turn for every place of ``stream``; -1 for asides (backchannels)."""
    numbers = [-1] * len(stream.said)
    for turn in turns:
        if turn.channel == stream.channel:
            for utterance in turn.utterances:
                numbers[utterance.first : utterance.last] = [turn.number] * (utterance.last - utterance.first)
    return numbers


def stretches(stream: Stream, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ranges of heard syllables over which one phrase may run: one turn, no long pause."""
    places = stream.places
    edges = [0, *(i for i in range(1, len(places)) if _breaks(stream, numbers, places[i - 1], places[i])), len(places)]
    return [(first, last) for first, last in pairwise(edges) if first < last]


def _breaks(stream: Stream, numbers: Sequence[int], before: int, after: int) -> bool:
    return numbers[before] != numbers[after] or stream.starts[after] - stream.ends[before] > PHRASE_PAUSE
