"""What one sentence fulfils or breaks, and why: for ``voice-agent phrasebook test`` and for the check of a phrase book."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from phrasebook.model import PhraseBook, Side
from voice_agent.acts.phrases.index import Compiled, compile_patterns, compiled
from voice_agent.acts.phrases.matching import Hit, Search
from voice_agent.acts.phrases.reported import is_reported, is_sure
from voice_agent.speech.stream import Stream, listen
from voice_agent.values import Channel, Segment, Transcript

#: How long a syllable lasts when only a sentence is given, seconds.
_SYLLABLE = 0.2
#: Owner of patterns that are tried alone, and how many sentences are remembered while a book is checked.
_ALONE, _SENTENCES = "ban:alone", 4096
_KINDS = {"phrase": "用语", "cue": "要素", "ban": "忌语"}


@dataclass(frozen=True)
class Match:
    """An entry that a sentence satisfies: ``kind`` 用语, 要素 or 忌语, the words heard, their syllables, the pattern compared."""

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
    """Try a sentence spoken by ``side`` against the whole book."""
    stream = _spoken(sentence, side)
    found = [_match(book, stream, hit) for hit in _all_hits(book, stream, side)]
    return Explanation(tuple(stream.sounds), tuple(sorted(found, key=lambda one: (_rank(one), -one.score, one.id))))


def _rank(match: Match) -> int:
    return list(_KINDS.values()).index(match.kind)


def _spoken(sentence: str, side: Channel) -> Stream:
    end = _SYLLABLE * max(1, len(sentence))
    return listen(Transcript("", (Segment(side, 0.0, end, sentence),)), side)


def _all_hits(book: PhraseBook, stream: Stream, side: Channel) -> list[Hit]:
    search, phrases = _search(compiled(book), stream), _search(_phrases(book), stream)
    # A backchannel is a whole utterance, never a part of one.
    cues = [cue.id for cue in book.cues.values() if cue.side in {side, "any"} and cue.id != "backchannel"]
    hits = [hit for name in cues for hit in search.hits(f"cue:{name}")]
    if side == "agent":
        hits += [hit for name in book.phrases for hit in phrases.hits(f"phrase:{name}")]
        bans = [hit for name in book.prohibited for hit in search.hits(f"ban:{name}")]
        hits += [hit for hit in bans if is_sure(stream, hit) and not is_reported(search, hit)]
    return [hit for hit in hits if not hit.near]


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
    kind, _, name = hit.owner.partition(":")
    title = {
        "phrase": lambda: book.phrases[name].text,
        "cue": lambda: book.cues[name].name,
        "ban": lambda: book.prohibited[name].category,
    }[kind]()
    text, sounds = stream.text(hit.first, hit.last), tuple(stream.sounds[hit.first : hit.last])
    return Match(_KINDS[kind], name, title, hit.score, text, sounds, hit.pattern)


def catches(book: PhraseBook) -> Callable[[Iterable[str], Iterable[str], str], bool]:
    """Whether any pattern is heard in a sentence and nothing voids it; for ``phrasebook.lint``.

    The check asks of every sentence whether any of a hundred entries hears it, so the book is compiled once and each sentence heard once.
    """
    owners = {(cue.patterns, cue.unless): f"cue:{cue.id}" for cue in book.cues.values()}
    owners |= {(ban.patterns, ban.unless): f"ban:{ban.id}" for ban in book.prohibited.values()}
    heard = lru_cache(maxsize=_SENTENCES)(lambda sentence: _search(compiled(book), _spoken(sentence, "agent")))

    def caught(patterns: Iterable[str], unless: Iterable[str], sentence: str) -> bool:
        entry = tuple(patterns), tuple(unless)
        owner = owners.get(entry)
        search = heard(sentence) if owner else _search(_alone(book, *entry), _spoken(sentence, "agent"))
        hits = search.hits(owner or _ALONE)
        return any(is_sure(search.stream, hit) and not is_reported(search, hit) for hit in hits)

    return caught


def _alone(book: PhraseBook, patterns: tuple[str, ...], unless: tuple[str, ...]) -> Compiled:
    """Patterns that no entry of the book has."""
    entries: list[tuple[str, Side, Iterable[str]]] = [(_ALONE, "agent", patterns), (_ALONE + "!", "agent", unless)]
    return compile_patterns(book, entries)
