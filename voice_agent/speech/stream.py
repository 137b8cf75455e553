"""One side of a call as a stream of syllables with times: what the matcher reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import attrgetter

from voice_agent.speech.normalise import FILLERS, spoken
from voice_agent.speech.sounds import family, syllables
from voice_agent.values import Channel, Segment, Transcript, Word

#: Words that people put in while they think; they cost next to nothing inside a phrase.
_HEDGES = re.compile("那个|这个|就是说|就是|然后|的话|这边|那么")

#: A word that turns a sentence round may neither be added to a phrase nor be missing from it.
NEGATIONS = frozenset("不没别无未")
HEDGE, _EXTRA, _NEGATION = 0.12, 0.55, 9.0
#: From this confidence on a recogniser's characters are believed, not only its sounds.
TRUSTED = 0.9


#: As written, as said, start, end (seconds), confidence.
_Voiced = tuple[str, str, float, float, float]


@dataclass(frozen=True)
class Stream:
    """Parallel sequences, one entry a syllable.

    ``shown``, ``said``, ``starts``, ``ends`` (seconds) and ``confs`` (0–1) hold every syllable. ``heard`` (characters), ``sounds``,
    ``tokens`` (syllable/character, the character only where it is trusted), ``families`` of sounds, ``pairs`` (a
    family and the next with a space between, empty for the last) and ``extras`` (what each costs inside a phrase that does not have it) leave out
    fillers; ``places`` maps these to those.
    """

    channel: Channel
    shown: Sequence[str]
    said: str
    starts: Sequence[float]
    ends: Sequence[float]
    confs: Sequence[float]
    places: Sequence[int]
    heard: str
    sounds: Sequence[str]
    tokens: Sequence[str]
    families: Sequence[str]
    pairs: Sequence[str]
    extras: Sequence[float]

    def text(self, first: int, last: int) -> str:
        """What was heard from syllable ``first`` up to ``last`` (exclusive), as written, hesitations included."""
        if first >= last:
            return ""
        return "".join(self.shown[self.places[first] : self.places[last - 1] + 1])

    def start(self, first: int) -> float:
        """When syllable ``first`` begins, seconds."""
        return self.starts[self.places[first]]

    def end(self, last: int) -> float:
        """When the syllable before ``last`` ends, seconds."""
        return self.ends[self.places[last - 1]]

    def confidence(self, first: int, last: int) -> float:
        """Mean confidence of a stretch of syllables; 1.0 for an empty one."""
        confs = [self.confs[place] for place in self.places[first:last]]
        return sum(confs) / len(confs) if confs else 1.0


def listen(transcript: Transcript, channel: Channel) -> Stream:
    """The syllables of ``channel``; where a word covers several, its time is shared out evenly."""
    mine = sorted((s for s in transcript.segments if s.channel == channel), key=lambda s: (s.start, s.end, s.text))
    voiced = [syllable for segment in mine for syllable in _syllables(segment)]
    shown, said, begins, stops, confs = zip(*voiced, strict=True) if voiced else ((), (), (), (), ())
    # Times never run backwards, even where segments of one side overlap.
    starts = list(accumulate(begins, max, initial=0.0))[1:]
    ends = list(map(max, stops, starts))
    places = [place for place, char in enumerate(said) if char not in FILLERS]
    heard = "".join(said[place] for place in places)
    sounds = syllables(heard)
    trusted = (confs[place] >= TRUSTED for place in places)
    tokens = [f"{s}/{char if sure else ''}" for s, char, sure in zip(sounds, heard, trusted, strict=True)]
    families = [family(sound) for sound in sounds]
    pairs = [*map(" ".join, pairwise(families)), ""] if families else []
    costs = _extras(heard)
    return Stream(
        channel, shown, "".join(said), starts, ends, confs, places, heard, sounds, tokens, families, pairs, costs
    )


def _syllables(segment: Segment) -> Iterator[_Voiced]:
    words: Sequence[Word] = sorted(segment.words, key=attrgetter("start"))
    for word in words or (Word(segment.text, segment.start, segment.end),):
        pairs = spoken(word.text)
        share = (word.end - word.start) / len(pairs) if pairs else 0.0
        for place, (shown, said) in enumerate(pairs):
            begin = word.start + place * share
            yield shown, said, begin, begin + share, word.conf


def _extras(heard: str) -> list[float]:
    """What a syllable costs in a phrase that does not have it: little for hedges and stutters, much for a negation."""
    costs = [_NEGATION if char in NEGATIONS else _EXTRA for char in heard]
    for hedge in _HEDGES.finditer(heard):
        costs[hedge.start() : hedge.end()] = [HEDGE] * (hedge.end() - hedge.start())
    for place in range(1, len(heard)):
        if heard[place] == heard[place - 1]:
            costs[place] = HEDGE
    return costs
