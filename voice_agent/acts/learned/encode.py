"""A call as the learned model reads it: one token a syllable, both sides in order of time.

The same code makes the model's training examples and what it reads in the product, so that both are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from voice_agent.speech.sounds import syllables
from voice_agent.speech.stream import Stream
from voice_agent.speech.turns import PHRASE_PAUSE, utterances
from voice_agent.values import Channel

#: Pauses before a syllable are told apart at these lengths, seconds.
_PAUSES = (0.25, 0.8, 3.0, 8.0)
#: The class of a pause over which no act is done in one go (``turns.PHRASE_PAUSE``).
LONG_PAUSE = 1 + _PAUSES.index(PHRASE_PAUSE)
#: Spurts are told apart by how many come before and after them, up to these numbers.
_BEGINNING, _ENDING = 6, 4
#: Sizes of the tables that the model has for what is not a word: side, pause, place from the begin, place from the end (0: unknown).
SIDES, PAUSES, BEGINNINGS, ENDINGS = 3, len(_PAUSES) + 1, _BEGINNING + 2, _ENDING + 2
_SIDE: dict[Channel, int] = {"agent": 0, "caller": 1, "mixed": 2}


@dataclass(frozen=True)
class Spurt:
    """Speech of one side until the other speaks, whoever has the turn: places ``first`` to ``last`` (exclusive) of its stream."""

    channel: Channel
    first: int
    last: int
    start: float


@dataclass(frozen=True)
class Tokens:
    """Parallel sequences, one entry a syllable, spurt after spurt; ``spurts`` with the first token of each in ``begins``."""

    characters: str
    sounds: Sequence[str]
    sides: Sequence[int]
    pauses: Sequence[int]
    beginnings: Sequence[int]
    endings: Sequence[int]
    spurts: Sequence[Spurt]
    begins: Sequence[int]


def spurts_of(streams: Iterable[Stream]) -> list[Spurt]:
    """The speech of all sides in order of time, joined while one side goes on."""
    pieces = [(u.start, u.end, u.channel, u.first, u.last) for stream in streams for u in utterances(stream)]
    joined: list[Spurt] = []
    for start, _, channel, first, last in sorted(pieces):
        if joined and joined[-1].channel == channel and joined[-1].last == first:
            joined[-1] = Spurt(channel, joined[-1].first, last, joined[-1].start)
        else:
            joined.append(Spurt(channel, first, last, start))
    return joined


def encode(streams: Sequence[Stream]) -> Tokens:
    """The tokens of a call from the streams of its sides."""
    by_channel = {stream.channel: stream for stream in streams}
    spurts = spurts_of(streams)
    lengths = [spurt.last - spurt.first for spurt in spurts]
    texts = [by_channel[spurt.channel].said[spurt.first : spurt.last] for spurt in spurts]
    begins = [sum(lengths[:number]) for number in range(len(spurts))]
    return Tokens(
        characters="".join(texts),
        sounds=[sound for text in texts for sound in syllables(text)],
        sides=[_SIDE[spurt.channel] for spurt in spurts for _ in range(spurt.last - spurt.first)],
        pauses=_pauses(by_channel, spurts),
        beginnings=_spread([1 + min(number, _BEGINNING) for number in range(len(spurts))], lengths),
        endings=_spread([1 + min(len(spurts) - 1 - number, _ENDING) for number in range(len(spurts))], lengths),
        spurts=spurts,
        begins=begins,
    )


def encode_alone(stream: Stream, first: int, last: int) -> Tokens:
    """The tokens of places ``first`` to ``last`` (exclusive) of a side as if nothing else had been said."""
    text, count = stream.said[first:last], last - first
    unknown = [0] * count
    spurts = [Spurt(stream.channel, first, last, stream.starts[first])]
    return Tokens(text, syllables(text), [_SIDE[stream.channel]] * count, unknown, unknown, unknown, spurts, [0])


def _spread(values: Sequence[int], lengths: Sequence[int]) -> list[int]:
    return [value for value, length in zip(values, lengths, strict=True) for _ in range(length)]


def _pauses(streams: dict[Channel, Stream], spurts: Sequence[Spurt]) -> list[int]:
    """How long nobody spoke before each syllable, in classes."""
    until, classes = 0.0, []
    for spurt in spurts:
        stream = streams[spurt.channel]
        quiet = [stream.starts[spurt.first] - until]
        quiet += [stream.starts[b] - stream.ends[a] for a, b in pairwise(range(spurt.first, spurt.last))]
        classes += [sum(length >= limit for limit in _PAUSES) for length in quiet]
        until = max(until, stream.ends[spurt.last - 1])
    return classes
