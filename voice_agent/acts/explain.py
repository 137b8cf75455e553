"""What one sentence fulfils or breaks, and why: for ``voice-agent phrasebook test`` and for the check of a phrase book."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from phrasebook.model import ActEntry, PhraseBook
from voice_agent.acts.learned.model import bundled
from voice_agent.acts.phrases.index import Compiled, compile_patterns, compiled
from voice_agent.acts.phrases.matching import Hit, Search
from voice_agent.acts.phrases.reported import is_reported, is_sure
from voice_agent.speech.stream import Stream, listen
from voice_agent.values import Channel, Segment, Transcript

#: How long a syllable lasts when only a sentence is given, seconds.
_SYLLABLE = 0.2
#: How many sentences are remembered while a book is checked.
_SENTENCES = 4096
#: What a sentence may satisfy, the most telling first.
_KINDS = ("用语", "行为", "忌语")
_PHRASE = _KINDS[0]
#: A pattern of a phrase needs this much of the model's belief; a sentence without one is the phrase from there on.
_BELIEVED, _LIKELY_PHRASE = 0.8, 0.85
#: Nobody is asked about a phrase that is heard as it is printed.
_AS_PRINTED = 0.995


@dataclass(frozen=True)
class Match:
    """An entry that a sentence satisfies: ``kind`` 用语, 行为 or 忌语, the words heard, their syllables, the pattern compared."""

    kind: str
    id: str
    name: str
    score: float
    text: str
    syllables: tuple[str, ...]
    pattern: str


@dataclass(frozen=True)
class Explanation:
    """The syllables of a sentence and everything of the book that it satisfies, best first."""

    syllables: tuple[str, ...]
    matches: tuple[Match, ...]


def explain(sentence: str, book: PhraseBook, side: Channel = "agent") -> Explanation:
    """Try a sentence spoken by ``side`` against the whole book; which mandated phrases it is, the learned model helps to say."""
    stream, model = _spoken(sentence, side), bundled()
    found = [_match(book, stream, hit) for hit in _all_hits(book, stream, side)]
    if model is not None and side == "agent" and stream.said:
        found = _with_learned(book, stream, found, model.phrases(stream))
    return Explanation(tuple(stream.sounds), tuple(sorted(found, key=lambda one: (_rank(one), -one.score, one.id))))


def _with_learned(book: PhraseBook, stream: Stream, found: list[Match], likely: Mapping[str, float]) -> list[Match]:
    """Patterns that the model does not believe (您的手续还没办好) are no phrase; what it is sure of is one in other words."""
    kept = [
        one for one in found if one.kind != _PHRASE or one.score >= _AS_PRINTED or likely.get(one.id, 1.0) >= _BELIEVED
    ]
    known = {one.id for one in kept}
    sounds = tuple(stream.sounds)
    said = [
        Match(_PHRASE, name, book.phrases[name].text, round(chance, 3), "".join(stream.shown), sounds, "")
        for name, chance in likely.items()
        if chance >= _LIKELY_PHRASE and name in book.phrases and name not in known
    ]
    return [*kept, *said]


def _rank(match: Match) -> int:
    return _KINDS.index(match.kind)


def spoken(sentence: str, side: Channel) -> Transcript:
    """A call of nothing but the sentence."""
    return Transcript("", (Segment(side, 0.0, _SYLLABLE * max(1, len(sentence)), sentence),))


def _spoken(sentence: str, side: Channel) -> Stream:
    return listen(spoken(sentence, side), side)


def _all_hits(book: PhraseBook, stream: Stream, side: Channel) -> list[Hit]:
    search, phrases = _search(compiled(book), stream), _search(_phrases(book), stream)
    # A backchannel is a whole utterance, never a part of one.
    entries = [entry for entry in book.acts.values() if entry.side in {side, "any"} and entry.act != "backchannel"]
    hits = [hit for entry in entries for hit in search.hits(f"act:{entry.id}") if _counts(book, search, hit)]
    if side == "agent":
        hits += [hit for name in book.phrases for hit in phrases.hits(f"phrase:{name}")]
    return hits


def _counts(book: PhraseBook, search: Search, hit: Hit) -> bool:
    """Whether a hit is what it seems: prohibited words must be sure, and the speaker's own."""
    if not book.acts[hit.entry].category:
        return True
    return is_sure(search.stream, hit) and not is_reported(search, hit)


def _search(patterns: Compiled, stream: Stream) -> Search:
    return Search(patterns, stream, [(0, len(stream.sounds))] if stream.sounds else [])


_PHRASES: dict[str, Compiled] = {}


def _phrases(book: PhraseBook) -> Compiled:
    """The mandated phrases, compiled once a book."""
    if book.digest not in _PHRASES or not book.digest:
        _PHRASES[book.digest] = compile_patterns(
            book, [(f"phrase:{p.id}", "agent", p.patterns) for p in book.phrases.values()]
        )
    return _PHRASES[book.digest]


def _match(book: PhraseBook, stream: Stream, hit: Hit) -> Match:
    text, sounds = stream.text(hit.first, hit.last), tuple(stream.sounds[hit.first : hit.last])
    kind, title = _title(book, hit)
    return Match(kind, hit.entry, title, hit.score, text, sounds, hit.pattern)


def _title(book: PhraseBook, hit: Hit) -> tuple[str, str]:
    """What a hit is shown as: its kind, and the mandated phrase, the prohibited category or the name of the act."""
    if hit.owner.startswith("phrase:"):
        return "用语", book.phrases[hit.entry].text
    entry = book.acts[hit.entry]
    return ("忌语", entry.category) if entry.category else ("行为", entry.name)


def catches(book: PhraseBook) -> Callable[[ActEntry, str], bool]:
    """Whether an entry of the book is heard in a sentence and nothing voids it; for ``phrasebook.lint``.

    The check asks of every sentence whether any of a hundred entries hears it, so the book is compiled once and each sentence heard once.
    """

    @lru_cache(maxsize=_SENTENCES)
    def heard(sentence: str, side: Channel) -> Search:
        return _search(compiled(book), _spoken(sentence, side))

    def caught(entry: ActEntry, sentence: str) -> bool:
        search = heard(sentence, "caller" if entry.side == "caller" else "agent")
        return any(_counts(book, search, hit) for hit in search.hits(f"act:{entry.id}"))

    return caught
