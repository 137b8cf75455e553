"""A call as the rules see it: two sides, their turns and phrases, the silences, and how far all that can be trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import inf

from phrasebook.model import PhraseBook
from phrasebook.pattern import parse, ways
from voice_agent.acts.act import Act
from voice_agent.acts.ear import Ear
from voice_agent.acts.learned.model import ActModel
from voice_agent.acts.learned.runs import Run
from voice_agent.acts.phrases.index import Compiled, compiled
from voice_agent.acts.phrases.labels import compared_with
from voice_agent.acts.phrases.matching import Search
from voice_agent.acts.whole_words import whole_words
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
    """What one side said: its stream, the turn of every syllable (-1: an aside), its turns in order, an ear for its acts."""

    stream: Stream
    numbers: tuple[int, ...]
    turns: tuple[Turn, ...]
    search: Search
    ear: Ear
    book: PhraseBook

    def possible(self, act: str, start: float = 0.0, end: float = inf) -> list[Act]:
        """Where the act may have been done, likely or not; begun between ``start`` and ``end`` (seconds, exclusive)."""
        return [one for one in self.ear.acts(act) if start <= one.start < end]

    def hits(self, act: str, start: float = 0.0, end: float = inf) -> list[Act]:
        """Where the act was likely done."""
        return [one for one in self.possible(act, start, end) if not one.near]

    def near_hits(self, act: str, start: float = 0.0, end: float = inf) -> list[Act]:
        """Where the act is too doubtful to count and too probable to call absent."""
        return [one for one in self.possible(act, start, end) if one.near]

    def chance(self, act: str, start: float = 0.0, end: float = inf) -> float:
        """How probable it is that the act was done at all between two times."""
        return max((one.probability for one in self.possible(act, start, end)), default=0.0)

    def turn_number(self, act: Act) -> int:
        """The number of the turn in which ``act`` begins; -1 for an aside."""
        return self.numbers[self.stream.places[act.first]]

    def turn_of(self, act: Act) -> Turn | None:
        """The turn in which ``act`` begins, if it is not an aside."""
        number = self.turn_number(act)
        return self.turns[number] if number >= 0 else None

    def words(self, act: Act) -> str:
        """The words heard for ``act``, to be shown to people."""
        return self.stream.text(*self._shown(act))

    def _shown(self, act: Act) -> tuple[int, int]:
        """The syllables that are shown: those of a phrase as they are, a learned act's with whole words and within its turn."""
        if act.source == "phrase":
            return act.first, act.last
        begin, end = self.search.stretch_of((act.first + act.last) // 2)
        first, last = max(act.first, begin) - begin, min(act.last, end) - begin
        first, last = whole_words(self.stream.heard[begin:end], first, last)
        return begin + first, begin + last

    def evidence(self, act: Act) -> Evidence:
        """The words heard for ``act``, when, and the phrase or example they were compared with."""
        first, last = self._shown(act)
        text = self.stream.text(first, last)
        phrase = "；".join(filter(None, (compared_with(self.book, act, text), self.ear.likened(act, text))))
        start, end = self.stream.start(first), self.stream.end(last)
        return Evidence(self.stream.channel, round(start, 3), round(end, 3), text, phrase, act.score)

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


def follow(
    transcript: Transcript, context: CallContext, book: PhraseBook, model: ActModel | None = None
) -> Conversation:
    """Build the conversation from what was heard and what the telephony side knows; without ``model`` by phrases alone."""
    phrases = compiled(book)
    mixed = _is_mixed(transcript)
    channels: tuple[Channel, ...] = ("mixed",) if mixed else ("agent", "caller")
    streams = [listen(transcript, channel) for channel in channels]
    spoken = tuple(u for stream in streams for u in utterances(stream) if not is_noise(stream, u))
    turns = tuple(take_turns(spoken, lambda said: is_backchannel(book, said)))
    runs = model.hear(streams) if model else None
    sides = [_side(stream, turns, phrases, book, _of_side(runs, stream.channel), model) for stream in streams]
    last = max([*(s.end for s in transcript.segments), transcript.duration or 0.0])
    return Conversation(transcript, context, book, sides[0], sides[-1], turns, spoken, mixed, last)


def _is_mixed(transcript: Transcript) -> bool:
    channels = {segment.channel for segment in transcript.segments}
    return "mixed" in channels and "agent" not in channels


def _of_side(
    runs: Mapping[tuple[Channel, str], Sequence[Run]] | None, channel: Channel
) -> Mapping[str, Sequence[Run]] | None:
    return None if runs is None else {act: found for (side, act), found in runs.items() if side == channel}


def _side(
    stream: Stream,
    turns: tuple[Turn, ...],
    phrases: Compiled,
    book: PhraseBook,
    runs: Mapping[str, Sequence[Run]] | None,
    model: ActModel | None,
) -> Side:
    numbers = turn_of_places(stream, turns)
    mine = tuple(turn for turn in turns if turn.channel == stream.channel)
    search = Search(phrases, stream, stretches(stream, numbers))
    return Side(stream, tuple(numbers), mine, search, Ear(stream, search, runs, model, book), book)


def is_backchannel(book: PhraseBook, said: str) -> bool:
    """Whether an utterance only shows that somebody listens (嗯, 喂, 好)."""
    patterns = tuple(pattern for entry in book.entries_of("backchannel") for pattern in entry.patterns)
    return len(said) <= BACKCHANNEL_LENGTH and bool(_backchannels(patterns).fullmatch(said))


@lru_cache(maxsize=8)
def _backchannels(patterns: tuple[str, ...]) -> re.Pattern[str]:
    words = {way for pattern in patterns for way in islice(ways(parse(pattern)), 64)} | set(_BACKCHANNELS)
    plain = sorted((word for word in words - _NO_BACKCHANNELS if "{" not in word), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, plain))})+")
