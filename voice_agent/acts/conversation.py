"""A call as the rules see it: two sides, their turns and phrases, the silences, and how far all that can be trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import inf

from phrasebook.model import PhraseBook
from phrasebook.pattern import parse, ways
from voice_agent.acts.phrases.index import Compiled, compiled
from voice_agent.acts.phrases.labels import compared_with
from voice_agent.acts.phrases.matching import Hit, Search
from voice_agent.speech import quality
from voice_agent.speech.silences import Silence, is_noise, look_ups
from voice_agent.speech.stream import Stream, listen
from voice_agent.speech.turns import (
    BACKCHANNEL_LENGTH,
    Turn,
    Utterance,
    stretches,
    take_turns,
    turn_of_places,
    utterances,
)
from voice_agent.values import CallContext, Channel, Evidence, Transcript

_BACKCHANNELS = ("嗯", "喂", "好", "好的", "哎", "啊", "哦", "噢", "呃", "诶", "唉")
#: Greetings are more than a backchannel: they open a turn.
_NO_BACKCHANNELS = frozenset({"您好", "你好"})


@dataclass(frozen=True)
class Side:
    """What one side said: its stream, the turn of every syllable (-1: an aside), its turns in order, a search for phrases."""

    stream: Stream
    numbers: tuple[int, ...]
    turns: tuple[Turn, ...]
    search: Search
    book: PhraseBook

    def hits(self, act: str, start: float = 0.0, end: float = inf) -> list[Hit]:
        """Where the act was surely heard, in order of time; begun between ``start`` and ``end`` (seconds, exclusive)."""
        return [hit for hit in self.search.hits_of(act, start, end) if start <= hit.start < end]

    def near_hits(self, act: str, start: float = 0.0, end: float = inf) -> list[Hit]:
        """Where something just short of the act was heard."""
        hits = self.search.hits_of(act, start, end, near=True)
        return [hit for hit in hits if hit.near and start <= hit.start < end]

    def turn_number(self, hit: Hit) -> int:
        """The number of the turn in which ``hit`` begins; -1 for an aside."""
        return self.numbers[self.stream.places[hit.first]]

    def turn_of(self, hit: Hit) -> Turn | None:
        """The turn in which ``hit`` begins, if it is not an aside."""
        number = self.turn_number(hit)
        return self.turns[number] if number >= 0 else None

    def evidence(self, hit: Hit) -> Evidence:
        """The words heard for ``hit``, when, and the phrase they were compared with."""
        text = self.stream.text(hit.first, hit.last)
        phrase = compared_with(self.book, hit, text)
        return Evidence(self.stream.channel, round(hit.start, 3), round(hit.end, 3), text, phrase, hit.score)

    def stretch(self, start: float, end: float, phrase: str) -> Evidence:
        """Everything said between two times: where a phrase should have been."""
        stream = self.stream
        places = [
            i for i, place in enumerate(stream.places) if stream.ends[place] > start and stream.starts[place] < end
        ]
        text = stream.text(places[0], places[-1] + 1) if places else ""
        return Evidence(stream.channel, round(start, 3), round(max(start, end), 3), text, phrase, 0.0)


@dataclass(frozen=True)
class Conversation:
    """All that the rules may look at. ``mixed``: one channel holds both sides, so nothing says who spoke."""

    transcript: Transcript
    context: CallContext
    book: PhraseBook
    agent: Side
    caller: Side
    turns: tuple[Turn, ...]
    spoken: tuple[Utterance, ...]
    mixed: bool
    end: float

    def limit(self, rule: str, name: str, default: float) -> float:
        """A limit of a rule as the book sets it."""
        entry = self.book.rules.get(rule)
        return float(entry.limits.get(name, default)) if entry else default

    def look_ups(self, rule: str) -> list[Silence]:
        """The look-up silences after the agent's first words and before the last words of anybody."""
        shortest = self.limit(rule, "silence_seconds", 8.0)
        begin = min((u.start for u in self.spoken if u.channel == self.agent.stream.channel), default=self.end)
        return look_ups(self.spoken, self.context.holds, begin, shortest)

    def doubtful(self, start: float, end: float, side: Side | None = None) -> bool:
        """Whether nothing said or unsaid by ``side`` (the agent) in that stretch can be held against anybody."""
        stream = (side or self.agent).stream
        noisy = stream.channel in self.context.noisy_legs
        return self.mixed or noisy or quality.is_doubtful(stream, start, end)

    def lacks(self, channel: Channel) -> bool:
        """Whether the recording has nothing usable of that side."""
        return channel in self.context.missing_legs and not self.mixed


def follow(transcript: Transcript, context: CallContext, book: PhraseBook) -> Conversation:
    """Build the conversation from what was heard and what the telephony side knows."""
    phrases = compiled(book)
    mixed = _is_mixed(transcript)
    channels: tuple[Channel, ...] = ("mixed",) if mixed else ("agent", "caller")
    streams = [listen(transcript, channel) for channel in channels]
    spoken = tuple(u for stream in streams for u in utterances(stream) if not is_noise(stream, u))
    turns = tuple(take_turns(spoken, lambda said: is_backchannel(book, said)))
    sides = [_side(stream, turns, phrases, book) for stream in streams]
    last = max([*(s.end for s in transcript.segments), transcript.duration or 0.0])
    return Conversation(transcript, context, book, sides[0], sides[-1], turns, spoken, mixed, last)


def _is_mixed(transcript: Transcript) -> bool:
    channels = {segment.channel for segment in transcript.segments}
    return "mixed" in channels and "agent" not in channels


def _side(stream: Stream, turns: tuple[Turn, ...], phrases: Compiled, book: PhraseBook) -> Side:
    numbers = turn_of_places(stream, turns)
    mine = tuple(turn for turn in turns if turn.channel == stream.channel)
    return Side(stream, tuple(numbers), mine, Search(phrases, stream, stretches(stream, numbers)), book)


def is_backchannel(book: PhraseBook, said: str) -> bool:
    """Whether an utterance only shows that somebody listens (嗯, 喂, 好)."""
    patterns = tuple(pattern for entry in book.entries_of("backchannel") for pattern in entry.patterns)
    return len(said) <= BACKCHANNEL_LENGTH and bool(_backchannels(patterns).fullmatch(said))


@lru_cache(maxsize=8)
def _backchannels(patterns: tuple[str, ...]) -> re.Pattern[str]:
    words = {way for pattern in patterns for way in islice(ways(parse(pattern)), 64)} | set(_BACKCHANNELS)
    plain = sorted((word for word in words - _NO_BACKCHANNELS if "{" not in word), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, plain))})+")
